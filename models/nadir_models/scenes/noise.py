"""Smooth random fields, the raw material of terrain and textures."""

from __future__ import annotations

import numpy as np
from PIL import Image


def resize_field(
    field: np.ndarray,
    shape: tuple[int, int],
    box: tuple[float, float, float, float] | None = None,
) -> np.ndarray:
    """Bicubic resampling of a (h, w) float field, or of its `box` (left, top, right, bottom)."""
    image = Image.fromarray(np.ascontiguousarray(field, dtype=np.float32))
    size = (shape[1], shape[0])
    return np.asarray(image.resize(size, Image.Resampling.BICUBIC, box=box))


def smooth_noise(
    rng: np.random.Generator, shape: tuple[int, int], scale_px: float, octaves: int = 1
) -> np.ndarray:
    """Fractal value noise with features of about `scale_px` pixels; mean 0, standard deviation 1.

    Every further octave halves both scale and amplitude.
    """
    total = np.zeros(shape, np.float32)
    amplitude = np.float32(1.0)
    for octave in range(octaves):
        step = max(1.0, scale_px / 2**octave)
        if step <= 1.0:
            layer = rng.standard_normal(shape, dtype=np.float32)
        else:
            rows, columns = (int(np.ceil(length / step)) + 3 for length in shape)
            coarse = rng.standard_normal((rows, columns), dtype=np.float32)
            left, top = 1 + rng.random(), 1 + rng.random()
            box = (left, top, left + shape[1] / step, top + shape[0] / step)
            layer = resize_field(coarse, shape, box)
        total += amplitude * layer
        amplitude *= np.float32(0.5)
    return (total - total.mean()) / (total.std() + np.float32(1e-6))
