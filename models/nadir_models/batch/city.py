"""The batch command: lays out the city, spreads its tiles over Ray workers, joins the results."""

from __future__ import annotations

import argparse
import json
import os
import shlex
import subprocess
import sys
import time
from pathlib import Path

from nadir_models.batch.mosaic import write_vrt
from nadir_models.batch.segment_tile import TileJob, is_finished, segment_tile, write_whole
from nadir_models.batch.tiles import Tile, lay_out, read_tiles, value_range
from nadir_models.errors import NadirError

PROJECT = Path(__file__).resolve().parents[3]
ENGINE = f"node {shlex.quote(str(PROJECT / 'scripts/nadir.mjs'))}"
MOST_RETRIES = 3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("tiles", type=Path, help="CSV with columns optical[, dsm][, truth][, name]")
    parser.add_argument("--out", type=Path, required=True, help="folder for masks, mosaic, report")
    parser.add_argument("--model", type=Path, required=True, help="model manifest (*.nadir.json)")
    parser.add_argument("--stride", type=int, help="pixels; the manifest's suggestion by default")
    parser.add_argument("--blend", help="blend profile; the manifest's by default")
    parser.add_argument("--backend", help="as for `nadir segment`")
    parser.add_argument("--mapping", type=Path, help="truth-to-model class mapping for the report")
    parser.add_argument("--address", help="a running Ray cluster; a local one is started otherwise")
    parser.add_argument("--workers", type=int, help="tiles at once on a local cluster")
    parser.add_argument("--cpus-per-task", type=int, help="cores of one tile; by default its share")
    parser.add_argument("--gpus-per-task", type=float, default=0, help="Ray GPU share of one tile")
    parser.add_argument("--engine", default=ENGINE, help="command that stands for `nadir`")


def run(args: argparse.Namespace) -> int:
    tiles = read_tiles(args.tiles)
    manifest = read_manifest(args.model)
    window_px = int(manifest["window"]["sizePx"])
    stride_px = args.stride or int(manifest["window"]["suggestedStridePx"])
    engine = tuple(shlex.split(args.engine))
    jobs = plan_jobs(args, tiles, engine, window_px, stride_px)

    waiting = [job for job in jobs if not is_finished(job)]
    print(f"{len(jobs)} tiles, {len(jobs) - len(waiting)} finished before", file=sys.stderr)
    failures = run_on_ray(waiting, args) if waiting else []
    if failures:
        raise NadirError(
            f"{len(failures)} of {len(jobs)} tiles failed, run the same command again to retry "
            f"them. The first: {failures[0]}"
        )

    mosaic = args.out / "mosaic.vrt"
    write_vrt(lay_out([job.mask for job in jobs]), mosaic)
    print(mosaic)
    scored = [job for job in jobs if job.tile.truth is not None]
    if scored:
        report = args.out / "report.json"
        write_whole(report, evaluate(engine, scored, args))
        print(report)
    return 0


def read_manifest(path: Path) -> dict:
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise NadirError(f"{path} cannot be read as a model manifest: {error}") from error


def plan_jobs(
    args: argparse.Namespace,
    tiles: list[Tile],
    engine: tuple[str, ...],
    window_px: int,
    stride_px: int,
) -> list[TileJob]:
    optical = lay_out([tile.optical for tile in tiles])
    heights = [tile.dsm for tile in tiles if tile.dsm is not None]
    if heights and len(heights) < len(tiles):
        without = next(tile.name for tile in tiles if tile.dsm is None)
        raise NadirError(f"Tile {without} has no height raster, others do; give all or none.")
    dsm = lay_out(heights) if heights else None
    options = ["--model", str(args.model.resolve()), "--stride", str(stride_px)]
    for name in ("blend", "backend"):
        if getattr(args, name):
            options += [f"--{name}", getattr(args, name)]
    if heights:
        low, high = value_range(heights)
        options += ["--height-range", f"{low!r},{high!r}"]
    return [
        TileJob(
            tile=tile,
            rect=rect,
            optical=optical,
            dsm=dsm,
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
    import ray

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
        names = {task.remote(job, threads=cpus): job.tile.name for job in jobs}
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
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    if finished.returncode != 0:
        raise NadirError(f"The report could not be made: {finished.stderr.strip()[-2000:]}")
    return finished.stdout
