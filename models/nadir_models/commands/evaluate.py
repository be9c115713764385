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
    Model,
    TestScene,
    evaluate_model,
    folder_scenes,
    held_out_scenes,
    load_model,
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
    parser.add_argument("--split", choices=("train", "test"), help="of an ISPRS folder")
    parser.add_argument(
        "--lidar-labels",
        action="store_true",
        help="labels are 0 ground, 1 vegetation, 2 building; predictions are merged to these",
    )
    parser.add_argument("--stride", type=int, default=32, help="pixels between windows")
    parser.add_argument("--flat-dsm", action="store_true", help="set the DSM to zero")
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
            merged=args.lidar_labels,
            flat_dsm=args.flat_dsm,
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
        return held_out_scenes(args.seeds, args.size)
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
    }
