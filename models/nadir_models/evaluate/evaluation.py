"""The papers' sliding-window test of one network over scenes, and its report.

Windows of the network's own size, the last pulled back to the edge; raw logits summed, then argmax.
A network may run on another pixel size than the image's: area means go in, logits are interpolated
back, and the truth is always met on the image's own grid.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from torch import nn

from nadir_models.checkpoints.read import read_checkpoint, require_described
from nadir_models.errors import NadirError
from nadir_models.evaluate.height_tensor import absent_heights, height_tensor
from nadir_models.evaluate.predict import interpolated, mean_logits
from nadir_models.evaluate.scores import Scores, both_conventions, confusion_matrix, scores
from nadir_models.families.family import Family, Variant
from nadir_models.families.preprocessing import Preprocessing
from nadir_models.families.problem import MIXED, get_problem
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
from nadir_models.scenes.pixel_size import area_mean
from nadir_models.scenes.seeds import HELD_OUT_SEED


@dataclass(frozen=True)
class Truth:
    """A table of classes that predictions are merged to before they meet the truth.

    of_class: (256,) the truth's class for each of the generator's.
    """

    names: tuple[str, ...]
    of_class: np.ndarray
    palette: np.ndarray


def _merging(*groups: tuple[int, ...]) -> np.ndarray:
    table = np.full(256, IGNORE, np.uint8)
    for merged, group in enumerate(groups):
        table[list(group)] = merged
    return table


LIDAR = Truth(
    ("ground", "vegetation", "building", "car or clutter"),
    _merging((IMPERVIOUS, LOW_VEGETATION), (TREE,), (BUILDING,), (CAR, CLUTTER)),
    np.array([(205, 205, 205), (0, 255, 0), (0, 0, 255), (255, 0, 0)], np.uint8),
)
"""The three classes that laser points are labelled with, and what is left."""
BUILDINGS = Truth(
    ("other", "building"),
    _merging((IMPERVIOUS, LOW_VEGETATION, TREE, CAR, CLUTTER), (BUILDING,)),
    np.array([(205, 205, 205), (0, 0, 255)], np.uint8),
)
"""Outlines of buildings and nothing else."""


@dataclass(frozen=True)
class TestScene:
    """A raster to score: image (H, W, 3) in 0..1, heights (H, W) in metres, truth (H, W) class ids.

    valid: (H, W) where there are heights. pixel_size_metres: None where it is not known.
    """

    name: str
    image: np.ndarray
    heights: np.ndarray
    valid: np.ndarray
    labels: np.ndarray
    eroded: np.ndarray | None
    pixel_size_metres: float | None


@dataclass(frozen=True)
class Model:
    """A network ready to predict; `to_class` turns its channels into the generator's class ids."""

    network: nn.Module
    family: Family
    variant_name: str
    to_class: np.ndarray
    facts: Preprocessing

    @property
    def variant(self) -> Variant:
        """The size of the network."""
        return self.family.variant(self.variant_name)


def load_model(path: Path) -> Model:
    """A checkpoint written by `train`, in eval mode."""
    stored = read_checkpoint(path)
    require_described(stored, path)
    facts = stored.facts
    family, variant = get_family(facts["network"]), facts["variant"]
    network = family.variant(variant).build(num_classes=facts["num_classes"])
    network.load_state_dict(stored.state_dict)
    to_class = np.array([CLASS_NAMES.index(entry["name"]) for entry in facts["classes"]], np.uint8)
    problem = get_problem(facts.get("problem", MIXED.name))
    seen = problem.applied(family.variant(variant).preprocessing_for(ours=True))
    return Model(network.eval(), family, variant, to_class, seen)


def held_out_scenes(
    count: int, size_px: int, pixel_size_metres: float | None = None
) -> Iterator[TestScene]:
    """Scenes whose seeds are in neither training nor validation; of their own pixel size without
    one."""
    for seed in range(HELD_OUT_SEED, HELD_OUT_SEED + count):
        scene = generate_scene(seed, size_px, pixel_size_metres)
        image = scene.image[..., :3].astype(np.float32) / 255
        eroded = erode_boundaries(scene.labels, 3)
        eroded[eroded == UNDEFINED] = IGNORE
        name = f"{seed} ({scene.style}, {scene.gsd * 100:.0f} cm)"
        valid = np.isfinite(scene.dsm)
        yield TestScene(name, image, scene.dsm, valid, scene.labels, eroded, scene.gsd)


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
        yield TestScene(
            files.name, image, scene.heights[part], valid, labels, None, scene.pixel_size_metres
        )


HELD_OUT_EVERY = 4
"""Every fourth photo with outlines, by name, is for testing."""


def outlined_photos(
    folder: Path, pixel_size_metres: float, split: str | None = None
) -> Iterator[TestScene]:
    """Photos `images/*.png` with `masks/*.png` of the same name, above 127 where a building is.

    split: `train` or `test`; both without.
    """
    masks = sorted((folder / "masks").glob("*.png"))
    if not masks:
        raise NadirError(f"{folder} has no masks/*.png with the outlines of buildings.")
    for index, path in enumerate(masks):
        is_test = index % HELD_OUT_EVERY == HELD_OUT_EVERY - 1
        if split and (split == "test") != is_test:
            continue
        photo = folder / "images" / path.name
        if not photo.is_file():
            raise NadirError(f"{path} has no photo {photo}.")
        image = np.asarray(Image.open(photo).convert("RGB")).astype(np.float32) / 255
        labels = (np.asarray(Image.open(path).convert("L")) > 127).astype(np.uint8)
        nothing = np.full(labels.shape, np.nan, np.float32)
        yield TestScene(
            path.stem, image, nothing, np.isfinite(nothing), labels, None, pixel_size_metres
        )


