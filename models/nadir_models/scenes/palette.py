"""Reflectances of what lies in towns and fields, drawn anew for every object.

Values are display-like (already gamma encoded) 0..1 for red, green, blue and near infrared.
"""

from __future__ import annotations

import numpy as np

from .canvas import Kind, Surface
from .classes import BUILDING, CAR, CLUTTER, IMPERVIOUS, LOW_VEGETATION, TREE

ROOFS = {
    "red tile": ((0.64, 0.36, 0.28), 3.0),
    "orange tile": ((0.72, 0.47, 0.35), 2.0),
    "brown tile": ((0.47, 0.34, 0.29), 2.5),
    "rosy tile": ((0.58, 0.43, 0.42), 1.5),
    "slate": ((0.30, 0.30, 0.33), 2.5),
    "dark tile": ((0.24, 0.23, 0.23), 1.5),
    "grey tile": ((0.46, 0.45, 0.45), 2.0),
    "mossy": ((0.42, 0.40, 0.33), 0.8),
    "thatch": ((0.50, 0.44, 0.36), 0.3),
}
FLAT_ROOFS = {
    "bitumen": ((0.38, 0.38, 0.39), 2.0),
    "grey membrane": ((0.55, 0.55, 0.55), 2.0),
    "white membrane": ((0.86, 0.86, 0.85), 1.5),
    "gravel": ((0.66, 0.63, 0.58), 2.0),
    "metal": ((0.62, 0.66, 0.69), 1.2),
    "blue metal": ((0.42, 0.52, 0.66), 0.3),
    "red coating": ((0.57, 0.37, 0.33), 0.6),
    "planted": ((0.44, 0.47, 0.32), 0.5),
    "dark": ((0.22, 0.22, 0.23), 0.8),
}
ROADS = {
    "dark asphalt": ((0.33, 0.33, 0.34), 2.0),
    "asphalt": ((0.46, 0.46, 0.46), 3.0),
    "worn asphalt": ((0.58, 0.57, 0.56), 2.5),
    "concrete": ((0.71, 0.69, 0.66), 1.5),
    "pale gravel": ((0.83, 0.78, 0.71), 1.3),
    "dirt": ((0.70, 0.61, 0.50), 0.7),
    "red pavers": ((0.60, 0.46, 0.41), 0.7),
    "cobble": ((0.52, 0.48, 0.45), 0.8),
}
LAWNS = {
    "lush": ((0.33, 0.46, 0.22), 3.0),
    "mown": ((0.42, 0.51, 0.30), 2.5),
    "dull": ((0.37, 0.41, 0.29), 2.5),
    "dry": ((0.57, 0.54, 0.38), 2.0),
    "straw": ((0.70, 0.63, 0.46), 1.0),
    "dark": ((0.24, 0.32, 0.19), 1.5),
}
CROPS = {
    "young crop": ((0.40, 0.46, 0.30), 2.0),
    "dense crop": ((0.20, 0.28, 0.20), 2.0),
    "ripe": ((0.74, 0.67, 0.47), 1.5),
    "stubble": ((0.72, 0.63, 0.54), 1.7),
    "bare soil": ((0.60, 0.49, 0.40), 1.5),
    "dark soil": ((0.38, 0.31, 0.26), 1.0),
    "meadow": ((0.40, 0.45, 0.30), 2.0),
    "rape": ((0.75, 0.72, 0.25), 0.3),
}
CROWNS = {
    "broadleaf": ((0.24, 0.34, 0.17), 4.0),
    "bright": ((0.36, 0.46, 0.20), 2.0),
    "dark": ((0.15, 0.24, 0.14), 3.0),
    "conifer": ((0.14, 0.22, 0.17), 1.5),
    "grey green": ((0.35, 0.40, 0.33), 1.0),
    "copper": ((0.36, 0.22, 0.20), 0.3),
    "autumn": ((0.58, 0.43, 0.20), 0.4),
    "leafless": ((0.46, 0.43, 0.39), 0.3),
}
CARS = {
    "white": ((0.90, 0.90, 0.90), 3.0),
    "silver": ((0.68, 0.69, 0.71), 3.0),
    "grey": ((0.42, 0.43, 0.45), 3.0),
    "black": ((0.13, 0.13, 0.14), 3.0),
    "red": ((0.68, 0.16, 0.15), 1.2),
    "blue": ((0.20, 0.30, 0.56), 1.4),
    "green": ((0.22, 0.38, 0.28), 0.4),
    "beige": ((0.72, 0.66, 0.54), 0.5),
    "yellow": ((0.85, 0.72, 0.20), 0.2),
}
CLUTTERS = {
    "blue container": ((0.22, 0.36, 0.58), 1.0),
    "rust container": ((0.52, 0.28, 0.20), 1.0),
    "white box": ((0.85, 0.85, 0.84), 0.8),
    "timber": ((0.62, 0.50, 0.36), 0.8),
    "rubble": ((0.62, 0.58, 0.54), 1.0),
}
WATERS = {
    "green": ((0.22, 0.30, 0.26), 2.0),
    "blue": ((0.18, 0.28, 0.36), 1.5),
    "black": ((0.10, 0.13, 0.14), 1.0),
    "muddy": ((0.42, 0.38, 0.30), 1.0),
}

