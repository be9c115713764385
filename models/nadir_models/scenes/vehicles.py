"""Cars, vans and lorries, parked and under way."""

from __future__ import annotations

import numpy as np

from .canvas import Canvas
from .palette import Palette


def park_car(canvas: Canvas, palette: Palette, x: float, y: float, heading: float) -> None:
    """A car at a canvas point; refuses to stand where something taller stands already."""
    rng = palette.rng
    kind = rng.choice(3, p=(0.86, 0.1, 0.04))
    length = float((rng.uniform(3.6, 4.9), rng.uniform(4.8, 6.5), rng.uniform(7, 14))[kind])
    width = float((rng.uniform(1.65, 1.95), 2.0, 2.5)[kind])
    height = float((rng.uniform(1.35, 1.75), 2.2, 3.3)[kind])
    patch = canvas.patch(x, y, length / 2 + 0.3)
    if patch is None:
        return
    along, across = patch.rotated(heading)
    taper = 0.12 * (np.abs(along) / (length / 2)) ** 4 * (1.0 if kind == 0 else 0.2)
    inside = (np.abs(along) <= length / 2) & (np.abs(across) <= width / 2 - taper)
    if not inside.any() or (canvas.height[patch.rows, patch.columns][inside] > 0.5).any():
        return
    body = canvas.add(palette.car())
    bonnet = np.where(along > length * 0.22, 0.6, 1.0)
    if kind == 0 and rng.random() < 0.7:
        bonnet = np.where(along < -length * 0.36, 0.65, bonnet)
    profile = (height * bonnet * np.ones_like(across)).astype(np.float32)
    canvas.stamp(patch, inside, body, profile)
    if kind < 2:
        glass = canvas.add(palette.car_glass())
        screen = (along > length * 0.12) & (along < length * 0.24)
        rear = (along < -length * 0.30) & (along > -length * 0.38)
        panes = inside & (screen | rear) & (np.abs(across) < width * 0.42)
        canvas.stamp(patch, panes, glass)


def park_row(
    canvas: Canvas,
    palette: Palette,
    start: np.ndarray,
    end: np.ndarray,
    heading_offset: float,
    spacing_metres: float,
    occupancy: float,
) -> None:
    """Cars side by side or nose to tail from start to end (canvas metres)."""
    rng = palette.rng
    delta = np.asarray(end) - start
    length = float(np.hypot(*delta))
    if length < spacing_metres:
        return
    heading = float(np.arctan2(delta[1], delta[0])) + heading_offset
    for position in np.arange(spacing_metres / 2, length, spacing_metres):
        if rng.random() < occupancy:
            x, y = start + delta * (position / length) + rng.normal(0, 0.15, 2)
            turn = np.pi if rng.random() < 0.5 else 0.0
            park_car(canvas, palette, float(x), float(y), heading + turn + rng.normal(0, 0.03))
