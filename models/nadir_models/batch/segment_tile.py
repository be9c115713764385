"""One tile from start to finish: cut with halo, run the engine, cut the halo off."""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import rasterio
from rasterio.windows import Window

from nadir_models.batch.engine import run_engine
from nadir_models.batch.halo import covering_rect, cut, padded_rect
from nadir_models.batch.tiles import Layer, Rect, Tile


@dataclass(frozen=True)
class TileJob:
    """Everything a worker needs; every machine of the cluster must see the (absolute) paths."""

    tile: Tile
    rect: Rect
    optical: Layer
    heights: Layer | None
    height_option: Literal["--dsm", "--ndsm"]
    """As what `nadir segment` reads them."""
    mask: Path
    engine: tuple[str, ...]
    """Command that stands for `nadir`."""
    options: tuple[str, ...]
    """Options of `nadir segment` that are the same for every tile."""
    window_px: int
    stride_px: int


def settings_path(mask: Path) -> Path:
    """The settings that made a mask; written last, so that it marks the tile as done."""
    return mask.with_suffix(".json")


def settings_of(job: TileJob) -> dict[str, object]:
    """What decides a mask: options, and the inputs by name and size."""
    inputs = [job.tile.optical, *([job.tile.dsm] if job.tile.dsm else [])]
    if job.heights is not None and job.height_option == "--ndsm":
        # Another tile's DSM may move the ground under this one.
        inputs += job.heights.paths
    return {
        "options": list(job.options),
        "inputs": [{"file": path.name, "bytes": path.stat().st_size} for path in inputs],
    }


def is_finished(job: TileJob) -> bool:
    """Whether the mask is there and was made with the same settings from the same inputs."""
    try:
        recorded = json.loads(settings_path(job.mask).read_text())
    except (OSError, ValueError):
        return False
    return job.mask.is_file() and recorded == settings_of(job)


def segment_tile(job: TileJob, threads: int) -> str:
    """Make the tile's mask on so many threads; returns its name.

    Raises RuntimeError with the engine's message when it fails.
    """
    job.mask.parent.mkdir(parents=True, exist_ok=True)
    settings_path(job.mask).unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(prefix="nadir-tile-") as folder:
        work = Path(folder)
        padded = padded_rect(job.rect, job.optical.extent, job.window_px, job.stride_px)
        cut(job.optical, padded, job.tile.optical, work / "optical.tif")
        command = [*job.engine, "segment", "--optical", str(work / "optical.tif"), *job.options]
        if job.heights is not None and job.tile.dsm is not None:
            rect = covering_rect(padded, job.optical, job.heights)
            if rect is None:
                raise RuntimeError(f"{job.tile.name}: no height raster covers this tile")
            own = job.tile.dsm if job.tile.dsm in job.heights.paths else job.heights.paths[0]
            cut(job.heights, rect, own, work / "heights.tif")
            command += [job.height_option, str(work / "heights.tif")]
        command += ["--out", str(work / "mask.tif"), "--threads", str(threads)]
        try:
            run_engine(command)
        except RuntimeError as error:
            raise RuntimeError(f"{job.tile.name}: {error}") from error
        trim(work / "mask.tif", job.rect.relative_to(padded), job.mask)
    write_whole(settings_path(job.mask), json.dumps(settings_of(job), indent=2))
    return job.tile.name


def trim(mask: Path, rect: Rect, out: Path) -> None:
    """Copy `rect` of a class map with its palette, names and nodata."""
    partial = out.with_suffix(f".{os.getpid()}.part.tif")
    with rasterio.open(mask) as source:
        window = Window(rect.col, rect.row, rect.width, rect.height)
        profile = source.profile | {
            "width": rect.width,
            "height": rect.height,
            "transform": source.window_transform(window),
            "compress": "deflate",
        }
        with rasterio.open(partial, "w", **profile) as target:
            target.write(source.read(1, window=window), 1)
            target.write_colormap(1, source.colormap(1))
            target.update_tags(**source.tags())
            target.update_tags(1, **source.tags(1))
    partial.replace(out)


def write_whole(path: Path, text: str) -> None:
    """Write so that a reader sees all of it or nothing."""
    partial = path.with_suffix(f".{os.getpid()}.part")
    partial.write_text(text)
    partial.replace(path)
