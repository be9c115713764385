"""Heights above the ground of a whole city, for models that ask for them.

The ground under a tile is only seen from around it, so that heights found tile by tile would differ
along the edges: they are found once, in all tiles' DSM together, by the engine.
"""

from __future__ import annotations

import json
from pathlib import Path

from rasterio.merge import merge

from nadir_models.batch.engine import run_engine
from nadir_models.batch.tiles import Layer, lay_out
from nadir_models.errors import NadirError

MERGE_MEGABYTES = 256


def wants_heights_above_ground(manifest: dict) -> bool:
    """Whether a model reads metres above the ground beside the photo."""
    return any(entry.get("kind") == "ndsm" for entry in manifest["inputs"])


def city_heights(dsm: Layer, engine: tuple[str, ...], folder: Path) -> Layer:
    """One raster of heights in `folder`, made from the laid-out DSM unless it is there already.

    NadirError with the engine's words where that fails.
    """
    folder.mkdir(parents=True, exist_ok=True)
    surface, heights = folder / "dsm.tif", folder / "heights.tif"
    made_from = folder / "heights.json"
    sources = [{"file": str(path), "bytes": path.stat().st_size} for path in dsm.paths]
    if heights.is_file() and made_from.is_file() and json.loads(made_from.read_text()) == sources:
        return lay_out([heights])
    made_from.unlink(missing_ok=True)
    merge(
        dsm.paths,
        dst_path=surface,
        mem_limit=MERGE_MEGABYTES,
        dst_kwds={"tiled": True, "compress": "deflate", "bigtiff": "if_safer"},
    )
    try:
        run_engine([*engine, "heights", "--dsm", str(surface), "--out", str(heights)])
    except RuntimeError as error:
        raise NadirError(
            f"The city's heights above the ground could not be found: {error}"
        ) from error
    surface.unlink()
    made_from.write_text(json.dumps(sources))
    return lay_out([heights])
