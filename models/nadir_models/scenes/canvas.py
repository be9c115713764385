"""The drawing board of one scene: which surface lies where, and how high it stands.

Coordinates are metres from the canvas's top-left corner, x to the right and y downwards.
Ground is painted with polygons first; objects that stand up are painted into pixel patches.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from PIL import Image, ImageDraw

Kind = Literal["", "water", "solar panels"]
"""What a surface is beyond its class, where something depends on it."""


@dataclass(frozen=True)
class Surface:
    """A material as one object wears it.

    `reflectance` is red, green, blue, near infrared in 0..1. `mottle` and `grain` are relative
    amplitudes of patchiness over metres and of texture over pixels. Stripes (crop rows, tiles,
    planks) have a relative amplitude, a period in metres and an angle in radians.
    """

    class_id: int
    reflectance: tuple[float, float, float, float]
    mottle: float = 0.08
    grain: float = 0.04
    stripe_amplitude: float = 0.0
    stripe_period_metres: float = 1.0
    stripe_angle: float = 0.0
    kind: Kind = ""


@dataclass
class Patch:
    """A rectangular piece of the canvas with its pixels' offsets (metres) from a centre."""

    rows: slice
    columns: slice
    dx: np.ndarray
    dy: np.ndarray

    def rotated(self, angle: float) -> tuple[np.ndarray, np.ndarray]:
        """Offsets in a frame turned by `angle`: (along, across)."""
        cosine, sine = np.float32(np.cos(angle)), np.float32(np.sin(angle))
        return self.dx * cosine + self.dy * sine, self.dy * cosine - self.dx * sine


class Canvas:
    """`side_px` squared pixels of `gsd` metres; surface ids, heights above ground, object tone."""

    def __init__(self, side_px: int, gsd: float, terrain: np.ndarray) -> None:
        self.side_px = side_px
        self.gsd = gsd
        self.terrain = terrain
        self.surfaces: list[Surface] = []
        self._image = Image.new("I", (side_px, side_px), 0)
        self._draw = ImageDraw.Draw(self._image)
        self.surface_id = np.zeros((side_px, side_px), np.int32)
        self.height = np.zeros((side_px, side_px), np.float32)
        self.tone = np.ones((side_px, side_px), np.float32)

    @property
    def side_metres(self) -> float:
        return self.side_px * self.gsd

    def add(self, surface: Surface) -> int:
        """Register a surface and return its id."""
        self.surfaces.append(surface)
        return len(self.surfaces) - 1

    def polygon(self, xy: np.ndarray, surface_id: int) -> None:
        """Fill a polygon, (n, 2) metres, on the ground."""
        points = np.asarray(xy) / self.gsd
        if (points.max(0) < 0).any() or (points.min(0) > self.side_px).any():
            return
        self._draw.polygon([tuple(point) for point in points.tolist()], fill=surface_id)

    def line(self, xy: np.ndarray, width_metres: float, surface_id: int) -> None:
        """Draw a line with round joints on the ground; narrower than a pixel becomes one pixel."""
        points = np.asarray(xy) / self.gsd
        if (points.max(0) < -99).any() or (points.min(0) > self.side_px + 99).any():
            return
        width = max(1, round(width_metres / self.gsd))
        self._draw.line([tuple(p) for p in points.tolist()], surface_id, width, joint="curve")

    def finish_ground(self) -> None:
        """Turn the painted ground into arrays; objects come after this."""
        self.surface_id = np.array(self._image, dtype=np.int32)

    def patch(self, x: float, y: float, reach: float) -> Patch | None:
        """The pixels within `reach` metres of a point, or None when all lie outside."""
        column, row, extent = x / self.gsd, y / self.gsd, reach / self.gsd + 1
        left, right = max(0, int(column - extent)), min(self.side_px, int(column + extent) + 1)
        top, bottom = max(0, int(row - extent)), min(self.side_px, int(row + extent) + 1)
        if left >= right or top >= bottom:
            return None
        dx = (np.arange(left, right, dtype=np.float32) + 0.5) * self.gsd - x
        dy = (np.arange(top, bottom, dtype=np.float32) + 0.5) * self.gsd - y
        return Patch(slice(top, bottom), slice(left, right), dx[None, :], dy[:, None])

    def ground_at(self, x: float, y: float) -> float:
        """Terrain height in metres at the nearest pixel."""
        row = min(max(int(y / self.gsd), 0), self.side_px - 1)
        column = min(max(int(x / self.gsd), 0), self.side_px - 1)
        return float(self.terrain[row, column])

    def stamp(
        self,
        patch: Patch,
        mask: np.ndarray,
        surface_id: int,
        height: np.ndarray | float | None = None,
        tone: np.ndarray | float | None = None,
    ) -> None:
        """Put a surface where `mask` holds; `height` in metres above ground replaces what stood."""
        where = (patch.rows, patch.columns)
        self.surface_id[where][mask] = surface_id
        if height is not None:
            self.height[where][mask] = height[mask] if isinstance(height, np.ndarray) else height
        if tone is None:
            self.tone[where][mask] = 1.0
        else:
            self.tone[where][mask] = tone[mask] if isinstance(tone, np.ndarray) else tone
