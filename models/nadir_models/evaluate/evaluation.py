"""`python -m nadir_models evaluate`: the papers' sliding-window test.

On held-out scenes or a folder of rasters: windows of the network's own size every 32 pixels, the
last pulled back to the edge; raw logits summed, then argmax. The DSM is scaled by min-max over
each raster's valid pixels.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn

from nadir_models.checkpoints.read import read_checkpoint
from nadir_models.errors import NadirError
from nadir_models.evaluate.predict import predict_raster, scale_dsm
from nadir_models.evaluate.scores import (
    Scores,
    both_conventions,
    confusion_matrix,
    scores,
)
from nadir_models.families.registry import build_network, get_variant
from nadir_models.scenes import PALETTE, erode_boundaries, generate_scene
from nadir_models.scenes.classes import (
    BUILDING,
    CAR,
    CLASS_NAMES,
    CLUTTER,
    IMPERVIOUS,
    LOW_VEGETATION,
    TREE,
    UNDEFINED,
)
from nadir_models.scenes.contact_sheet import contact_sheet, grey
from nadir_models.scenes.folder import find_scenes, official_split, read_scene
from nadir_models.train.augment import IGNORE
from nadir_models.train.bank import HELD_OUT_SEED

MERGED_NAMES = ("ground", "vegetation", "building", "car or clutter")
MERGED = np.zeros(256, np.uint8)
MERGED[[IMPERVIOUS, LOW_VEGETATION]] = 0
MERGED[TREE] = 1
MERGED[BUILDING] = 2
MERGED[[CAR, CLUTTER]] = 3
MERGED[IGNORE] = IGNORE


@dataclass(frozen=True)
class TestScene:
    """A raster to score: image (H, W, 3) and DSM (H, W) in 0..1, truth (H, W) class ids."""

    name: str
    image: np.ndarray
    dsm: np.ndarray
    labels: np.ndarray
    eroded: np.ndarray | None


@dataclass(frozen=True)
class Model:
    """A network ready to predict; `to_class` turns its channels into the generator's class ids."""

    network: nn.Module
    name: str
    variant: str
    window_px: int
    to_class: np.ndarray


def add_arguments(parser: argparse.ArgumentParser) -> None:
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
    if args.threads:
        torch.set_num_threads(args.threads)
    if args.stride < 1:
        raise NadirError(f"--stride is {args.stride}; at least one pixel is needed.")
    models = [load_model(path) for path in args.checkpoint]
    smallest = min(model.window_px for model in models)
    if args.stride > smallest:
        raise NadirError(
            f"--stride {args.stride} leaves gaps between windows of {smallest} pixels; give at "
            "most the window's size."
        )
    report = []
    rows: list[list[np.ndarray]] = []
    for index, (model, path) in enumerate(zip(models, args.checkpoint, strict=True)):
        entry, pictures = _evaluate(model, args)
        report.append({"checkpoint": path.name, **entry})
        for row, (base, predicted) in enumerate(pictures[: args.sheet_rows]):
            if index == 0:
                rows.append(base)
            rows[row].append(predicted)
    if args.report:
        args.report.write_text(json.dumps(report, indent=2) + "\n")
    if args.sheet:
        contact_sheet(rows, args.panel).save(args.sheet)
    return 0


def load_model(path: Path) -> Model:
    """A checkpoint written by `train`, in eval mode."""
    stored = read_checkpoint(path)
    facts = stored.facts
    if "network" not in facts or "classes" not in facts:
        raise NadirError(f"{path} does not say which network it is; give a file written by train.")
    network = build_network(facts["network"], facts["variant"], num_classes=facts["num_classes"])
    network.load_state_dict(stored.state_dict)
    to_class = np.array([CLASS_NAMES.index(entry["name"]) for entry in facts["classes"]], np.uint8)
    window_px = get_variant(facts["network"], facts["variant"]).window_px
    return Model(network.eval(), facts["network"], facts["variant"], window_px, to_class)


def held_out_scenes(count: int, size_px: int) -> Iterator[TestScene]:
    """Scenes whose seeds are in neither training nor validation."""
    for seed in range(HELD_OUT_SEED, HELD_OUT_SEED + count):
        scene = generate_scene(seed, size_px)
        image = scene.image[..., :3].astype(np.float32) / 255
        eroded = erode_boundaries(scene.labels, 3)
        eroded[eroded == UNDEFINED] = IGNORE
        name = f"{seed} ({scene.style}, {scene.gsd * 100:.0f} cm)"
        yield TestScene(name, image, scale_dsm(scene.dsm), scene.labels, eroded)