@dataclass(frozen=True)
class Evaluation:
    """Report entries by name, and per scene [image, DSM, truth] and the prediction as pictures."""

    entry: dict[str, Any]
    pictures: list[tuple[list[np.ndarray], np.ndarray]]


def predict_scene(
    model: Model,
    scene: TestScene,
    stride_px: int,
    pixel_size_metres: float | None = None,
    flat_dsm: bool = False,
) -> np.ndarray:
    """The generator's class ids (H, W) of a scene.

    pixel_size_metres: of the run, where it is not the image's. flat_dsm: the network is shown what
    stands for absent heights, zeros where it needs some.
    """
    optical = scene.image.transpose(2, 0, 1)
    if flat_dsm:
        heights = absent_heights(model.facts, scene.heights.shape)
    else:
        heights = height_tensor(model.facts, scene.heights, scene.valid, scene.pixel_size_metres)
    scale = 1.0
    if pixel_size_metres is not None and scene.pixel_size_metres is not None:
        scale = pixel_size_metres / scene.pixel_size_metres
    if abs(scale - 1) < 1e-6:
        means = mean_logits(model.network, model.variant, optical, heights, stride_px)
        return model.to_class[means.argmax(0)]
    everywhere = np.ones(scene.labels.shape, bool)
    image, _ = area_mean(scene.image, everywhere, scale)
    known = scene.valid if not flat_dsm and scene.valid.any() else everywhere
    mean_heights, is_known = area_mean(heights, known, scale)
    mean_heights[~is_known] = model.facts.absent_heights or 0
    means = mean_logits(
        model.network,
        model.variant,
        image.transpose(2, 0, 1).astype(np.float32),
        mean_heights.astype(np.float32),
        stride_px,
    )
    return model.to_class[interpolated(means, scene.labels.shape, scale).argmax(0)]


def evaluate_model(
    model: Model,
    scenes: Iterable[TestScene],
    stride_px: int,
    *,
    truth: Truth | None = None,
    flat_dsm: bool = False,
    pixel_size_metres: float | None = None,
) -> Evaluation:
    """Predict every scene and score it against its truth; what is found is printed as well.

    truth: predictions are merged to its classes, and each scene is scored by itself, or as one
    where they are photos with outlines; without one all pixels of the six classes are pooled.
    """
    names = truth.names if truth else CLASS_NAMES
    total = np.zeros((len(names), len(names)), np.int64)
    eroded_total = np.zeros_like(total)
    entry: dict[str, Any] = {}
    per_scene: dict[str, object] = {}
    pictures = []
    started = time.monotonic()
    for scene in scenes:
        predicted = predict_scene(model, scene, stride_px, pixel_size_metres, flat_dsm)
        shown = PALETTE[predicted]
        if truth:
            predicted = truth.of_class[predicted]
        matrix = confusion_matrix(scene.labels, predicted, len(names))
        total += matrix
        if scene.eroded is not None:
            eroded_total += confusion_matrix(scene.eroded, predicted, len(names))
        if truth is LIDAR:
            per_scene[scene.name] = _merged_entry(matrix, truth, scene.name)
        if truth:
            palette = np.vstack([truth.palette, np.zeros((1, 3), np.uint8)])
            labels = palette[np.minimum(scene.labels, len(names))]
        else:
            found = both_conventions(matrix)["5 classes, with clutter pixels"]
            print(f"{scene.name}: mIoU {found.mean_iou:.3f}", flush=True)
            labels = PALETTE[np.where(scene.labels == IGNORE, UNDEFINED, scene.labels)]
        heights = np.where(scene.valid, scene.heights, 0)
        base = [(scene.image * 255).astype(np.uint8), grey(heights), labels]
        pictures.append((base, shown))
    entry["seconds"] = round(time.monotonic() - started, 1)
    if truth:
        pooled = {} if per_scene else {"every photo": _merged_entry(total, truth, "every photo")}
        return Evaluation(entry | {"scenes": per_scene or pooled}, pictures)
    for label, matrix in (("full labels", total), ("boundaries eroded", eroded_total)):
        if not matrix.sum():
            continue
        for convention, found in both_conventions(matrix).items():
            entry[f"{convention}, {label}"] = _entry(found)
            name = f"{model.family.name} {model.variant_name}"
            print(f"{name}, {convention}, {label}: {_line(found)}")
    return Evaluation(entry, pictures)


def _merged_entry(matrix: np.ndarray, truth: Truth, name: str) -> dict[str, object]:
    """Scores over the classes that the truth holds, and the share seen as car or clutter."""
    occurring = tuple(int(i) for i in np.flatnonzero(matrix.sum(1)))
    found = scores(matrix, truth.names, occurring)
    print(f"{name}: {_line(found, occurring)}", flush=True)
    entry = _entry(found, occurring)
    if truth is LIDAR:
        share = float(matrix[:, -1].sum() / max(1, matrix.sum()))
        entry["carOrClutterShare"] = share
    return entry


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
