"""What orthophotos do to high things: roofs lean away from below the camera."""

from __future__ import annotations

import numpy as np


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
