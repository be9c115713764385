"""Heights above ground as they go wrong: absent, or wrong in all of a window or a part of it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import ndimage

from nadir_models.families.problem import Problem
from nadir_models.heights.fill_holes import fill_holes
from nadir_models.scenes.classes import TREE
from nadir_models.scenes.noise import smooth_noise

Error = Callable[[np.ndarray, np.ndarray, np.random.Generator], np.ndarray]


def spoil_heights(
    above: np.ndarray, labels: np.ndarray, problem: Problem, rng: np.random.Generator
) -> np.ndarray:
    """(h, w) metres above ground, NaN where there are none; labels (h, w) are the true classes."""
    if rng.random() < problem.absent_share:
        return np.full_like(above, np.nan)
    if rng.random() >= problem.wrong_share or not np.isfinite(above).any():
        return above
    spoilt = above
    for index in rng.choice(len(ERRORS), int(rng.integers(1, 3)), replace=False):
        spoilt = ERRORS[index](spoilt, labels, rng)
    if rng.random() < 0.4:
        spoilt = np.where(_half_plane(above.shape, rng), spoilt, above)
    return spoilt.astype(np.float32)


def _shifted(above: np.ndarray, _labels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    rows, columns = (int(n) for n in rng.integers(-8, 9, 2))
    return np.roll(above, (rows, columns), (0, 1))


def _smooth(above: np.ndarray, _labels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return ndimage.gaussian_filter(above, float(rng.uniform(0.8, 6)))


def _noisy(above: np.ndarray, _labels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Decimetres, from pixel to pixel and over metres."""
    fine = rng.standard_normal(above.shape, dtype=np.float32) * np.float32(rng.uniform(0, 0.15))
    coarse = smooth_noise(rng, above.shape, float(rng.uniform(4, 25)))
    return above + fine + np.float32(rng.uniform(0, 0.5)) * coarse


def _closed(above: np.ndarray, _labels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Holes filled from their rim: whatever stood there is gone, or its neighbour has spread."""
    unknown = ~np.isfinite(above)
    filled = fill_holes(above.astype(np.float64), _blobs(above.shape, rng) | unknown)
    return np.where(unknown, np.nan, filled).astype(np.float32)


def _missing(above: np.ndarray, _labels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return np.where(_blobs(above.shape, rng), np.nan, above)


def _porous(above: np.ndarray, labels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Laser pulses that fall through crowns, most of them without leaves."""
    through = rng.random(above.shape) < rng.uniform(0.2, 0.9)
    depth = rng.random(above.shape, dtype=np.float32)
    return np.where(through & (labels == TREE), above * depth, above)


def _flat(above: np.ndarray, _labels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Large objects taken for the ground."""
    return np.where(_blobs(above.shape, rng), np.minimum(above, 0.1), above)


ERRORS: tuple[Error, ...] = (_shifted, _smooth, _noisy, _noisy, _closed, _missing, _porous, _flat)


def _blobs(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    """(h, w) bool: a few round spots, a tenth to a half of the window."""
    field = smooth_noise(rng, (shape[0], shape[1]), max(shape) / float(rng.uniform(2, 8)))
    return field > np.quantile(field, 1 - rng.uniform(0.1, 0.5))


def _half_plane(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    angle = rng.uniform(0, 2 * np.pi)
    down = np.linspace(-1, 1, shape[0])[:, None] * np.sin(angle)
    return down + np.linspace(-1, 1, shape[1])[None] * np.cos(angle) > rng.uniform(-0.5, 0.5)
