"""Reports of `evaluate` side by side, as the table by which weights are chosen."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LIDAR_SCENES = ("burgundy", "poitou", "autzen")
PHOTOS = "photos"
SYNTHETIC = "synthetic"
WITHOUT_HEIGHTS = "--flat-dsm"
SYNTHETIC_CONVENTION = "5 classes, with clutter pixels, full labels"

HEAD = (
    "network",
    "burgundy: ground, building; car or clutter",
    "poitou: ground, vegetation, building; car or clutter",
    "autzen: ground; car or clutter",
    "photos without heights: building",
    "real score",
    "synthetic mIoU",
    "without heights: burgundy, poitou, autzen, synthetic",
)


@dataclass(frozen=True)
class Reports:
    """What `evaluate` wrote of one network: `NAME-WHAT.json` in a folder, whatever is there."""

    folder: Path
    name: str

    def entry(self, what: str) -> dict[str, Any] | None:
        """The report on one data set; None where there is none."""
        path = self.folder / f"{self.name}-{what}.json"
        return json.loads(path.read_text())[0] if path.exists() else None

    def scene(self, what: str) -> dict[str, Any] | None:
        """The scores of a report on one scene, or of all photos as one."""
        entry = self.entry(what)
        return next(iter(entry["scenes"].values())) if entry else None

    def mean_iou(self, what: str) -> float | None:
        """Mean IoU of the classes in the truth of a scene."""
        scene = self.scene(what)
        return scene["miou"] if scene else None

    def building_on_photos(self) -> float | None:
        """IoU of buildings on photos without heights."""
        scene = self.scene(PHOTOS)
        return scene["ioUPerClass"]["building"] if scene else None

    def synthetic(self, how: str = "") -> float | None:
        """Mean IoU of five classes on held-out generated scenes, clutter counting as wrong."""
        entry = self.entry(SYNTHETIC + how)
        return entry[SYNTHETIC_CONVENTION]["miou"] if entry else None

    def real_score(self) -> float | None:
        """Mean of mean IoU on the three scenes with heights and IoU of buildings on the photos."""
        parts = [self.mean_iou(name) for name in LIDAR_SCENES] + [self.building_on_photos()]
        known = [part for part in parts if part is not None]
        return sum(known) / len(parts) if len(known) == len(parts) else None


def report_table(folder: Path, names: Iterable[str]) -> str:
    """A Markdown table, one network per row; a dash stands for what was not evaluated."""
    rows = [HEAD, ("---",) * len(HEAD)] + [_row(Reports(folder, name)) for name in names]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _row(reports: Reports) -> Sequence[str]:
    flat = [reports.mean_iou(name + WITHOUT_HEIGHTS) for name in LIDAR_SCENES]
    return (
        reports.name,
        *(_on_scene(reports.scene(name)) for name in LIDAR_SCENES),
        _number(reports.building_on_photos()),
        _number(reports.real_score()),
        _number(reports.synthetic()),
        ", ".join(map(_number, [*flat, reports.synthetic(WITHOUT_HEIGHTS)])),
    )


def _on_scene(scene: dict[str, Any] | None) -> str:
    if scene is None:
        return "–"
    each = ", ".join(map(_number, scene["ioUPerClass"].values()))
    return f"{each}; {100 * scene['carOrClutterShare']:.1f} %"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
