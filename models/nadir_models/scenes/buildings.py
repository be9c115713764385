"""Buildings: footprints, roof shapes and what stands on roofs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from .canvas import Canvas, Patch
from .classes import BUILDING
from .palette import Palette

RoofKind = Literal["gable", "hip", "half-hip", "mansard", "shed", "flat", "dome"]


@dataclass(frozen=True)
class Building:
    """A rectangular building (or wing): centre and sizes in canvas metres, angle in radians.

    The ridge of a gabled roof runs along `length`.
    """

    x: float
    y: float
    angle: float
    length: float
    width: float
    eave_metres: float
    roof: RoofKind
    pitch: float = 0.7
    """Rise over run of the main slopes."""
    parapet_metres: float = 0.0


def roof_height(building: Building, along: np.ndarray, across: np.ndarray) -> np.ndarray:
    """Height above ground of the roof at offsets from the centre, metres; unclipped outside."""
    end = building.length / 2 - np.abs(along)
    side = building.width / 2 - np.abs(across)
    slope = building.pitch
    if building.roof == "gable":
        rise = slope * side + 0 * end
    elif building.roof == "hip":
        rise = slope * np.minimum(side, end)
    elif building.roof == "half-hip":
        rise = np.minimum(slope * side, slope * building.width * 0.28 + slope * end)
    elif building.roof == "mansard":
        inner = np.minimum(side, end)
        rise = np.minimum(3.0 * inner, 2.4 + 0.25 * inner)
    elif building.roof == "shed":
        rise = 0.4 * slope * (across + building.width / 2) + 0 * end
    elif building.roof == "dome":
        radius = building.width / 2
        rise = 0.6 * np.sqrt(np.maximum(radius**2 - along**2 - across**2, 0))
    else:
        rim = np.minimum(side, end) < 0.35
        rise = np.where(rim, building.parapet_metres, 0.0)
    return (building.eave_metres + rise).astype(np.float32)


def raise_building(
    canvas: Canvas, palette: Palette, wings: list[Building], details: bool = True
) -> None:
    """Stand a building of one or more wings on the canvas; where wings overlap the higher wins."""
    rng = palette.rng
    main = wings[0]
    surface = canvas.add(palette.roof(main.angle, main.roof in ("flat", "dome")))
    slope_levels = [canvas.ground_at(wing.x, wing.y) for wing in wings]
    base = min(slope_levels)
    for wing in wings:
        patch = canvas.patch(wing.x, wing.y, np.hypot(wing.length, wing.width) / 2)
        if patch is None:
            continue
        along, across = patch.rotated(wing.angle)
        if wing.roof == "dome":
            inside = along**2 + across**2 <= (wing.width / 2) ** 2
        else:
            inside = (np.abs(along) <= wing.length / 2) & (np.abs(across) <= wing.width / 2)
        where = (patch.rows, patch.columns)
        height = roof_height(wing, along, across) + base - canvas.terrain[where]
        inside &= height > canvas.height[where]
        canvas.stamp(patch, inside, surface, height)
    if not details:
        return
    for wing in wings:
        if wing.roof in ("flat", "dome"):
            _flat_roof_details(canvas, palette, wing)
        elif min(wing.length, wing.width) > 4:
            _pitched_roof_details(canvas, palette, wing)
    if rng.random() < 0.1 and main.roof == "gable":
        _ridge_line(canvas, palette, main)


def _raise_box(
    canvas: Canvas,
    building: Building,
    offset: tuple[float, float],
    size: tuple[float, float],
    rise: float | None,
    surface_id: int,
) -> None:
    """A box or a flat picture (rise None) on a roof, at an offset in the building's own frame."""
    cosine, sine = np.cos(building.angle), np.sin(building.angle)
    x = building.x + offset[0] * cosine - offset[1] * sine
    y = building.y + offset[0] * sine + offset[1] * cosine
    patch = canvas.patch(x, y, np.hypot(*size) / 2)
    if patch is None:
        return
    along, across = patch.rotated(building.angle)
    inside = (np.abs(along) <= size[0] / 2) & (np.abs(across) <= size[1] / 2)
    if not inside.any():
        return
    if rise is None:
        canvas.stamp(patch, inside, surface_id)
        return
    where = (patch.rows, patch.columns)
    top = float(canvas.height[where][inside].max()) + rise
    canvas.stamp(patch, inside, surface_id, top)


