"""The batch command: lays out the city, spreads its tiles over Ray workers, joins the results."""

from __future__ import annotations

import argparse
import json
import os
import shlex
import sys
import time
from pathlib import Path
from typing import Literal

from nadir_models.batch.city_heights import city_heights, wants_heights_above_ground
from nadir_models.batch.engine import run_engine
from nadir_models.batch.segment_tile import TileJob, segment_tile
from nadir_models.batch.tiles import Tile, lay_out, value_range
from nadir_models.errors import NadirError

PROJECT = Path(__file__).resolve().parents[3]
ENGINE = f"node {shlex.quote(str(PROJECT / 'scripts/nadir.mjs'))}"
MOST_RETRIES = 3


def read_manifest(path: Path) -> dict:
    """The manifest as it is; NadirError if it is no JSON."""
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise NadirError(f"{path} cannot be read as a model manifest: {error}") from error


def plan_jobs(
    args: argparse.Namespace,
    tiles: list[Tile],
    engine: tuple[str, ...],
    manifest: dict,
) -> list[TileJob]:
    """One job per tile; all share the city's height range, or its heights above the ground."""
    window_px = int(manifest["window"]["sizePx"])
    stride_px = args.stride or int(manifest["window"]["suggestedStridePx"])
    optical = lay_out([tile.optical for tile in tiles])
    heights = [tile.dsm for tile in tiles if tile.dsm is not None]
    if heights and len(heights) < len(tiles):
        without = next(tile.name for tile in tiles if tile.dsm is None)
        raise NadirError(f"Tile {without} has no height raster, others do; give all or none.")
    dsm = lay_out(heights) if heights else None
    # Windows of neighbouring tiles fall on the same places only on the image's own pixels.
    options = ["--model", str(args.model.resolve()), "--stride", str(stride_px), "--scale", "image"]
    for name in ("blend", "backend"):
        if getattr(args, name):
            options += [f"--{name}", getattr(args, name)]
    height_option: Literal["--dsm", "--ndsm"] = "--dsm"
    if dsm is not None and wants_heights_above_ground(manifest):
        dsm, height_option = city_heights(dsm, engine, args.out / "heights"), "--ndsm"
    elif heights:
        low, high = value_range(heights)
        options += ["--height-range", f"{low!r},{high!r}"]
    return [
        TileJob(
            tile=tile,
            rect=rect,
            optical=optical,
            heights=dsm,
            height_option=height_option,
            mask=(args.out / "tiles" / f"{tile.name}.tif").resolve(),
            engine=engine,
            options=tuple(options),
            window_px=window_px,
            stride_px=stride_px,
        )
        for tile, rect in zip(tiles, optical.rects, strict=True)
    ]


def cpus_per_task(args: argparse.Namespace) -> int:
    """Cores, and threads of the engine, of one tile."""
    if args.cpus_per_task:
        return args.cpus_per_task
    shared = args.workers if args.workers and not args.address else os.cpu_count()
    return max(1, (os.cpu_count() or 1) // (shared or 1))


def run_on_ray(jobs: list[TileJob], args: argparse.Namespace) -> list[str]:
    """Run the jobs; returns what failed for good. The tile of a worker that dies is tried again."""
    try:
        import ray
    except ImportError as error:
        raise NadirError(
            "`batch` spreads tiles with Ray, which is not installed: pip install "
            "'nadir-models[batch]', or pip install -r models/requirements.txt in the project."
        ) from error

    cpus = cpus_per_task(args)
    ray.init(
        address=args.address,
        num_cpus=cpus * args.workers if args.workers and not args.address else None,
        log_to_driver=False,
    )
    try:
        task = ray.remote(num_cpus=cpus, num_gpus=args.gpus_per_task, max_retries=MOST_RETRIES)(
            segment_tile
        )
        names = {task.remote(job, cpus): job.tile.name for job in jobs}
        failures: list[str] = []
        start, total = time.monotonic(), len(names)
        pending = list(names)
        while pending:
            (done,), pending = ray.wait(pending, num_returns=1)
            try:
                ray.get(done)
            except (ray.exceptions.RayTaskError, ray.exceptions.RayError) as error:
                cause = getattr(error, "cause", None) or error
                failures.append(f"{names[done]}: {cause}")
            finished = total - len(pending)
            left = (time.monotonic() - start) / finished * len(pending)
            print(f"{finished}/{total} {names[done]}, about {left:.0f} s left", file=sys.stderr)
        return failures
    finally:
        ray.shutdown()


def evaluate(engine: tuple[str, ...], jobs: list[TileJob], args: argparse.Namespace) -> str:
    """One report over all tiles: their pixels are pooled, as the papers pool their test tiles."""
    command = [*engine, "evaluate", "--json", "--model", str(args.model.resolve())]
    for job in jobs:
        command += ["--prediction", str(job.mask), "--truth", str(job.tile.truth)]
    if args.mapping:
        command += ["--mapping", str(args.mapping.resolve())]
    try:
        return run_engine(command)
    except RuntimeError as error:
        raise NadirError(f"The report could not be made: {error}") from error
