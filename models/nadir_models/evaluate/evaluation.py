"""The papers' sliding-window test of one network over scenes, and its report.

Windows of the network's own size, the last pulled back to the edge; raw logits summed, then argmax.
The DSM is scaled by min-max over each raster's valid pixels.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from torch import nn

from nadir_models.checkpoints.read import read_checkpoint
from nadir_models.errors import NadirError
from nadir_models.evaluate.predict import predict_raster, scale_dsm
from nadir_models.evaluate.scores import Scores, both_conventions, confusion_matrix, scores
from nadir_models.families.family import Family, Variant
from nadir_models.families.registry import get_family
from nadir_models.scenes import PALETTE, erode_boundaries, generate_scene
from nadir_models.scenes.classes import (
    BUILDING,
    CAR,
    CLASS_NAMES,
    CLUTTER,
    IGNORE,
    IMPERVIOUS,
    LOW_VEGETATION,
    TREE,
    UNDEFINED,
)
from nadir_models.scenes.contact_sheet import grey
from nadir_models.scenes.folder import find_scenes, official_split, read_scene
from nadir_models.scenes.seeds import HELD_OUT_SEED

MERGED_NAMES = ("ground", "vegetation", "building", "car or clutter")
MERGED = np.zeros(256, np.uint8)
MERGED[[IMPERVIOUS, LOW_VEGETATION]] = 0
MERGED[TREE] = 1
MERGED[BUILDING] = 2
MERGED[[CAR, CLUTTER]] = 3
MERGED[IGNORE] = IGNORE
"""The generator's classes as the three that laser points are labelled with, and what is left."""
MERGED_PALETTE = np.array(
    [(205, 205, 205), (0, 255, 0), (0, 0, 255), (255, 0, 0), (0, 0, 0)], np.uint8
)


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
    family: Family
    variant_name: str
    to_class: np.ndarray

    @property
    def variant(self) -> Variant:
        """The size of the network."""
        return self.family.variant(self.variant_name)


def load_model(path: Path) -> Model:
    """A checkpoint written by `train`, in eval mode."""
    stored = read_checkpoint(path)
    facts = stored.facts
    if "network" not in facts or "classes" not in facts:
        raise NadirError(f"{path} does not say which network it is; give a file written by train.")
    family, variant = get_family(facts["network"]), facts["variant"]
    network = family.variant(variant).build(num_classes=facts["num_classes"])
    network.load_state_dict(stored.state_dict)
    to_class = np.array([CLASS_NAMES.index(entry["name"]) for entry in facts["classes"]], np.uint8)
    return Model(network.eval(), family, variant, to_class)


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


@dataclass(frozen=True)
class Evaluation:
    """Report entries by name, and per scene [image, DSM, truth] and the prediction as pictures."""

    entry: dict[str, Any]
    pictures: list[tuple[list[np.ndarray], np.ndarray]]


def evaluate_model(
    model: Model, scenes: Iterable[TestScene], stride_px: int, *, merged: bool, flat_dsm: bool
) -> Evaluation:
    """Predict every scene and score it against its truth; what is found is printed as well.

    merged: truths hold the classes of `MERGED_NAMES`, and each scene is scored by itself; otherwise
    all pixels are pooled. flat_dsm: the network is shown a DSM of zeros.
    """
    classes = len(MERGED_NAMES) if merged else len(CLASS_NAMES)
    total = np.zeros((classes, classes), np.int64)
    eroded_total = np.zeros_like(total)
    entry: dict[str, Any] = {}
    per_scene: dict[str, object] = {}
    pictures = []
    started = time.monotonic()
    for scene in scenes:
        dsm = np.zeros_like(scene.dsm) if flat_dsm else scene.dsm
        channels = predict_raster(
            model.network, model.variant, scene.image.transpose(2, 0, 1), dsm, stride_px
        )
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
    entry["seconds"] = round(time.monotonic() - started, 1)
    if merged:
        return Evaluation(entry | {"scenes": per_scene}, pictures)
    for label, matrix in (("full labels", total), ("boundaries eroded", eroded_total)):
        if not matrix.sum():
            continue
        for convention, found in both_conventions(matrix).items():
            entry[f"{convention}, {label}"] = _entry(found)
            name = f"{model.family.name} {model.variant_name}"
            print(f"{name}, {convention}, {label}: {_line(found)}")
    return Evaluation(entry, pictures)


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