def _flat_roof_details(canvas: Canvas, palette: Palette, building: Building) -> None:
    rng = palette.rng
    room = (building.length / 2 - 1.5, building.width / 2 - 1.5)
    if min(room) < 1:
        return
    for _ in range(rng.poisson(min(8.0, building.length * building.width / 120))):
        tone = float(rng.uniform(0.25, 0.9))
        box = canvas.add(palette.plain(BUILDING, (tone, tone, tone), 0.05))
        size = (float(rng.uniform(0.6, 3.5)), float(rng.uniform(0.6, 3.0)))
        offset = (float(rng.uniform(-room[0], room[0])), float(rng.uniform(-room[1], room[1])))
        _raise_box(canvas, building, offset, size, float(rng.uniform(0.3, 2.6)), box)
    if rng.random() < 0.15 and min(room) > 3:
        panel = canvas.add(palette.plain(BUILDING, (0.14, 0.17, 0.27), 0.1, "solar panels"))
        for across in np.arange(-room[1], room[1], 2.2):
            _raise_box(canvas, building, (0.0, across), (room[0] * 1.5, 1.1), 0.3, panel)
    if rng.random() < 0.25:
        tint = float(rng.uniform(0.3, 0.8))
        area = canvas.add(palette.plain(BUILDING, (tint, tint, tint), 0.04))
        share = rng.uniform(0.3, 0.8, 2)
        _raise_box(
            canvas, building, (0, 0), (room[0] * share[0] * 2, room[1] * share[1] * 2), None, area
        )


def _pitched_roof_details(canvas: Canvas, palette: Palette, building: Building) -> None:
    rng = palette.rng
    half_length, half_width = building.length / 2, building.width / 2
    for _ in range(rng.poisson(0.9)):
        tone = float(rng.uniform(0.3, 0.8))
        stack = canvas.add(palette.plain(BUILDING, (tone, tone * 0.85, tone * 0.78), 0.06))
        offset = (
            float(rng.uniform(-0.8, 0.8)) * half_length,
            float(rng.normal(0, 0.2)) * half_width,
        )
        size = (float(rng.uniform(0.5, 1.1)), float(rng.uniform(0.4, 0.8)))
        _raise_box(canvas, building, offset, size, float(rng.uniform(0.6, 1.4)), stack)
    side = 1.0 if rng.random() < 0.5 else -1.0
    if rng.random() < 0.3:
        tone = float(rng.uniform(0.15, 0.95))
        window = canvas.add(palette.plain(BUILDING, (tone, tone, tone * 1.05), 0.03))
        for along in np.arange(-half_length + 1.5, half_length - 1.5, rng.uniform(2, 5)):
            if rng.random() < 0.6:
                _raise_box(
                    canvas, building, (along, side * half_width * 0.5), (0.8, 1.2), None, window
                )
    if rng.random() < 0.18:
        panel = canvas.add(palette.plain(BUILDING, (0.15, 0.18, 0.28), 0.12, "solar panels"))
        size = (building.length * float(rng.uniform(0.3, 0.8)), half_width * 0.7)
        _raise_box(canvas, building, (0.0, -side * half_width * 0.5), size, None, panel)
    if rng.random() < 0.3 and building.width > 7 and building.eave_metres > 4:
        dormer = canvas.add(palette.roof(building.angle, rng.random() < 0.3))
        for along in np.arange(-half_length + 2.5, half_length - 2, rng.uniform(3.5, 6)):
            for sign in (-1, 1):
                if rng.random() < 0.6:
                    _raise_box(
                        canvas,
                        building,
                        (along, sign * half_width * 0.5),
                        (1.8, half_width * 0.5),
                        0.2,
                        dormer,
                    )


def _ridge_line(canvas: Canvas, palette: Palette, building: Building) -> None:
    tone = float(palette.rng.uniform(0.3, 0.75))
    ridge = canvas.add(palette.plain(BUILDING, (tone, tone * 0.8, tone * 0.75), 0.05))
    _raise_box(canvas, building, (0.0, 0.0), (building.length, 0.3), None, ridge)


def footprint_is_free(canvas: Canvas, patch: Patch, inside: np.ndarray) -> bool:
    """Whether nothing stands there yet."""
    return not (canvas.height[patch.rows, patch.columns][inside] > 1.0).any()
