"""What a block is used for: houses with gardens, courtyard blocks, halls, car parks, fields, woods.

Every use first paints the ground (`ground_*`, polygons) and returns the things that are to stand
on it, which `Town` raises once all ground is painted.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .buildings import Building, RoofKind, raise_building
from .canvas import Canvas
from .classes import CLUTTER, IMPERVIOUS, LOW_VEGETATION
from .frame import Frame, Rectangle
from .palette import Palette
from .streets import draw_track
from .vegetation import Forester
from .vehicles import park_car, park_row

Later = Callable[[], None]


class Town:
    """Everything a land use needs: canvas, coordinates, colours, and the work left for later.

    `later[0]` are buildings, `later[1]` cars and clutter, `later[2]` trees and hedges.
    """

    def __init__(self, canvas: Canvas, frame: Frame, palette: Palette) -> None:
        self.canvas = canvas
        self.frame = frame
        self.palette = palette
        self.rng = palette.rng
        self.forester = Forester(canvas, palette)
        self.later: tuple[list[Later], list[Later], list[Later]] = ([], [], [])
        self.pitched: list[RoofKind] = ["gable", "gable", "gable", "hip", "hip", "half-hip"]
        self.storey_metres = float(self.rng.uniform(2.5, 3.2))
        self.pitch = float(self.rng.uniform(0.35, 0.95))
        self.base_lawn = canvas.add(palette.lawn())
        self.car_density = float(self.rng.uniform(0.1, 0.75))
        self.tree_density = float(self.rng.uniform(0.3, 1.5))

    def fill(self, area: Rectangle, surface_id: int) -> None:
        if area.width > 0 and area.depth > 0:
            self.canvas.polygon(self.frame.outline(area), surface_id)

    def visible(self, area: Rectangle, margin: float = 12.0) -> bool:
        """Whether any of the rectangle may lie on the canvas."""
        outline = self.frame.to_canvas(area.corners())
        low, high = outline.min(0) - margin, outline.max(0) + margin
        return bool((high > 0).all() and (low < self.canvas.side_metres).all())

    def house(self, area: Rectangle, storeys: float, roof: RoofKind | None = None) -> None:
        """A building filling a rectangle, with wings now and then; raised later."""
        rng = self.rng
        u, v = area.centre
        x, y = self.frame.point(u, v)
        lengthwise = area.width >= area.depth
        if rng.random() < 0.12 and max(area.width, area.depth) < 1.4 * min(area.width, area.depth):
            lengthwise = not lengthwise
        angle = self.frame.heading(u, v, 0.0 if lengthwise else np.pi / 2)
        length, width = (area.width, area.depth) if lengthwise else (area.depth, area.width)
        kind: RoofKind = roof or self.pitched[int(rng.integers(len(self.pitched)))]
        pitch = float(np.clip(self.pitch * rng.uniform(0.8, 1.2), 0.2, 1.3))
        eave = storeys * self.storey_metres * float(rng.uniform(0.9, 1.1))
        parapet = float(rng.uniform(0.0, 0.8))
        wings = [Building(x, y, angle, length, width, eave, kind, pitch, parapet)]
        if roof is None and rng.random() < 0.45 and min(length, width) > 5:
            wings.append(self._wing(wings[0]))
        self.later[0].append(lambda: raise_building(self.canvas, self.palette, wings))

    def _wing(self, main: Building) -> Building:
        rng = self.rng
        side = 1.0 if rng.random() < 0.5 else -1.0
        if rng.random() < 0.5:
            width = float(rng.uniform(0.35, 0.6)) * main.length
            reach = float(rng.uniform(1.5, 4.5))
            length = main.width / 2 + reach
            along = float(rng.uniform(-0.5, 0.5)) * (main.length - width)
            offset, angle = (along, side * length / 2), main.angle + np.pi / 2
            eave, roof = main.eave_metres, main.roof
        else:
            length, width = float(rng.uniform(3, 7)), main.width * float(rng.uniform(0.5, 0.95))
            offset, angle = (side * (main.length + length) / 2, 0.0), main.angle
            eave = main.eave_metres * float(rng.uniform(0.5, 0.9))
            roof = main.roof if rng.random() < 0.6 else "flat"
        cosine, sine = np.cos(main.angle), np.sin(main.angle)
        x = main.x + offset[0] * cosine - offset[1] * sine
        y = main.y + offset[0] * sine + offset[1] * cosine
        return Building(x, y, angle, length, width, eave, roof, main.pitch, main.parapet_metres)

    def car(self, u: float, v: float, direction: float) -> None:
        x, y = self.frame.point(u, v)
        heading = self.frame.heading(u, v, direction) + float(self.rng.normal(0, 0.06))
        self.later[1].append(lambda: park_car(self.canvas, self.palette, x, y, heading))

    def car_row(
        self, start: tuple[float, float], end: tuple[float, float], nose_on: bool, share: float
    ) -> None:
        ends = self.frame.to_canvas(np.array([start, end]))
        spacing = 2.6 if nose_on else 6.0
        turn = np.pi / 2 if nose_on else 0.0
        self.later[1].append(
            lambda: park_row(self.canvas, self.palette, ends[0], ends[1], turn, spacing, share)
        )

    def box(self, u: float, v: float, size: tuple[float, float], height: float) -> None:
        """A container, skip or pile: clutter with a height."""
        x, y = self.frame.point(u, v)
        heading = self.frame.heading(u, v) + float(self.rng.choice([0.0, np.pi / 2, 0.3]))

        def stand() -> None:
            patch = self.canvas.patch(x, y, float(np.hypot(*size)) / 2)
            if patch is None:
                return
            along, across = patch.rotated(heading)
            inside = (np.abs(along) <= size[0] / 2) & (np.abs(across) <= size[1] / 2)
            inside &= self.canvas.height[patch.rows, patch.columns] < 0.5
            surface = self.canvas.add(self.palette.clutter())
            self.canvas.stamp(patch, inside, surface, height)

        self.later[1].append(stand)

    def hedge(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        ends = self.frame.to_canvas(np.array([start, end]))
        first, last = tuple(ends[0].tolist()), tuple(ends[1].tolist())
        self.later[2].append(lambda: self.forester.hedge(first, last))

    def trees(self, area: Rectangle, count: int, radius: tuple[float, float]) -> None:
        if area.width <= 0 or area.depth <= 0 or count <= 0:
            return
        rng = self.rng
        uv = np.column_stack(
            [rng.uniform(area.u0, area.u1, count), rng.uniform(area.v0, area.v1, count)]
        )
        self.forester.scatter(self.frame.to_canvas(uv), radius)

    def finish(self) -> None:
        """Raise buildings, then cars and clutter, then plants."""
        self.canvas.finish_ground()
        for stage in self.later:
            for work in stage:
                work()
        self.forester.grow()


def detached(town: Town, block: Rectangle) -> None:
    """Single houses on their own lots, with drives, terraces, sheds, hedges and gardens."""
    rng = town.rng
    two_rows = block.depth > 42
    rows = (
        [(block.v0, block.centre[1], 1.0), (block.v1, block.centre[1], -1.0)]
        if two_rows
        else [(block.v0, block.v1, 1.0)]
    )
    for street_v, back_v, inward in rows:
        depth = abs(back_v - street_v)
        u = block.u0
        while u < block.u1 - 8:
            lot_width = float(rng.uniform(13, 30))
            if block.u1 - u - lot_width < 9:
                lot_width = block.u1 - u
            lot = Rectangle(u, min(street_v, back_v), u + lot_width, max(street_v, back_v))
            u += lot_width
            if town.visible(lot):
                _detached_lot(town, lot, street_v, inward, depth)


def _detached_lot(town: Town, lot: Rectangle, street_v: float, inward: float, depth: float) -> None:
    rng = town.rng
    canvas, palette = town.canvas, town.palette
    ground = canvas.add(palette.lawn()) if rng.random() < 0.7 else town.base_lawn
    if rng.random() < 0.06:
        ground = canvas.add(palette.road())
    town.fill(lot, ground)
    if rng.random() < 0.06:
        _garden(town, lot)
        return
    setback = float(rng.uniform(1.5, 9))
    house_depth = float(min(rng.uniform(7, 13), depth - setback - 4))
    house_width = float(min(rng.uniform(8, 17), lot.width - 4))
    if house_depth < 4.5 or house_width < 5:
        _garden(town, lot)
        return
    left = lot.u0 + float(rng.uniform(1.0, max(1.1, lot.width - house_width - 1.0)))
    front = street_v + inward * setback
    back = front + inward * house_depth
    house = Rectangle(left, min(front, back), left + house_width, max(front, back))
    drive = canvas.add(palette.road())
    gap_left = house.u0 - lot.u0
    way, reach, drive_u = _drive(town, lot, house, street_v, front, inward * house_depth)
    town.fill(way, drive)
    if rng.random() < 0.25:
        town.fill(
            Rectangle(house.u0 - 2, min(street_v, front), house.u1 + 2, max(street_v, front)), drive
        )
    if rng.random() < 0.6:
        town.fill(house.inset(-float(rng.uniform(0.4, 2.2))), canvas.add(palette.road()))
    terrace = back + inward * float(rng.uniform(1.5, 5))
    if rng.random() < 0.7:
        share = float(rng.uniform(0.3, 1.0))
        town.fill(
            Rectangle(
                house.u0, min(back, terrace), house.u0 + share * house_width, max(back, terrace)
            ),
            canvas.add(palette.road()),
        )
    modern = rng.random() < 0.1
    town.house(house, float(rng.choice([1, 1, 1.5, 2, 2, 2.5])), "flat" if modern else None)
    if rng.random() < 0.45 and gap_left > 3.6:
        garage = Rectangle(
            lot.u0 + 0.3,
            min(reach, reach + inward * 6),
            lot.u0 + 3.5,
            max(reach, reach + inward * 6),
        )
        town.house(garage, 0.95, "flat" if rng.random() < 0.6 else "gable")
    if rng.random() < 0.6:
        middle = (way.v0 + way.v1) / 2
        town.car(drive_u, middle, np.pi / 2)
    _around(town, lot, way, (street_v, front, back), inward, depth)


def _drive(
    town: Town, lot: Rectangle, house: Rectangle, street_v: float, front: float, to_back: float
) -> tuple[Rectangle, float, float]:
    """From the street past the house, or up to it; where it ends; and its middle across."""
    rng = town.rng
    gap_left, gap_right = house.u0 - lot.u0, lot.u1 - house.u1
    drive_width = float(rng.uniform(2.5, 5))
    if max(gap_left, gap_right) > 3:
        drive_u = house.u0 - min(drive_width, gap_left) if gap_left > gap_right else house.u1
    else:
        drive_u = house.u0 + 0.5
    reach = front + to_back * float(rng.uniform(0.2, 1.0))
    if abs(drive_u - house.u0 - 0.5) < 1e-6:
        reach = front
    way = Rectangle(drive_u, min(street_v, reach), drive_u + drive_width, max(street_v, reach))
    return way, reach, drive_u + drive_width / 2


def _around(
    town: Town,
    lot: Rectangle,
    way: Rectangle,
    lines: tuple[float, float, float],
    inward: float,
    depth: float,
) -> None:
    """Garden behind the house, trees before it, hedges; `lines` are street, front and back."""
    rng = town.rng
    street_v, front, back = lines
    garden_v = back + inward * 2
    end_v = street_v + inward * depth
    garden = Rectangle(lot.u0 + 1, min(garden_v, end_v) + 0.5, lot.u1 - 1, max(garden_v, end_v) - 1)
    if garden.depth > 3:
        _garden(town, garden)
    front_area = Rectangle(lot.u0 + 1, min(street_v, front), lot.u1 - 1, max(street_v, front))
    town.trees(front_area, int(rng.poisson(0.6 * town.tree_density)), (0.7, 2.8))
    for start, end in (
        ((lot.u0, lot.v0), (lot.u0, lot.v1)),
        ((lot.u0, end_v), (lot.u1, end_v)),
        ((lot.u0, street_v + inward * 0.6), (way.u0 - 0.5, street_v + inward * 0.6)),
    ):
        if rng.random() < 0.35:
            town.hedge(start, end)


def _garden(town: Town, area: Rectangle) -> None:
    """Lawn patches, beds, pool, shed, trees, now and then clutter."""
    rng = town.rng
    canvas, palette = town.canvas, town.palette
    town.trees(area, int(rng.poisson(area.area / 130 * town.tree_density)), (0.8, 4.5))
    spot_u = float(rng.uniform(area.u0, area.u1))
    spot_v = float(rng.uniform(area.v0, area.v1))
    size = rng.uniform(2, 9, 2)
    patch = Rectangle(
        spot_u, spot_v, min(area.u1, spot_u + size[0]), min(area.v1, spot_v + size[1])
    )
    chance = rng.random()
    if chance < 0.35:
        direction = float(rng.choice([0.0, np.pi / 2]))
        town.fill(patch, canvas.add(palette.crop(town.frame.heading(*patch.centre, direction))))
    elif chance < 0.45:
        town.fill(patch, canvas.add(palette.road()))
    elif chance < 0.53 and area.area > 90:
        pool = canvas.add(palette.plain(CLUTTER, (0.36, 0.66, 0.74), 0.12))
        edge = canvas.add(palette.road())
        basin = Rectangle(
            spot_u, spot_v, spot_u + float(rng.uniform(3, 5)), spot_v + float(rng.uniform(5, 9))
        )
        town.fill(basin.inset(-1.0), edge)
        town.fill(basin, pool)
    elif chance < 0.8 and patch.width > 1.8 and patch.depth > 1.8:
        shed = Rectangle(
            patch.u0, patch.v0, min(patch.u1, patch.u0 + 5), min(patch.v1, patch.v0 + 4)
        )
        town.house(shed, 0.85, str(rng.choice(["gable", "flat", "shed"])))  # type: ignore[arg-type]
    elif chance < 0.84:
        town.box(spot_u, spot_v, (float(rng.uniform(1, 3)), float(rng.uniform(1, 2.5))), 0.8)


def terraced(town: Town, block: Rectangle) -> None:
    """Rows of joined houses along both long sides with gardens between."""
    rng = town.rng
    canvas, palette = town.canvas, town.palette
    town.fill(block, canvas.add(palette.lawn()))
    depth = float(rng.uniform(8.5, 11.5))
    setback = float(rng.uniform(0, 4))
    sides = [(block.v0 + setback, 1.0)]
    if block.depth > 34:
        sides.append((block.v1 - setback, -1.0))
    for front, inward in sides:
        back = front + inward * depth
        storeys = float(rng.choice([1.5, 2, 2, 3]))
        u = block.u0 + float(rng.uniform(1, 4))
        town.fill(
            Rectangle(
                block.u0,
                min(front, front - inward * setback),
                block.u1,
                max(front, front - inward * setback),
            ),
            canvas.add(palette.road()),
        )
        while u < block.u1 - 7:
            if rng.random() < 0.1:
                u += float(rng.uniform(3, 6))
                continue
            joined = float(rng.uniform(6, 26))
            row = Rectangle(u, min(front, back), min(block.u1 - 1, u + joined), max(front, back))
            u = row.u1
            if row.width < 5 or not town.visible(row):
                continue
            town.house(row, storeys, "gable" if rng.random() < 0.8 else None)
            plot = Rectangle(
                row.u0, min(back, back + inward * 9), row.u1, max(back, back + inward * 9)
            )
            town.fill(
                Rectangle(
                    row.u0, min(back, back + inward * 3), row.u1, max(back, back + inward * 3)
                ),
                canvas.add(palette.road()),
            )
            _garden(town, plot)
            if rng.random() < 0.7:
                town.hedge((row.u1, back), (row.u1, back + inward * 10))
        kerb = front - inward * (setback + 1.2)
        town.car_row((block.u0, kerb), (block.u1, kerb), False, town.car_density)


def courtyard(town: Town, block: Rectangle) -> None:
    """A closed ring of town houses around a yard with trees, sheds and back buildings."""
    rng = town.rng
    canvas, palette = town.canvas, town.palette
    depth = float(rng.uniform(10, 14))
    town.fill(block, canvas.add(palette.road()))
    yard = block.inset(depth)
    if min(yard.width, yard.depth) < 6:
        flats(town, block)
        return
    if rng.random() < 0.6:
        town.fill(yard.inset(float(rng.uniform(0.5, 4))), canvas.add(palette.lawn()))
    storeys = float(rng.choice([2, 3, 4, 4, 5]))
    tops = [
        (block.u0, block.u1, block.v0, block.v0 + depth, True),
        (block.u0, block.u1, block.v1 - depth, block.v1, True),
        (block.v0 + depth, block.v1 - depth, block.u0, block.u0 + depth, False),
        (block.v0 + depth, block.v1 - depth, block.u1 - depth, block.u1, False),
    ]
    for start, end, low, high, along_u in tops:
        position = start
        while position < end - 4:
            piece = min(float(rng.uniform(10, 28)), end - position)
            stop = end if end - position - piece < 6 else position + piece
            wall = (
                Rectangle(position, low, stop, high)
                if along_u
                else Rectangle(low, position, high, stop)
            )
            position = stop
            if rng.random() < 0.05 or not town.visible(wall):
                continue
            kinds: list[RoofKind] = ["gable", "gable", "gable", "mansard", "flat", "shed"]
            town.house(
                wall, storeys + float(rng.choice([-1, 0, 0, 0, 1])), kinds[int(rng.integers(6))]
            )
    town.trees(yard.inset(2), int(rng.poisson(yard.area / 220 * town.tree_density)), (1.5, 5.0))
    for _ in range(rng.poisson(yard.area / 500)):
        u, v = float(rng.uniform(yard.u0, yard.u1 - 4)), float(rng.uniform(yard.v0, yard.v1 - 4))
        shed = Rectangle(
            u,
            v,
            min(yard.u1, u + float(rng.uniform(3, 14))),
            min(yard.v1, v + float(rng.uniform(3, 8))),
        )
        if min(shed.width, shed.depth) > 2.4:
            town.house(
                shed, float(rng.choice([0.9, 1, 2])), "flat" if rng.random() < 0.6 else "shed"
            )
    for _ in range(rng.poisson(2.0 * town.car_density)):
        town.car(
            float(rng.uniform(yard.u0, yard.u1)),
            float(rng.uniform(yard.v0, yard.v1)),
            float(rng.choice([0, np.pi / 2])),
        )
    if rng.random() < 0.4:
        town.box(*yard.centre, (2.0, 1.4), 1.3)


def flats(town: Town, block: Rectangle) -> None:
    """Free-standing slabs with flat or hipped roofs in lawn, with paths and a car park."""
    rng = town.rng
    canvas, palette = town.canvas, town.palette
    town.fill(block, canvas.add(palette.lawn()))
    parking = canvas.add(palette.road())
    depth = float(rng.uniform(10, 15))
    roof: RoofKind = "flat" if rng.random() < 0.75 else "hip"
    storeys = float(rng.integers(3, 8))
    v = block.v0 + 4
    while v + depth < block.v1 - 2:
        slab = Rectangle(
            block.u0 + float(rng.uniform(3, 10)), v, block.u1 - float(rng.uniform(3, 14)), v + depth
        )
        if slab.width > 10:
            town.fill(Rectangle(slab.u0, v - 2.5, slab.u1, v - 0.8), canvas.add(palette.road()))
            town.house(slab, storeys, roof)
        gap = float(rng.uniform(14, 26))
        between = Rectangle(block.u0, v + depth, block.u1, min(block.v1, v + depth + gap))
        if rng.random() < 0.5 and between.depth > 9:
            _parking_bay(town, between.inset(1.5), parking)
        else:
            town.trees(between, int(rng.poisson(between.area / 160 * town.tree_density)), (1.5, 6))
        v += depth + gap


def _parking_bay(town: Town, area: Rectangle, surface_id: int) -> None:
    rng = town.rng
    if area.width < 6 or area.depth < 5:
        return
    town.fill(area, surface_id)
    paint = town.canvas.add(town.palette.plain(IMPERVIOUS, (0.8, 0.8, 0.8), 0.03))
    share = float(np.clip(town.car_density * rng.uniform(0.6, 1.5), 0, 0.95))
    row = area.v0 + 2.6
    marked = town.canvas.gsd < 0.2 and rng.random() < 0.7
    while row < area.v1 - 2:
        town.car_row((area.u0 + 1, row), (area.u1 - 1, row), True, share)
        if marked:
            for u in np.arange(area.u0 + 1, area.u1 - 1, 2.6):
                ends = town.frame.to_canvas(np.array([(u, row - 2.4), (u, row + 2.4)]))
                town.canvas.line(ends, 0.12, paint)
        row += float(rng.choice([5.2, 11.0]))
        if rng.random() < 0.25:
            strip = Rectangle(area.u0 + 2, row - 3.2, area.u1 - 2, row - 2.0)
            town.trees(strip, int(rng.poisson(strip.width / 12)), (1.2, 3.0))


def car_park(town: Town, block: Rectangle) -> None:
    """One large car park with planted strips."""
    town.fill(block, town.base_lawn)
    _parking_bay(
        town, block.inset(float(town.rng.uniform(0.5, 3))), town.canvas.add(town.palette.road())
    )


def industry(town: Town, block: Rectangle) -> None:
    """Halls on paved yards with containers, lorries and stores."""
    rng = town.rng
    canvas, palette = town.canvas, town.palette
    town.fill(block, canvas.add(palette.road() if rng.random() < 0.75 else palette.lawn()))
    yard = block.inset(4)
    if rng.random() < 0.4:
        tint = canvas.add(palette.road())
        town.fill(Rectangle(yard.u0, yard.v0, yard.centre[0], yard.v1), tint)
    u = yard.u0
    while u < yard.u1 - 12:
        width = float(rng.uniform(14, 48))
        hall = Rectangle(
            u,
            yard.v0 + float(rng.uniform(0, 12)),
            min(u + width, yard.u1),
            yard.v1 - float(rng.uniform(2, 16)),
        )
        if min(hall.width, hall.depth) > 8:
            low: RoofKind = "flat" if rng.random() < 0.65 else "gable"
            previous, town.pitch = town.pitch, 0.15 if low == "gable" else town.pitch
            town.house(hall, float(rng.uniform(1.6, 4.0)), low)
            town.pitch = previous
        u += width + float(rng.uniform(6, 20))
    for _ in range(rng.poisson(block.area / 900)):
        size = (float(rng.choice([6.1, 12.2, 2.5])), 2.45)
        town.box(
            float(rng.uniform(yard.u0, yard.u1)),
            float(rng.uniform(yard.v0, yard.v1)),
            size,
            float(rng.choice([2.6, 2.6, 5.2])),
        )
    row = yard.v1 - 1.0
    town.car_row((yard.u0, row), (yard.u1, row), True, town.car_density)
    for _ in range(rng.poisson(1.5)):
        town.car(
            float(rng.uniform(yard.u0, yard.u1)),
            float(rng.uniform(yard.v0, yard.v1)),
            float(rng.choice([0, np.pi / 2])),
        )


def park(town: Town, block: Rectangle) -> None:
    """Lawn with paths, groups of trees, a pond or a court."""
    rng = town.rng
    canvas, palette = town.canvas, town.palette
    town.fill(block, canvas.add(palette.lawn()))
    for _ in range(int(rng.integers(1, 4))):
        knots = np.column_stack(
            [rng.uniform(block.u0, block.u1, 4), rng.uniform(block.v0, block.v1, 4)]
        )
        share = np.linspace(0, 1, 24)[:, None]
        curve = (
            (1 - share) ** 3 * knots[0]
            + 3 * share * (1 - share) ** 2 * knots[1]
            + 3 * share**2 * (1 - share) * knots[2]
            + share**3 * knots[3]
        )
        draw_track(canvas, palette, town.frame.to_canvas(curve), float(rng.uniform(1.2, 3.2)))
    if rng.random() < 0.35:
        _pond(town, block)
    if rng.random() < 0.25 and min(block.width, block.depth) > 40:
        _court(town, block)
    town.trees(block.inset(2), int(rng.poisson(block.area / 180 * town.tree_density)), (1.5, 7.0))


def _pond(town: Town, block: Rectangle) -> None:
    rng = town.rng
    angle = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    reach = min(block.width, block.depth) * float(rng.uniform(0.12, 0.35))
    radius = reach * (1 + 0.25 * np.sin(2 * angle + rng.uniform(0, 6)) + 0.12 * np.sin(5 * angle))
    centre = np.array(block.centre) + rng.normal(0, 4, 2)
    ring = centre + np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
    town.canvas.polygon(town.frame.to_canvas(ring), town.canvas.add(town.palette.water()))


def _court(town: Town, block: Rectangle) -> None:
    """A sports court: clutter in the ISPRS sense, with white lines."""
    rng = town.rng
    u, v = block.u0 + 4, block.v0 + 4
    colours = [(0.66, 0.38, 0.28), (0.30, 0.48, 0.36), (0.28, 0.40, 0.56)]
    court = town.canvas.add(town.palette.plain(CLUTTER, colours[int(rng.integers(3))], 0.1))
    outer = Rectangle(u, v, u + 36, v + 18)
    town.fill(outer, court)
    paint = town.canvas.add(town.palette.plain(CLUTTER, (0.88, 0.88, 0.88), 0.02))
    for inset in (4.0, 5.4):
        ring = town.frame.outline(outer.inset(inset))
        town.canvas.line(np.concatenate([ring, ring[:1]]), 0.1, paint)


def wood(town: Town, block: Rectangle) -> None:
    """Closed canopy with gaps."""
    rng = town.rng
    town.fill(block, town.canvas.add(town.palette.lawn()))
    mean_radius = float(rng.uniform(1.8, 4.0))
    density = float(rng.uniform(0.5, 1.4))
    count = int(min(2500, block.area / (mean_radius**2 * 2.2) * density))
    town.trees(block, count, (mean_radius * 0.6, mean_radius * 1.5))


def field(town: Town, block: Rectangle) -> None:
    """Crops in strips, with wheel tracks, a lone tree or hedge at the edge."""
    rng = town.rng
    canvas, palette = town.canvas, town.palette
    direction = float(rng.choice([0.0, np.pi / 2]))
    v = block.v0
    while v < block.v1 - 1:
        strip = Rectangle(block.u0, v, block.u1, min(block.v1, v + float(rng.uniform(12, 120))))
        town.fill(strip, canvas.add(palette.crop(town.frame.heading(*strip.centre, direction))))
        if rng.random() < 0.4:
            track = palette.lawn()
            for offset in np.arange(rng.uniform(3, 10), strip.depth, rng.uniform(12, 24)):
                for wheel in (-0.9, 0.9):
                    ends = [
                        (strip.u0, strip.v0 + offset + wheel),
                        (strip.u1, strip.v0 + offset + wheel),
                    ]
                    canvas.line(town.frame.to_canvas(np.array(ends)), 0.35, canvas.add(track))
        v = strip.v1
    town.trees(block, int(rng.poisson(0.8)), (1.5, 5.0))
    if rng.random() < 0.3:
        edge = Rectangle(block.u0, block.v0, block.u1, block.v0 + 4)
        town.trees(edge, int(edge.width / 4), (1.2, 3.5))


def construction(town: Town, block: Rectangle) -> None:
    """Bare ground with heaps, stores, containers and a shell of a building."""
    rng = town.rng
    canvas, palette = town.canvas, town.palette
    soil = palette.plain(LOW_VEGETATION, (0.60, 0.50, 0.40), 0.12)
    town.fill(block, canvas.add(soil))
    for _ in range(int(rng.integers(2, 8))):
        town.box(
            float(rng.uniform(block.u0, block.u1)),
            float(rng.uniform(block.v0, block.v1)),
            (float(rng.uniform(2, 9)), float(rng.uniform(2, 5))),
            float(rng.uniform(0.5, 3)),
        )
    if rng.random() < 0.7 and min(block.width, block.depth) > 24:
        town.house(block.inset(float(rng.uniform(7, 10))), float(rng.integers(1, 4)), "flat")


def water(town: Town, block: Rectangle) -> None:
    """A canal basin or river reach with a tree-lined bank."""
    town.fill(block, town.canvas.add(town.palette.lawn()))
    town.fill(block.inset(float(town.rng.uniform(1, 6))), town.canvas.add(town.palette.water()))
    bank = Rectangle(block.u0, block.v0, block.u1, block.v0 + 4)
    town.trees(bank, int(town.rng.poisson(bank.width / 10)), (1.5, 4.5))


def square(town: Town, block: Rectangle) -> None:
    """A paved square with trees, a kiosk or a round hall, some parked cars."""
    rng = town.rng
    canvas, palette = town.canvas, town.palette
    town.fill(block, canvas.add(palette.road()))
    town.fill(block.inset(float(rng.uniform(2, 7))), canvas.add(palette.road()))
    if rng.random() < 0.3 and min(block.width, block.depth) > 26:
        size = min(block.width, block.depth) * 0.5
        u, v = block.centre
        hall = Rectangle(u - size / 2, v - size / 2, u + size / 2, v + size / 2)
        town.house(hall, float(rng.uniform(1.5, 4)), "dome" if rng.random() < 0.5 else "hip")
    town.trees(block.inset(2), int(rng.poisson(block.area / 250 * town.tree_density)), (1.5, 4.0))
    for _ in range(rng.poisson(4 * town.car_density)):
        town.car(
            float(rng.uniform(block.u0, block.u1)),
            float(rng.uniform(block.v0, block.v1)),
            float(rng.choice([0, np.pi / 2])),
        )


USES: dict[str, Callable[[Town, Rectangle], None]] = {
    "detached": detached,
    "terraced": terraced,
    "courtyard": courtyard,
    "flats": flats,
    "car park": car_park,
    "industry": industry,
    "park": park,
    "wood": wood,
    "field": field,
    "construction": construction,
    "water": water,
    "square": square,
}

STYLES: dict[str, tuple[dict[str, float], float, bool]] = {
    "suburb": (
        {
            "detached": 8,
            "terraced": 1.5,
            "park": 1,
            "wood": 0.4,
            "field": 0.4,
            "flats": 0.5,
            "car park": 0.3,
            "construction": 0.3,
            "water": 0.15,
        },
        75,
        False,
    ),
    "village": (
        {
            "detached": 5,
            "field": 2,
            "park": 0.8,
            "wood": 0.7,
            "industry": 0.3,
            "water": 0.2,
            "square": 0.3,
            "construction": 0.2,
        },
        85,
        True,
    ),
    "city": (
        {
            "courtyard": 6,
            "square": 0.8,
            "flats": 1,
            "park": 0.8,
            "terraced": 1.2,
            "car park": 0.6,
            "construction": 0.3,
            "water": 0.2,
        },
        62,
        False,
    ),
    "estate": (
        {
            "flats": 5,
            "car park": 1.3,
            "park": 1.2,
            "terraced": 1.5,
            "square": 0.5,
            "wood": 0.4,
            "construction": 0.4,
        },
        85,
        False,
    ),
    "works": (
        {
            "industry": 6,
            "car park": 1.5,
            "field": 0.7,
            "park": 0.5,
            "detached": 0.7,
            "construction": 0.7,
            "water": 0.3,
            "wood": 0.3,
        },
        105,
        False,
    ),
    "country": (
        {"field": 6, "wood": 1.5, "detached": 1.2, "water": 0.4, "park": 0.8, "industry": 0.3},
        150,
        True,
    ),
}
"""Per style: weights of land uses, the block size in metres, whether streets are rural."""
