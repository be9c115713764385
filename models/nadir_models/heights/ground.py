"""The ground under a surface model: a progressive morphological filter on coarse cells.

Zhang et al. 2003, with the outline test of segment-based filters (Sithole and Vosselman 2005). The
exact steps are those of docs/heights.md, whose twin in TypeScript is `src/core/heights`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from .fill_holes import fill_holes

CELL_METRES = 1.0
MOST_CELLS = 4_000_000
"""Radius of the opening and the least height above it that counts, metres."""
STAGES = ((1, 0.3), (2, 0.4), (4, 0.6), (8, 1.0), (16, 1.5), (28, 2.0), (42, 2.5))
PIT_RADII_CELLS = (2, 3)
PIT_METRES = 1.0
STEEP_METRES, STEEP_PER_CELL_METRE = 0.3, 0.25
STEEP_SHARE = 0.3
NEAR_GROUND_METRES = (-0.5, 0.6)


@dataclass(frozen=True)
class Ground:
    """heights: (rows, columns) float64, one per cell; cell_px: side of a cell in pixels."""

    heights: np.ndarray
    cell_px: int


def height_above_ground(dsm: np.ndarray, valid: np.ndarray, pixel_size_metres: float) -> np.ndarray:
    """(h, w) float32 metres above the ground; NaN where `dsm` is not valid.

    dsm: (h, w) metres; valid: (h, w) bool.
    """
    ground = find_ground(dsm, valid, pixel_size_metres)
    above = dsm.astype(np.float64) - ground_under_pixels(ground, dsm.shape)
    return np.where(valid, above, np.nan).astype(np.float32)


def find_ground(dsm: np.ndarray, valid: np.ndarray, pixel_size_metres: float) -> Ground:
    """The ground of a surface model.

    @raises ValueError: without a single valid pixel, or with a pixel size that is not positive.
    """
    if not pixel_size_metres > 0:
        raise ValueError(f"a pixel of {pixel_size_metres} m has no ground")
    if not valid.any():
        raise ValueError("a surface model without a valid pixel has no ground")
    heights = np.where(valid, dsm, np.inf).astype(np.float64)
    cell_px = max(
        1,
        _half_up(CELL_METRES / pixel_size_metres),
        int(np.ceil(np.sqrt(heights.size / MOST_CELLS))),
    )
    low, is_unseen = _lowest_tenths(heights, cell_px)
    cut = _cut_objects(low, is_unseen, cell_px * pixel_size_metres)
    rough = Ground(fill_holes(low, cut), cell_px)
    return _refine(rough, ~cut, heights)


def ground_under_pixels(ground: Ground, shape: tuple[int, int]) -> np.ndarray:
    """(h, w) float64: the ground under each pixel, bilinear between the centres of cells."""
    rows, columns = ground.heights.shape
    top, bottom, down = _between(shape[0], rows, ground.cell_px)
    left, right, along = _between(shape[1], columns, ground.cell_px)
    upper, lower = ground.heights[top], ground.heights[bottom]
    above = upper[:, left] * (1 - along) + upper[:, right] * along
    below = lower[:, left] * (1 - along) + lower[:, right] * along
    return above * (1 - down[:, None]) + below * down[:, None]


def _between(pixels: int, cells: int, cell_px: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    place = np.clip((np.arange(pixels) + 0.5) / cell_px - 0.5, 0, cells - 1)
    first = np.floor(place).astype(np.int64)
    return first, np.minimum(first + 1, cells - 1), place - first


def _lowest_tenths(heights: np.ndarray, cell_px: int) -> tuple[np.ndarray, np.ndarray]:
    """Low order statistic of each cell, and which cells hold no valid pixel (`inf`)."""
    rows, columns = -(-heights.shape[0] // cell_px), -(-heights.shape[1] // cell_px)
    low = np.zeros((rows, columns))
    unseen = np.zeros((rows, columns), bool)
    line = np.full((cell_px, columns * cell_px), np.inf)
    for row in range(rows):
        strip = heights[row * cell_px : (row + 1) * cell_px]
        line[:] = np.inf
        line[: strip.shape[0], : strip.shape[1]] = strip
        cells = line.reshape(cell_px, columns, cell_px).transpose(1, 0, 2).reshape(columns, -1)
        ordered = np.sort(cells, axis=1)
        valid = np.isfinite(ordered).sum(axis=1)
        unseen[row] = valid == 0
        picked = np.take_along_axis(ordered, (np.maximum(valid - 1, 0) // 10)[:, None], 1)[:, 0]
        low[row] = np.where(unseen[row], 0, picked)
    low = fill_holes(low, unseen)
    for radius in PIT_RADII_CELLS:
        rim = _lowest_of_ring(low, radius)
        low = np.where(low < rim - PIT_METRES, rim, low)
    return low, unseen


def _lowest_of_ring(low: np.ndarray, radius: int) -> np.ndarray:
    around = np.pad(low, radius, mode="edge")
    rows, columns = low.shape
    side = range(2 * radius + 1)
    shifts = [
        around[row : row + rows, column : column + columns]
        for row in side
        for column in side
        if max(abs(row - radius), abs(column - radius)) == radius
    ]
    return np.minimum.reduce(shifts)


def _cut_objects(low: np.ndarray, is_unseen: np.ndarray, cell_metres: float) -> np.ndarray:
    """(rows, columns) bool: cells that are an object or were not seen."""
    is_object = np.zeros(low.shape, bool)
    surface = low
    for radius_metres, least_metres in STAGES:
        side = 2 * max(1, _half_up(radius_metres / cell_metres)) + 1
        lowest = ndimage.minimum_filter(surface, side, mode="nearest")
        above = surface - ndimage.maximum_filter(lowest, side, mode="nearest")
        group, groups = ndimage.label(above > least_metres)
        if groups > 0:
            outline, steep = _outlines(
                above, group, groups, STEEP_METRES + STEEP_PER_CELL_METRE * cell_metres
            )
            is_object |= (steep > STEEP_SHARE * outline)[group]
            surface = fill_holes(low, is_object)
    return is_object | is_unseen


def _outlines(
    above: np.ndarray, group: np.ndarray, groups: int, steep_metres: float
) -> tuple[np.ndarray, np.ndarray]:
    """Sides of each group towards cells of none, all and the steep ones; group 0 has none."""
    outline, steep = np.zeros(groups + 1, np.int64), np.zeros(groups + 1, np.int64)
    for axis in (0, 1):
        for inner, outer in (
            (slice(None, -1), slice(1, None)),
            (slice(1, None), slice(None, -1)),
        ):
            here = (inner, slice(None)) if axis == 0 else (slice(None), inner)
            there = (outer, slice(None)) if axis == 0 else (slice(None), outer)
            is_side = (group[here] > 0) & (group[there] == 0)
            owner = group[here][is_side]
            step = (above[here] - above[there])[is_side]
            outline += np.bincount(owner, minlength=groups + 1)
            steep += np.bincount(owner[step > steep_metres], minlength=groups + 1)
    return outline, steep


def _refine(rough: Ground, is_ground: np.ndarray, heights: np.ndarray) -> Ground:
    """The ground raised by the mean of what lies close to it (`inf` in `heights`: not valid)."""
    above = heights - ground_under_pixels(rough, heights.shape)
    lowest, highest = NEAR_GROUND_METRES
    is_near = (above > lowest) & (above < highest)
    count = _sum_in_cells(is_near.astype(np.float64), rough)
    total = _sum_in_cells(np.where(is_near, above, 0.0), rough)
    is_open = ~is_ground | (count == 0)
    raised = rough.heights + total / np.maximum(count, 1)
    return Ground(fill_holes(np.where(is_open, 0.0, raised), is_open), rough.cell_px)


def _sum_in_cells(values: np.ndarray, ground: Ground) -> np.ndarray:
    rows = np.add.reduceat(values, np.arange(0, values.shape[0], ground.cell_px), axis=0)
    return np.add.reduceat(rows, np.arange(0, values.shape[1], ground.cell_px), axis=1)


def _half_up(value: float) -> int:
    return int(np.floor(value + 0.5))
