"""`python -m nadir_models batch`: a city of tiles, one task per tile, on Ray."""

from __future__ import annotations

import argparse
import shlex
import sys
from pathlib import Path

from nadir_models.batch.city import ENGINE, evaluate, plan_jobs, read_manifest, run_on_ray
from nadir_models.batch.mosaic import write_vrt
from nadir_models.batch.segment_tile import is_finished, write_whole
from nadir_models.batch.tiles import lay_out, read_tiles
from nadir_models.errors import NadirError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `batch`."""
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
    """Segment what is not done yet, join the masks, and score them where there are truths."""
    tiles = read_tiles(args.tiles)
    manifest = read_manifest(args.model)
    engine = tuple(shlex.split(args.engine))
    jobs = plan_jobs(args, tiles, engine, manifest)

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