def folder_scenes(folder: Path, split: str | None, lidar: bool) -> Iterator[TestScene]:
    """The scenes of a folder, cut to where both image and DSM have data."""
    for files in find_scenes(folder):
        if split and official_split(files) != split:
            continue
        scene = read_scene(files, "lidar" if lidar else "isprs")
        assert scene.labels is not None
        rows, columns = np.flatnonzero(scene.valid.any(1)), np.flatnonzero(scene.valid.any(0))
        part = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        valid = scene.valid[part]
        labels = np.where(valid, scene.labels[part], IGNORE).astype(np.uint8)
        image = np.where(valid[..., None], scene.image[part][..., :3], 0)
        yield TestScene(files.name, image, scale_dsm(scene.heights[part], valid), labels, None)


def _evaluate(
    model: Model, args: argparse.Namespace
) -> tuple[dict[str, object], list[tuple[list[np.ndarray], np.ndarray]]]:
    merged = args.lidar_labels
    classes = len(MERGED_NAMES) if merged else len(CLASS_NAMES)
    total = np.zeros((classes, classes), np.int64)
    eroded_total = np.zeros_like(total)
    per_scene: dict[str, object] = {}
    pictures = []
    source = (
        held_out_scenes(args.seeds, args.size)
        if args.data == "scenes"
        else folder_scenes(Path(args.data), args.split, merged)
    )
    started = time.monotonic()
    for scene in source:
        dsm = np.zeros_like(scene.dsm) if args.flat_dsm else scene.dsm
        channels = predict_raster(
            model.network, model.name, model.variant, scene.image.transpose(2, 0, 1), dsm,
            model.window_px, args.stride,
        )  # fmt: skip
        predicted = model.to_class[channels]
        shown = PALETTE[predicted]
        if merged:
            predicted = MERGED[predicted]
        matrix = confusion_matrix(scene.labels, predicted, classes)
        total += matrix
        if scene.eroded is not None:
            eroded_total += confusion_matrix(scene.eroded, predicted, classes)
        if merged:
            occurring = tuple(int(i) for i in np.flatnonzero(matrix.sum(1)))
            found = scores(matrix, MERGED_NAMES, occurring)
            per_scene[scene.name] = _entry(found, occurring) | {
                "carOrClutterShare": float((predicted[scene.labels != IGNORE] == 3).mean())
            }
            print(f"{scene.name}: {_line(found, occurring)}", flush=True)
            truth = MERGED_PALETTE[np.minimum(scene.labels, 4)]
        else:
            found = both_conventions(matrix)["5 classes, with clutter pixels"]
            print(f"{scene.name}: mIoU {found.mean_iou:.3f}", flush=True)
            truth = PALETTE[np.where(scene.labels == IGNORE, UNDEFINED, scene.labels)]
        base = [(scene.image * 255).astype(np.uint8), grey(scene.dsm), truth]
        pictures.append((base, shown))
    synthetic = args.data == "scenes"
    entry: dict[str, object] = {
        "network": model.name,
        "variant": model.variant,
        "dataset": "Nadir synthetic scenes" if synthetic else Path(args.data).name,
        "split": f"{args.seeds} held-out seeds" if synthetic else args.split or "every scene",
        "stridePx": args.stride,
        "flatDsm": args.flat_dsm,
        "seconds": round(time.monotonic() - started, 1),
    }
    if merged:
        entry["scenes"] = per_scene
        return entry, pictures
    for label, matrix in (("full labels", total), ("boundaries eroded", eroded_total)):
        if not matrix.sum():
            continue
        for convention, found in both_conventions(matrix).items():
            entry[f"{convention}, {label}"] = _entry(found)
            print(f"{model.name} {model.variant}, {convention}, {label}: {_line(found)}")
    return entry, pictures


MERGED_PALETTE = np.array(
    [(205, 205, 205), (0, 255, 0), (0, 0, 255), (255, 0, 0), (0, 0, 0)], np.uint8
)


def _line(found: Scores, shown: Sequence[int] = range(6)) -> str:
    each = "  ".join(
        f"{name} {value:.3f}"
        for index, (name, value) in enumerate(zip(found.names, found.iou, strict=True))
        if index in shown
    )
    return f"mIoU {found.mean_iou:.4f}  OA {found.overall_accuracy:.4f}  IoU {each}"


def _entry(found: Scores, shown: Sequence[int] = range(6)) -> dict[str, object]:
    return {
        "miou": round(found.mean_iou, 4),
        "mf1": round(found.mean_f1, 4),
        "oa": round(found.overall_accuracy, 4),
        "kappa": round(found.kappa, 4),
        "ioUPerClass": {
            name: round(float(value), 4)
            for index, (name, value) in enumerate(zip(found.names, found.iou, strict=True))
            if index in shown and np.isfinite(value)
        },
    }
