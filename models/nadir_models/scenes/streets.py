"""Streets: the ground is split again and again, and every cut becomes a street."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .canvas import Canvas, Surface
from .classes import IMPERVIOUS, LOW_VEGETATION
from .frame import Frame, Rectangle
from .palette import Palette


@dataclass(frozen=True)
class Street:
    """A straight street in town coordinates with its carriageway and total width in metres."""

    start: tuple[float, float]
    end: tuple[float, float]
    carriageway_metres: float
    total_metres: float
    level: int


def split_into_blocks(
    rng: np.random.Generator, ground: Rectangle, block_metres: float, rural: bool
) -> tuple[list[Rectangle], list[Street]]:
    """Recursive halving until blocks are about `block_metres` wide; returns blocks and streets."""
    blocks: list[Rectangle] = []
    streets: list[Street] = []

    def split(part: Rectangle, level: int) -> None:
        longest = max(part.width, part.depth)
        target = block_metres * rng.uniform(0.75, 1.6)
        if longest < target or min(part.width, part.depth) < 18:
            blocks.append(part)
            return
        carriageway = float(rng.uniform(2.6, 5.0) if rural else rng.uniform(4.0, 7.5))
        if level < 2:
            carriageway = float(rng.uniform(5.0, 7.0) if rural else rng.uniform(6.0, 11.0))
        verge = float(rng.uniform(0.0, 3.0) if rural else rng.uniform(1.2, 4.5))
        total = carriageway + 2 * verge
        share = float(rng.uniform(0.35, 0.65))
        along_u = part.width >= part.depth
        if along_u:
            cut = part.u0 + share * part.width
            first = Rectangle(part.u0, part.v0, cut - total / 2, part.v1)
            second = Rectangle(cut + total / 2, part.v0, part.u1, part.v1)
            ends = ((cut, part.v0 - 3), (cut, part.v1 + 3))
        else:
            cut = part.v0 + share * part.depth
            first = Rectangle(part.u0, part.v0, part.u1, cut - total / 2)
            second = Rectangle(part.u0, cut + total / 2, part.u1, part.v1)
            ends = ((part.u0 - 3, cut), (part.u1 + 3, cut))
        streets.append(Street(*ends, carriageway, total, level))
        split(first, level + 1)
        split(second, level + 1)

    split(ground, 0)
    return blocks, streets


def offset_path(path: np.ndarray, offset: float) -> np.ndarray:
    """A path in town coordinates moved sideways by `offset` metres."""
    direction = np.gradient(path, axis=0)
    direction /= np.hypot(direction[:, 0], direction[:, 1])[:, None] + 1e-9
    return path + offset * np.column_stack([-direction[:, 1], direction[:, 0]])


def draw_streets(
    canvas: Canvas, frame: Frame, palette: Palette, streets: list[Street], rural: bool
) -> None:
    """Verges and pavements first, then carriageways, then markings, so that junctions join up."""
    rng = palette.rng
    asphalt = canvas.add(palette.road())
    pavement_colour = palette.road()
    pavement = canvas.add(pavement_colour)
    verge = canvas.add(palette.lawn())
    ordered = sorted(streets, key=lambda street: -street.level)
    paths = [frame.path(np.array(s.start), np.array(s.end)) for s in ordered]
    grassy = [rural or rng.random() < 0.2 for _ in ordered]
    for street, path, grass in zip(ordered, paths, grassy, strict=True):
        border = verge if grass else pavement
        canvas.line(frame.to_canvas(path), street.total_metres, border)
    surfaces = []
    for street, path in zip(ordered, paths, strict=True):
        own = canvas.add(palette.road()) if rng.random() < (0.6 if rural else 0.2) else asphalt
        surfaces.append(own)
        canvas.line(frame.to_canvas(path), street.carriageway_metres, own)
    if canvas.gsd > 0.35:
        return
    for street, path, grass in zip(ordered, paths, grassy, strict=True):
        _draw_markings(canvas, frame, palette, street, path)
        if not grass and rng.random() < 0.3:
            _draw_street_strip(canvas, frame, palette, street, path)


def _draw_street_strip(
    canvas: Canvas, frame: Frame, palette: Palette, street: Street, path: np.ndarray
) -> None:
    """A planted strip between carriageway and pavement."""
    side = street.carriageway_metres / 2 + 0.8
    if street.total_metres / 2 - side < 0.8:
        return
    strip = canvas.add(palette.lawn())
    for sign in (-1, 1):
        moved = offset_path(path, sign * side)
        for start in range(1, len(moved) - 2, 2):
            canvas.line(frame.to_canvas(moved[start : start + 2]), 1.2, strip)


def _draw_markings(
    canvas: Canvas, frame: Frame, palette: Palette, street: Street, path: np.ndarray
) -> None:
    rng = palette.rng
    if street.carriageway_metres < 5.5 or rng.random() < 0.3:
        return
    brightness = float(rng.uniform(0.6, 0.92))
    paint = canvas.add(palette.plain(IMPERVIOUS, (brightness,) * 3, 0.02))
    length = float(np.hypot(*(np.array(street.end) - street.start)))
    dash, gap = float(rng.uniform(2, 4)), float(rng.uniform(3, 6))
    start, end = np.array(street.start), np.array(street.end)
    direction = (end - start) / length
    normal = np.array([-direction[1], direction[0]])
    for position in np.arange(8, length - 8, dash + gap):
        ends = [start + direction * position, start + direction * (position + dash)]
        canvas.line(frame.to_canvas(np.array(ends)), 0.15, paint)
    if rng.random() < 0.4:
        edge = street.carriageway_metres / 2 - 0.3
        for sign in (-1, 1):
            canvas.line(frame.to_canvas(offset_path(path, sign * edge)), 0.12, paint)
    if rng.random() < 0.6:
        for position in (6.0, length - 6.0):
            for across in np.arange(0.5, street.carriageway_metres - 0.3, 1.0):
                offset = across - street.carriageway_metres / 2
                middle = start + direction * position + normal * offset
                bar = [middle - direction * 1.5, middle + direction * 1.5]
                canvas.line(frame.to_canvas(np.array(bar)), 0.5, paint)


def draw_track(canvas: Canvas, palette: Palette, points: np.ndarray, width_metres: float) -> None:
    """A winding path or farm track over open ground, with a grassy middle when wide enough."""
    surface: Surface = palette.road()
    canvas.line(points, width_metres, canvas.add(surface))
    if width_metres > 2.4 and palette.rng.random() < 0.4:
        lawn = palette.lawn()
        middle = Surface(LOW_VEGETATION, lawn.reflectance, lawn.mottle, lawn.grain)
        canvas.line(points, width_metres * 0.25, canvas.add(middle))
