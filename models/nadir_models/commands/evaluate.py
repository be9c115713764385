"""`python -m nadir_models evaluate`: the papers' sliding-window test of checkpoints.

On held-out scenes or a folder of rasters: windows of the network's own size every 32 pixels.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch

from nadir_models.errors import NadirError
from nadir_models.evaluate.evaluation import (
    BUILDINGS,
    LIDAR,
    Model,
    TestScene,
    evaluate_model,
    folder_scenes,
    held_out_scenes,
    load_model,
    outlined_photos,
)
from nadir_models.scenes.contact_sheet import contact_sheet


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `evaluate`."""
    parser.add_argument("--checkpoint", type=Path, required=True, nargs="+")
    parser.add_argument(
        "--data", default="scenes", help="'scenes' (held-out seeds), or a folder of rasters"
    )
    parser.add_argument("--seeds", type=int, default=20, help="how many held-out scenes")
    parser.add_argument("--size", type=int, default=512, help="their side in pixels")
    parser.add_argument(
        "--split", choices=("train", "test"), help="of an ISPRS folder or of photos"
    )
    parser.add_argument(
        "--lidar-labels",
        action="store_true",
        help="labels are 0 ground, 1 vegetation, 2 building; predictions are merged to these",
    )
    parser.add_argument(
        "--outlines",
        type=float,
        metavar="METRES",
        help="the folder holds photos of that pixel size with masks of their buildings",
    )
    parser.add_argument(
        "--pixel-size",
        type=float,
        metavar="METRES",
        help="run on pixels of that size, and draw held-out scenes at it (the network's best, and "
        "each scene's own, if left out)",
    )
    parser.add_argument("--stride", type=int, default=32, help="pixels between windows")
    parser.add_argument(
        "--flat-dsm", action="store_true", help="show no heights, or zeros where some are needed"
    )
    parser.add_argument("--report", type=Path, help="JSON file for the scores")
    parser.add_argument("--sheet", type=Path, help="picture of images, truths and predictions")
    parser.add_argument("--sheet-rows", type=int, default=6)
    parser.add_argument("--panel", type=int, default=320, help="side of the sheet's panels")
    parser.add_argument("--threads", type=int)


def run(args: argparse.Namespace) -> int:
    """Score every checkpoint; writes the report and the picture that were asked for."""
    if args.threads:
        torch.set_num_threads(args.threads)
    if args.stride < 1:
        raise NadirError(f"--stride is {args.stride}; at least one pixel is needed.")
    if args.pixel_size is not None and not args.pixel_size > 0:
        raise NadirError(f"--pixel-size is {args.pixel_size}; a length in metres is needed.")
    models = [load_model(path) for path in args.checkpoint]
    smallest = min(model.variant.window_px for model in models)
    if args.stride > smallest:
        raise NadirError(
            f"--stride {args.stride} leaves gaps between windows of {smallest} pixels; give at "
            "most the window's size."
        )
    report = []
    rows: list[list[np.ndarray]] = []
    for index, (model, path) in enumerate(zip(models, args.checkpoint, strict=True)):
        found = evaluate_model(
            model,
            chosen_scenes(args),
            args.stride,
            truth=LIDAR if args.lidar_labels else BUILDINGS if args.outlines else None,
            flat_dsm=args.flat_dsm,
            pixel_size_metres=args.pixel_size or model.facts.gsd_metres.get("best"),
        )
        report.append({"checkpoint": path.name, **facts_of(model, args), **found.entry})
        for row, (base, predicted) in enumerate(found.pictures[: args.sheet_rows]):
            if index == 0:
                rows.append(base)
            rows[row].append(predicted)
    if args.report:
        args.report.write_text(json.dumps(report, indent=2) + "\n")
    if args.sheet:
        contact_sheet(rows, args.panel).save(args.sheet)
    return 0


def chosen_scenes(args: argparse.Namespace) -> Iterator[TestScene]:
    """Held-out scenes, or those of a folder."""
    if args.data == "scenes":
        return held_out_scenes(args.seeds, args.size, args.pixel_size)
    if args.outlines:
        return outlined_photos(Path(args.data), args.outlines, args.split)
    return folder_scenes(Path(args.data), args.split, args.lidar_labels)


def facts_of(model: Model, args: argparse.Namespace) -> dict[str, object]:
    """What a report says of the model and of what it was scored on."""
    synthetic = args.data == "scenes"
    return {
        "network": model.family.name,
        "variant": model.variant_name,
        "dataset": "Nadir synthetic scenes" if synthetic else Path(args.data).name,
        "split": f"{args.seeds} held-out seeds" if synthetic else args.split or "every scene",
        "stridePx": args.stride,
        "flatDsm": args.flat_dsm,
        "problem": "metres" if model.facts.height_kind == "ndsm" else "mixed",
        "pixelSizeMetres": args.pixel_size or model.facts.gsd_metres.get("best"),
    }
