"""Photos of real ground on which only buildings are known: outlines, and nothing else.

What lies outside an outline may be any other class, so that a window of such a photo teaches one
thing only: how likely each pixel is a building. Its heights are absent.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from torch import Tensor

from nadir_models.errors import NadirError
from nadir_models.evaluate.evaluation import outlined_photos
from nadir_models.families.problem import Problem
from nadir_models.scenes.pixel_size import area_mean, nearest

BUILT, NOT_BUILT = 253, 254
"""Labels inside and outside outlines; neither is a class of its own."""


@dataclass(frozen=True)
class Photos:
    """A folder of `images` and `masks` of one pixel size, and whom to thank for it."""

    folder: Path
    pixel_size_metres: float
    credit: str = ""


class PhotoBank:
    """The photos of a folder to learn from, at the problem's pixel size, as a `Bank`."""

    def __init__(self, photos: Photos, problem: Problem) -> None:
        if not problem.is_above_ground:
            raise NadirError(
                f"Photos without heights cannot be learnt from with the problem '{problem.name}', "
                "which needs heights everywhere."
            )
        self.problem = replace(problem, absent_share=1.0)
        self.images: list[np.ndarray] = []
        self.heights: list[np.ndarray] = []
        self.labels: list[np.ndarray] = []
        scale = problem.gsd_metres["best"] / photos.pixel_size_metres
        for photo in outlined_photos(photos.folder, photos.pixel_size_metres, "train"):
            image, _ = area_mean(photo.image, np.ones(photo.labels.shape, bool), scale)
            labels = photo.labels[nearest(photo.labels.shape, scale)]
            self.images.append((image * 255 + 0.5).astype(np.uint8))
            self.labels.append(np.where(labels == 1, BUILT, NOT_BUILT).astype(np.uint8))
            self.heights.append(np.full(labels.shape, np.nan, np.float16))
        self.highest = [0.0] * len(self.images)

    def __len__(self) -> int:
        return len(self.images)


def outline_loss(logits: Tensor, labels: Tensor, building: int) -> Tensor:
    """Binary cross entropy of the softmax's channel `building` over outlined pixels.

    logits (B, K, H, W); labels (B, H, W) with `BUILT`, `NOT_BUILT` or anything else, which does not
    count. Zero where nothing is outlined.
    """
    built, outside = labels == BUILT, labels == NOT_BUILT
    count = int((built | outside).sum())
    if count == 0:
        return logits.sum() * 0
    log = logits.log_softmax(1)
    others = [channel for channel in range(logits.shape[1]) if channel != building]
    is_building, is_other = log[:, building], log[:, others].logsumexp(1)
    return -(is_building[built].sum() + is_other[outside].sum()) / count
