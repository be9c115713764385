"""What orthophotos do to high things: roofs lean, and edges of roofs fray."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from .noise import smooth_noise


def lean(image: np.ndarray, height: np.ndarray, shift_per_metre_px: tuple[float, float]) -> None:
    """Move every pixel of an (h, w, bands) image by its height, in place, high ones over low ones.

    shift_per_metre_px: rows and columns per metre above the ground. Where a wall comes into sight
    the image stays as it was.
    """
    before = image.copy()
    level = np.round(np.clip(height, 0, 60) * 2).astype(np.int32)
    rows, columns = height.shape
    for step in np.unique(level)[1:]:
        down, across = (round(shift * step / 2) for shift in shift_per_metre_px)
        if down == 0 and across == 0:
            continue
        row, column = np.nonzero(level == step)
        row_to, column_to = row + down, column + across
        seen = (row_to >= 0) & (row_to < rows) & (column_to >= 0) & (column_to < columns)
        image[row_to[seen], column_to[seen]] = before[row[seen], column[seen]]


def fray(
    image: np.ndarray, height: np.ndarray, reach_px: float, rng: np.random.Generator
) -> np.ndarray:
    """The image as a true orthophoto from a rounded surface model shows it.

    Edges of high things are drawn out of place by about `reach_px`, to and fro.
    """
    step = ndimage.maximum_filter(height, 5) - ndimage.minimum_filter(height, 5)
    near = ndimage.gaussian_filter(np.minimum(step / 3, 1).astype(np.float32), 2.0)
    rows, columns = np.indices(height.shape, dtype=np.float32)
    row, column = (
        place + np.float32(reach_px) * near * smooth_noise(rng, height.shape, 6.0)
        for place in (rows, columns)
    )
    bands = [
        ndimage.map_coordinates(band, (row, column), order=1, mode="nearest")
        for band in np.moveaxis(image, -1, 0)
    ]
    return np.stack(bands, -1)