Table = dict[str, tuple[tuple[float, float, float], float]]


class Palette:
    """Draws surfaces; one instance per scene keeps a taste (a town's roofs resemble each other)."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng
        self._taste: dict[int, np.ndarray] = {}

    def _colour(self, table: Table, jitter: float) -> tuple[float, float, float]:
        key = id(table)
        if key not in self._taste:
            base = np.array([weight for _, weight in table.values()])
            taste = base * self.rng.gamma(0.8, 1.0, len(base)) + 0.03 * base
            self._taste[key] = taste / taste.sum()
        names = list(table)
        chosen = names[int(self.rng.choice(len(names), p=self._taste[key]))]
        colour = np.array(table[chosen][0])
        colour = colour * (1 + jitter * self.rng.standard_normal())
        colour = colour * (1 + 0.35 * jitter * self.rng.standard_normal(3))
        return tuple(np.clip(colour, 0.02, 0.98).tolist())

    def _surface(
        self, class_id: int, table: Table, jitter: float, infrared: tuple[float, float], **texture
    ) -> Surface:
        colour = self._colour(table, jitter)
        low, high = infrared
        nir = float(np.clip(self.rng.uniform(low, high) * (0.6 + 0.8 * colour[1]), 0.02, 0.98))
        return Surface(class_id, (*colour, nir), **texture)

    def roof(self, angle: float, flat: bool) -> Surface:
        rng = self.rng
        if flat:
            return self._surface(
                BUILDING, FLAT_ROOFS, 0.13, (0.4, 0.7),
                mottle=rng.uniform(0.02, 0.12), grain=rng.uniform(0.01, 0.05),
                stripe_amplitude=rng.choice([0.0, 0.0, 0.06]),
                stripe_period_metres=rng.uniform(0.8, 3.0), stripe_angle=angle,
            )  # fmt: skip
        return self._surface(
            BUILDING, ROOFS, 0.13, (0.35, 0.65),
            mottle=rng.uniform(0.03, 0.13), grain=rng.uniform(0.02, 0.08),
            stripe_amplitude=rng.uniform(0.0, 0.1),
            stripe_period_metres=rng.uniform(0.25, 0.5), stripe_angle=angle,
        )  # fmt: skip

    def road(self) -> Surface:
        rng = self.rng
        return self._surface(
            IMPERVIOUS, ROADS, 0.10, (0.35, 0.6),
            mottle=rng.uniform(0.015, 0.08), grain=rng.uniform(0.015, 0.06),
        )  # fmt: skip

    def lawn(self) -> Surface:
        rng = self.rng
        return self._surface(
            LOW_VEGETATION, LAWNS, 0.14, (0.7, 1.1),
            mottle=rng.uniform(0.04, 0.22), grain=rng.uniform(0.04, 0.14),
        )  # fmt: skip

    def crop(self, angle: float) -> Surface:
        rng = self.rng
        return self._surface(
            LOW_VEGETATION, CROPS, 0.14, (0.5, 1.1),
            mottle=rng.uniform(0.04, 0.2), grain=rng.uniform(0.03, 0.12),
            stripe_amplitude=rng.uniform(0.0, 0.2) * (rng.random() < 0.7),
            stripe_period_metres=rng.uniform(0.5, 5.0), stripe_angle=angle,
        )  # fmt: skip

    def crown(self) -> Surface:
        rng = self.rng
        return self._surface(
            TREE, CROWNS, 0.18, (0.7, 1.1),
            mottle=rng.uniform(0.05, 0.2), grain=rng.uniform(0.08, 0.3),
        )  # fmt: skip

    def shrub(self, class_id: int) -> Surface:
        surface = self.crown()
        return Surface(class_id, surface.reflectance, surface.mottle, surface.grain)

    def car(self) -> Surface:
        return self._surface(CAR, CARS, 0.10, (0.4, 0.7), mottle=0.02, grain=0.02)

    def car_glass(self) -> Surface:
        tone = self.rng.uniform(0.08, 0.3)
        return Surface(CAR, (tone, tone, tone * 1.1, tone), 0.02, 0.02)

    def clutter(self) -> Surface:
        return self._surface(CLUTTER, CLUTTERS, 0.15, (0.4, 0.6), mottle=0.06, grain=0.05)

    def water(self) -> Surface:
        return self._surface(
            CLUTTER, WATERS, 0.15, (0.05, 0.15),
            mottle=self.rng.uniform(0.02, 0.12), grain=0.02, kind="water",
        )  # fmt: skip

    def plain(
        self, class_id: int, colour: tuple[float, float, float], jitter: float, kind: Kind = ""
    ) -> Surface:
        """A surface of a given colour, for markings, pools, panels and courts."""
        value = np.clip(np.array(colour) * (1 + jitter * self.rng.standard_normal(3)), 0.02, 0.98)
        return Surface(
            class_id, (*value.tolist(), float(value.mean()) * 0.6), 0.03, 0.03, kind=kind
        )
