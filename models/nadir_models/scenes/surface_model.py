"""The DSM as image matching or laser scanning would deliver it."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from .noise import resize_field, smooth_noise


def observe_dsm(
    rng: np.random.Generator, surface: np.ndarray, canopy: np.ndarray, gsd: float
) -> np.ndarray:
    """A measured surface model on the same grid, metres.

    `surface` are true heights, `canopy` is how porous a pixel is to laser pulses (height of the
    crown above ground in metres, 0 elsewhere). Matching smooths, rounds corners and ripples;
    laser scanning is sharp, jittered at edges and falls through crowns. Either may come coarser
    than the image, noisy, with spikes and a vertical offset.
    """
    model = surface.astype(np.float32)
    if rng.random() < 0.5:
        model = _as_laser(rng, model, canopy, gsd)
    else:
        model = _as_matching(rng, model, gsd)
    coarser = float(np.exp(rng.uniform(0, np.log(5)))) if rng.random() < 0.5 else 1.0
    if coarser > 1.2:
        rows, columns = model.shape
        small = resize_field(model, (max(8, int(rows / coarser)), max(8, int(columns / coarser))))
        if rng.random() < 0.4:
            near_rows = np.minimum((np.arange(rows) / coarser).astype(int), small.shape[0] - 1)
            near_columns = np.minimum(
                (np.arange(columns) / coarser).astype(int), small.shape[1] - 1
            )
            model = small[near_rows[:, None], near_columns[None, :]]
        else:
            model = resize_field(small, model.shape)
    model = model + np.float32(rng.uniform(-2, 2))
    if rng.random() < 0.3:
        _add_spikes(rng, model)
    return model.astype(np.float32)


def _as_laser(
    rng: np.random.Generator, surface: np.ndarray, canopy: np.ndarray, gsd: float
) -> np.ndarray:
    rows, columns = surface.shape
    jitter = max(0.3, float(rng.uniform(0.05, 0.35)) / gsd)
    jitter = min(jitter, 2.5)
    row = np.arange(rows)[:, None] + np.round(rng.normal(0, jitter, surface.shape)).astype(np.int64)
    column = np.arange(columns)[None, :] + np.round(rng.normal(0, jitter, surface.shape)).astype(
        np.int64
    )
    hit = np.clip(row, 0, rows - 1), np.clip(column, 0, columns - 1)
    model, canopy = surface[hit], canopy[hit]
    through = rng.random(surface.shape, dtype=np.float32) < np.float32(rng.uniform(0.0, 0.45))
    depth = rng.random(surface.shape, dtype=np.float32)
    model = model - np.where(through, canopy * depth, 0).astype(np.float32)
    return model + rng.normal(0, rng.uniform(0.01, 0.05), surface.shape).astype(np.float32)


def _as_matching(rng: np.random.Generator, surface: np.ndarray, gsd: float) -> np.ndarray:
    spread = min(6.0, float(rng.uniform(0.05, 0.7)) / gsd)
    if rng.random() < 0.5:
        model = ndimage.gaussian_filter(surface, spread)
    else:
        coarse = ndimage.median_filter(surface[::2, ::2], size=max(3, min(7, int(spread) | 1)))
        model = resize_field(coarse, surface.shape)
    ripple = smooth_noise(rng, surface.shape, max(2.0, 1.5 / gsd))
    wave = smooth_noise(rng, surface.shape, max(4.0, 12 / gsd))
    return model + np.float32(rng.uniform(0.0, 0.15)) * ripple + np.float32(0.1) * wave


def _add_spikes(rng: np.random.Generator, model: np.ndarray) -> None:
    rows, columns = model.shape
    for _ in range(int(rng.integers(1, 12))):
        row, column = int(rng.integers(rows)), int(rng.integers(columns))
        size = int(rng.integers(1, 4))
        spike = float(rng.choice([-1, 1]) * rng.exponential(8))
        model[row : row + size, column : column + size] += np.float32(np.clip(spike, -15, 30))
