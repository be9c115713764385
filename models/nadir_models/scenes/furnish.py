"""What stands and lies about between the buildings of real places.

Shrubs, hedges, walls, sheds, vans, containers and the odds and ends of gardens, yards and roofs:
things of a car's height that are no cars. And a railway now and then.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from scipy import ndimage

from .buildings import Building, RoofKind, raise_building
from .canvas import Canvas, Surface
from .classes import BUILDING, CAR, CLUTTER, IMPERVIOUS, LOW_VEGETATION, TREE
from .palette import Palette
from .vegetation import crown_sprites

SHRUB_IS_TREE_METRES = 1.5
"""As with hedges: from here up it counts as a tree."""


def furnish(canvas: Canvas, heading: float, rng: np.random.Generator) -> None:
    """Put things on a finished canvas, in place; most are aligned with the town's `heading`."""
    Furnisher(canvas, heading, rng).run()


class Furnisher:
    """One scene's furniture: how much of it, where it may stand, and what it is."""

    def __init__(self, canvas: Canvas, heading: float, rng: np.random.Generator) -> None:
        self.canvas = canvas
        self.heading = heading
        self.rng = rng
        self.palette = Palette(rng)
        self.classes = np.array([surface.class_id for surface in canvas.surfaces], np.uint8)
        self.ground = self.classes[canvas.surface_id]
        built = (self.ground == BUILDING) & (canvas.height > 1)
        self.from_house = (
            ndimage.distance_transform_edt(~built) * canvas.gsd
            if built.any()
            else np.full(built.shape, 1000.0)
        )
        self.hectares = (canvas.side_metres / 100) ** 2

    def run(self) -> None:
        """Everything, what lies on the ground first."""
        rng = self.rng
        if rng.random() < 0.08:
            self.railway()
        self.roof_things()
        much = float(rng.gamma(1.5, 0.7))
        for things, per_hectare in (
            (self.shed, 8),
            (self.container, 2.5),
            (self.caravan, 2),
            (self.wall, 14),
            (self.hedge, 16),
            (self.shrubs, 40),
            (self.odds, 60),
        ):
            count = rng.poisson(per_hectare * self.hectares * much * rng.uniform(0.3, 1.5))
            for x, y in self.spots(count, near_metres=18 if things is not self.container else 60):
                things(x, y)

    def spots(self, count: int, near_metres: float) -> Iterator[tuple[float, float]]:
        """Places on free ground, most of them near houses."""
        canvas, rng = self.canvas, self.rng
        for row, column in rng.integers(0, canvas.side_px, (count, 2)):
            nearness = np.exp(-float(self.from_house[row, column]) / near_metres)
            if canvas.height[row, column] < 0.2 and rng.random() < 0.06 + nearness:
                yield (column + 0.5) * canvas.gsd, (row + 0.5) * canvas.gsd

    def angle(self) -> float:
        """A direction along or across the town, now and then any."""
        if self.rng.random() < 0.12:
            return float(self.rng.uniform(0, np.pi))
        return self.heading + float(self.rng.choice([0, np.pi / 2])) + self.rng.normal(0, 0.04)

    def block(
        self,
        x: float,
        y: float,
        size: tuple[float, float],
        surface: Surface | None,
        height: float,
        on: tuple[int, ...],
        whole: bool = True,
        rough: float = 0.0,
    ) -> None:
        """A box, or a strip where it is long, on ground of the classes `on`.

        whole: not at all where a part of it would stand elsewhere. Without a surface it is a thing
        that has no class of its own: coloured like anything, labelled as the ground it stands on.
        """
        canvas, rng = self.canvas, self.rng
        patch = canvas.patch(x, y, float(np.hypot(*size)) / 2)
        if patch is None:
            return
        along, across = patch.rotated(self.angle())
        wobble = rough * np.sin(along * rng.uniform(0.7, 2.5) + rng.uniform(0, 6))
        inside = (np.abs(along) <= size[0] / 2) & (np.abs(across + wobble) <= size[1] / 2)
        where = (patch.rows, patch.columns)
        free = np.isin(self.ground[where], on) & (canvas.height[where] < 0.2)
        if not inside.any() or (whole and (inside & ~free).mean() > 0.1 * inside.mean()):
            return
        inside &= free
        if not inside.any():
            return
        if surface is None:
            under = int(self.ground[where][inside][0])
            surface = replace(self.palette.car(), class_id=under)
        tops = height * (1 + rough * (rng.random(inside.shape, dtype=np.float32) - 0.5))
        canvas.stamp(patch, inside, canvas.add(surface), tops.astype(np.float32))

    def wall(self, x: float, y: float) -> None:
        """A wall, a fence or a retaining edge; it counts as the paved ground it belongs to."""
        rng = self.rng
        tone = float(rng.uniform(0.3, 0.85))
        stone = self.palette.plain(IMPERVIOUS, (tone, tone * 0.95, tone * 0.88), 0.06)
        size = (float(rng.uniform(3, 28)), float(rng.uniform(0.2, 0.6)))
        on = (LOW_VEGETATION, IMPERVIOUS) if rng.random() < 0.3 else (LOW_VEGETATION,)
        self.block(x, y, size, stone, float(rng.uniform(0.6, 2.3)), on, whole=False)

    def hedge(self, x: float, y: float) -> None:
        rng = self.rng
        height = float(rng.uniform(0.5, 3.0))
        kind = TREE if height >= SHRUB_IS_TREE_METRES else LOW_VEGETATION
        size = (float(rng.uniform(2, 25)), float(rng.uniform(0.5, 2.2)))
        plant = self.palette.shrub(kind)
        self.block(x, y, size, plant, height, (LOW_VEGETATION,), whole=False, rough=0.15)

    def shrubs(self, x: float, y: float) -> None:
        """One to seven bushes of a kind, 0.4 to 3 m high."""
        rng, canvas = self.rng, self.canvas
        sprites = crown_sprites(rng, 2)
        mean = float(rng.uniform(0.4, 2.6))
        for _ in range(int(rng.integers(1, 8))):
            height = mean * float(rng.uniform(0.6, 1.3))
            radius = max(0.3, height * float(rng.uniform(0.4, 1.0)))
            spot = x + float(rng.normal(0, 1.8)), y + float(rng.normal(0, 1.8))
            patch = canvas.patch(*spot, radius)
            if patch is None:
                continue
            kind = TREE if height >= SHRUB_IS_TREE_METRES else LOW_VEGETATION
            side = sprites.shape[1]
            cells = [
                np.clip((offset / radius + 1) / 2 * side, 0, side - 1).astype(int)
                for offset in (patch.dy, patch.dx)
            ]
            crown = sprites[int(rng.integers(2))][cells[0], cells[1]]
            where = (patch.rows, patch.columns)
            inside = (crown > 0.05) & (np.hypot(patch.dx, patch.dy) <= radius)
            inside &= (self.ground[where] == LOW_VEGETATION) & (canvas.height[where] < height)
            inside &= ~np.isin(self.classes_at(where), (BUILDING, CAR, CLUTTER))
            plant = canvas.add(self.palette.shrub(kind))
            tops = (height * (0.4 + 0.6 * crown)).astype(np.float32)
            canvas.stamp(patch, inside, plant, tops, (0.8 + 0.3 * crown).astype(np.float32))

    def classes_at(self, where: tuple[slice, slice]) -> np.ndarray:
        """Classes of a patch as they are by now."""
        ids, surfaces = self.canvas.surface_id[where], self.canvas.surfaces
        known = np.unique(ids)
        class_of = np.array([surfaces[index].class_id for index in known])
        return class_of[np.searchsorted(known, ids)]

    def shed(self, x: float, y: float) -> None:
        """A shed or a garage, 1.9 to 3.2 m at the eaves."""
        rng, canvas = self.rng, self.canvas
        width, length = float(rng.uniform(1.8, 4.5)), float(rng.uniform(2.2, 7.5))
        patch = canvas.patch(x, y, float(np.hypot(width, length)) / 2)
        if patch is None:
            return
        angle = self.angle()
        along, across = patch.rotated(angle)
        inside = (np.abs(along) <= length / 2) & (np.abs(across) <= width / 2)
        where = (patch.rows, patch.columns)
        free = (self.ground[where] == LOW_VEGETATION) & (canvas.height[where] < 0.2)
        if not inside.any() or not free[inside].all():
            return
        kinds: tuple[RoofKind, ...] = ("flat", "flat", "shed", "gable", "hip")
        roof = kinds[int(rng.integers(len(kinds)))]
        eave = float(rng.uniform(1.9, 3.2 if roof == "flat" else 2.6))
        shed = Building(x, y, angle, length, width, eave, roof, float(rng.uniform(0.2, 0.6)))
        raise_building(canvas, self.palette, [shed], details=False)

    def container(self, x: float, y: float) -> None:
        rng = self.rng
        size = (float(rng.choice([6.1, 6.1, 12.2, 3.0])), float(rng.uniform(2.2, 2.6)))
        height = float(rng.choice([1.3, 2.6, 2.6, 2.9]))
        self.block(x, y, size, self.palette.clutter(), height, (IMPERVIOUS, LOW_VEGETATION))

    def caravan(self, x: float, y: float) -> None:
        """A van, a caravan or a camper, which count as cars."""
        rng = self.rng
        size = (float(rng.uniform(4.8, 7.5)), float(rng.uniform(1.9, 2.4)))
        tone = float(rng.choice([0.9, 0.9, 0.85, rng.uniform(0.15, 0.8)]))
        van = self.palette.plain(CAR, (tone, tone, tone), 0.05)
        self.block(x, y, size, van, float(rng.uniform(1.9, 3.0)), (IMPERVIOUS,))

    def odds(self, x: float, y: float) -> None:
        """A table, a trampoline, a heap, a tarpaulin: no class of its own."""
        rng = self.rng
        size = (float(rng.uniform(0.4, 2.6)), float(rng.uniform(0.4, 1.6)))
        self.block(x, y, size, None, float(rng.uniform(0, 1.3)), (LOW_VEGETATION, IMPERVIOUS))

    def railway(self) -> None:
        """One to four tracks on ballast, straight through whatever is open."""
        rng, canvas = self.rng, self.canvas
        x, y = (float(value) for value in rng.uniform(0.2, 0.8, 2) * canvas.side_metres)
        patch = canvas.patch(x, y, canvas.side_metres * 1.5)
        if patch is None:
            return
        along, across = patch.rotated(self.angle())
        tone = float(rng.uniform(0.3, 0.6))
        ballast = self.palette.plain(IMPERVIOUS, (tone, tone * 0.92, tone * 0.84), 0.05)
        ballast = replace(ballast, grain=float(rng.uniform(0.08, 0.2)), mottle=0.1)
        steel = self.palette.plain(IMPERVIOUS, (tone * 0.6, tone * 0.5, tone * 0.45), 0.1)
        tie = self.palette.plain(IMPERVIOUS, (tone * 0.75,) * 3, 0.1)
        surfaces = [canvas.add(surface) for surface in (ballast, tie, steel)]
        tracks, gauge = int(rng.integers(1, 5)), 4.2
        offset = across + gauge * (tracks - 1) / 2
        bed = (offset > -2.6) & (offset < gauge * (tracks - 1) + 2.6)
        track = np.abs((offset + gauge / 2) % gauge - gauge / 2)
        open_ground = np.isin(self.ground, (LOW_VEGETATION, IMPERVIOUS)) & (canvas.height < 0.2)
        sleepers = (track < 1.3) & (along % 0.6 < 0.25) & (canvas.gsd < 0.3)
        for surface_id, inside in zip(
            surfaces, (bed, bed & sleepers, bed & (np.abs(track - 0.72) < 0.08)), strict=True
        ):
            canvas.stamp(patch, inside & open_ground, surface_id)

    def roof_things(self) -> None:
        """Tanks, chests, skylights and laundry on roofs, in some towns many."""
        rng, canvas = self.rng, self.canvas
        much = float(rng.gamma(0.6, 1.0))
        roofs = (self.ground == BUILDING) & (canvas.height > 1.8)
        places = np.argwhere(roofs)
        if not len(places):
            return
        area = len(places) * canvas.gsd**2
        for row, column in places[rng.integers(0, len(places), rng.poisson(area / 60 * much))]:
            x, y = (column + 0.5) * canvas.gsd, (row + 0.5) * canvas.gsd
            size = (float(rng.uniform(0.4, 3.5)), float(rng.uniform(0.4, 1.6)))
            patch = canvas.patch(float(x), float(y), float(np.hypot(*size)) / 2)
            if patch is None:
                continue
            along, across = patch.rotated(self.angle())
            inside = (np.abs(along) <= size[0] / 2) & (np.abs(across) <= size[1] / 2)
            where = (patch.rows, patch.columns)
            if not inside.any() or not roofs[where][inside].all():
                continue
            if np.ptp(canvas.height[where][inside]) > 1:
                continue
            thing = canvas.add(replace(self.palette.car(), class_id=BUILDING))
            rise = float(rng.choice([0.0, 0.0, 0.5, 1.0, 1.8]))
            canvas.stamp(patch, inside, thing, canvas.height[where] + np.float32(rise))
