"""Open cells of a grid closed by what lies around them (docs/heights.md, step 2)."""

from __future__ import annotations

import numpy as np

RELAXATIONS = 24


def fill_holes(values: np.ndarray, is_open: np.ndarray) -> np.ndarray:
    """(h, w) float64 with every open cell filled; known cells keep their bits.

    `values` of open cells do not matter. With no known cell at all everything becomes 0.
    """
    if not is_open.any():
        return values
    if is_open.all():
        return np.zeros_like(values)
    rows, columns = values.shape
    known = np.where(is_open, 0.0, values)
    if max(rows, columns) <= 2:
        mean = sum(float(value) for value in known.ravel()) / int((~is_open).sum())
        return np.where(is_open, mean, values)
    blocks = (-(-rows // 2), -(-columns // 2))
    total, count = np.zeros(blocks), np.zeros(blocks, np.int64)
    for row in (0, 1):
        for column in (0, 1):
            part = known[row::2, column::2]
            total[: part.shape[0], : part.shape[1]] += part
            count[: part.shape[0], : part.shape[1]] += ~is_open[row::2, column::2]
    coarse = fill_holes(total / np.maximum(count, 1), count == 0)
    filled = np.where(
        is_open, coarse[np.arange(rows)[:, None] // 2, np.arange(columns)[None, :] // 2], values
    )
    for _ in range(RELAXATIONS):
        around = np.pad(filled, 1, mode="edge")
        vertical = around[:-2, 1:-1] + around[2:, 1:-1]
        horizontal = around[1:-1, :-2] + around[1:-1, 2:]
        filled = np.where(is_open, (vertical + horizontal) / 4, filled)
    return filled
