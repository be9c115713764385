"""Scores from a confusion matrix, in both of the field's conventions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nadir_models.scenes.classes import CLASS_NAMES, CLUTTER


def confusion_matrix(truth: np.ndarray, predicted: np.ndarray, classes: int = 6) -> np.ndarray:
    """(K, K) counts, rows are the truth; pixels whose truth is not a class are left out."""
    known = truth < classes
    pairs = truth[known].astype(np.int64) * classes + predicted[known]
    return np.bincount(pairs.ravel(), minlength=classes * classes).reshape(classes, classes)


@dataclass(frozen=True)
class Scores:
    """Per-class IoU and F1, their means over the classes that occur, overall accuracy, kappa."""

    names: tuple[str, ...]
    iou: np.ndarray
    f1: np.ndarray
    mean_iou: float
    mean_f1: float
    overall_accuracy: float
    kappa: float


def scores(matrix: np.ndarray, names: tuple[str, ...], averaged: tuple[int, ...]) -> Scores:
    """Scores of a confusion matrix; means run over `averaged` classes that occur at all."""
    matrix = matrix.astype(np.float64)
    hits, truth, predicted = np.diag(matrix), matrix.sum(1), matrix.sum(0)
    total = max(float(matrix.sum()), 1.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        iou = hits / (truth + predicted - hits)
        f1 = 2 * hits / (truth + predicted)
    chance = float((truth * predicted).sum()) / total**2
    accuracy = float(hits.sum()) / total
    chosen = list(averaged)
    return Scores(
        names=names,
        iou=iou,
        f1=f1,
        mean_iou=float(np.nanmean(iou[chosen])),
        mean_f1=float(np.nanmean(f1[chosen])),
        overall_accuracy=accuracy,
        kappa=(accuracy - chance) / (1 - chance) if chance < 1 else float("nan"),
    )


def both_conventions(matrix: np.ndarray) -> dict[str, Scores]:
    """Scores of a six-class matrix (generator's order).

    "5 classes, with clutter pixels": MoBaNet and MFNet; clutter counts in rows, columns and
    overall accuracy, only the means leave it out. "5 classes, without clutter": EMSNet; row and
    column of clutter are deleted first.
    """
    five = tuple(i for i in range(6) if i != CLUTTER)
    kept = matrix[np.ix_(five, five)]
    names = tuple(CLASS_NAMES[i] for i in five)
    return {
        "5 classes, with clutter pixels": scores(matrix, CLASS_NAMES, five),
        "5 classes, without clutter": scores(kept, names, tuple(range(5))),
    }
