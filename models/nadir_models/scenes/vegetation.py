"""Trees, woods and hedges."""

from __future__ import annotations

import numpy as np

from .canvas import Canvas
from .classes import LOW_VEGETATION, TREE
from .palette import Palette

_SPRITE_PX = 72


def crown_sprites(rng: np.random.Generator, count: int = 14) -> np.ndarray:
    """(count, 72, 72) crowns in the unit square: relative height 0..1, 0 outside the crown.

    Broadleaf crowns are heaps of overlapping balls, conifers ragged cones; both are lumpy, so
    that hillshading gives them a crown's texture.
    """
    axis = (np.arange(_SPRITE_PX, dtype=np.float32) + 0.5) / _SPRITE_PX * 2 - 1
    x, y = axis[None, :], axis[:, None]
    radius = np.hypot(x, y)
    angle = np.arctan2(y, x)
    sprites = np.zeros((count, _SPRITE_PX, _SPRITE_PX), np.float32)
    for index in range(count):
        sprite = sprites[index]
        if index % 5 == 4:
            spikes = rng.integers(6, 13)
            ragged = 1 + 0.1 * np.cos(spikes * angle + rng.uniform(0, 6))
            sprite[:] = np.clip(1 - radius / (0.85 * ragged), 0, 1)
        else:
            for _ in range(int(rng.integers(7, 26))):
                size = rng.uniform(0.22, 0.55)
                reach = (1 - size) * np.sqrt(rng.random()) * 0.98
                turn = rng.uniform(0, 2 * np.pi)
                squared = (x - reach * np.cos(turn)) ** 2 + (y - reach * np.sin(turn)) ** 2
                ball = np.sqrt(np.clip(size**2 - squared, 0, None))
                rise = (1 - reach) * 0.5 + ball * rng.uniform(0.7, 1.1)
                np.maximum(sprite, np.where(ball > 0, rise, 0), out=sprite)
        sprite /= sprite.max() + 1e-6
    return sprites


class Forester:
    """Plants trees and hedges; keeps the scene's crown shapes and a few species' colours."""

    def __init__(self, canvas: Canvas, palette: Palette) -> None:
        self.canvas = canvas
        self.palette = palette
        self.sprites = crown_sprites(palette.rng)
        self.species = [canvas.add(palette.crown()) for _ in range(int(palette.rng.integers(3, 9)))]
        self._waiting: list[tuple[float, float, float, float, int, int]] = []

    def tree(self, x: float, y: float, radius: float, height: float) -> None:
        """Note a tree; crowns are stood up by `grow`, low ones first."""
        rng = self.palette.rng
        species = int(rng.integers(len(self.species)))
        self._waiting.append((height, x, y, radius, species, int(rng.integers(len(self.sprites)))))

    def scatter(self, points: np.ndarray, radius: tuple[float, float]) -> None:
        """Trees of random size at (n, 2) canvas metres."""
        rng = self.palette.rng
        for x, y in points:
            size = float(rng.uniform(*radius))
            self.tree(float(x), float(y), size, size * float(rng.uniform(1.5, 3.4)) + 1.0)

    def grow(self) -> None:
        """Stand all noted trees on the canvas."""
        rng = self.palette.rng
        canvas = self.canvas
        for height, x, y, radius, species, shape in sorted(self._waiting):
            patch = canvas.patch(x, y, radius)
            if patch is None:
                continue
            turn = float(rng.uniform(0, 2 * np.pi))
            along, across = patch.rotated(turn)
            scale = np.float32(_SPRITE_PX / 2 / radius)
            column = ((along * scale) + _SPRITE_PX / 2).astype(np.int32)
            row = ((across * scale) + _SPRITE_PX / 2).astype(np.int32)
            inside = (column >= 0) & (column < _SPRITE_PX) & (row >= 0) & (row < _SPRITE_PX)
            sprite = self.sprites[shape][
                np.clip(row, 0, _SPRITE_PX - 1), np.clip(column, 0, _SPRITE_PX - 1)
            ]
            crown = height * (0.4 + 0.6 * sprite)
            where = (patch.rows, patch.columns)
            inside &= (sprite > 0.05) & (crown > canvas.height[where])
            tone = (0.75 + 0.35 * sprite) * np.float32(rng.uniform(0.85, 1.15))
            canvas.stamp(patch, inside, self.species[species], crown, tone)
        self._waiting.clear()

    def hedge(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """A clipped hedge between two canvas points; counts as trees from 1.5 m up."""
        rng = self.palette.rng
        length = float(np.hypot(end[0] - start[0], end[1] - start[1]))
        if length < 2:
            return
        width, height = float(rng.uniform(0.6, 1.8)), float(rng.uniform(0.8, 3.0))
        class_id = TREE if height >= 1.5 else LOW_VEGETATION
        surface = self.canvas.add(self.palette.shrub(class_id))
        middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
        patch = self.canvas.patch(*middle, length / 2 + 1)
        if patch is None:
            return
        along, across = patch.rotated(float(np.arctan2(end[1] - start[1], end[0] - start[0])))
        wobble = 0.25 * np.sin(along * rng.uniform(0.8, 2.0) + rng.uniform(0, 6))
        inside = (np.abs(along) <= length / 2) & (np.abs(across + wobble) <= width / 2)
        inside &= self.canvas.height[patch.rows, patch.columns] < height
        lumps = height * (0.9 + 0.2 * rng.random(inside.shape, dtype=np.float32))
        self.canvas.stamp(patch, inside, surface, lumps.astype(np.float32))
