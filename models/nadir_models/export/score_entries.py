"""Reports of `evaluate` as the entries a manifest lists under `scores`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nadir_models.errors import NadirError

SHOWN = ("miou", "oa", "ioUPerClass", "carOrClutterShare")
MERGED_CONVENTION = "ground / vegetation / building, classes in the truth"
OUTLINES_CONVENTION = "building or not, outlines"


def read_score_entries(paths: list[Path]) -> list[dict[str, Any]]:
    """Every score of the reports, in order; NadirError names a file that is not a report."""
    entries: list[dict[str, Any]] = []
    for path in paths:
        try:
            report = json.loads(path.read_text())
            entries += [entry for result in report for entry in _entries(result)]
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise NadirError(
                f"{path} is not a report of `evaluate` ({error}); write one with --report."
            ) from error
    return entries


def _entries(result: dict[str, Any]) -> Iterator[dict[str, Any]]:
    how = f"windows every {result['stridePx']} px"
    if result.get("pixelSizeMetres"):
        how += f" of {result['pixelSizeMetres'] * 100:.0f} cm"
    if result["flatDsm"]:
        how += ", without heights" if result.get("problem") == "metres" else ", DSM set to zero"
    for key, found in result.items():
        if isinstance(found, dict) and "miou" in found:
            convention, labels = key.rsplit(", ", 1)
            yield {
                "dataset": result["dataset"],
                "split": f"{result['split']}, {labels}, {how}",
                "convention": convention,
                **_shown(found),
            }
    for name, found in result.get("scenes", {}).items():
        are_outlines = "other" in found["ioUPerClass"]
        yield {
            "dataset": result["dataset"] if are_outlines else name,
            "split": f"{result['split']}, {how}",
            "convention": OUTLINES_CONVENTION if are_outlines else MERGED_CONVENTION,
            **_shown(found),
        }


def _shown(found: dict[str, Any]) -> dict[str, Any]:
    return {key: found[key] for key in SHOWN if key in found}
