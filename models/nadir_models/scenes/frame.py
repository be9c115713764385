"""The town's own coordinates: a turned and gently bent grid laid over the canvas."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Rectangle:
    """An axis-parallel rectangle in town coordinates, metres."""

    u0: float
    v0: float
    u1: float
    v1: float

    @property
    def width(self) -> float:
        return self.u1 - self.u0

    @property
    def depth(self) -> float:
        return self.v1 - self.v0

    @property
    def area(self) -> float:
        return max(self.width, 0.0) * max(self.depth, 0.0)

    @property
    def centre(self) -> tuple[float, float]:
        return (self.u0 + self.u1) / 2, (self.v0 + self.v1) / 2

    def inset(self, margin: float) -> Rectangle:
        return Rectangle(self.u0 + margin, self.v0 + margin, self.u1 - margin, self.v1 - margin)

    def corners(self) -> np.ndarray:
        return np.array(
            [(self.u0, self.v0), (self.u1, self.v0), (self.u1, self.v1), (self.u0, self.v1)]
        )


class Frame:
    """Town (u, v) to canvas (x, y): rotation about the centre, then a smooth displacement."""

    def __init__(self, rng: np.random.Generator, side_metres: float, bend_metres: float) -> None:
        self.centre = side_metres / 2
        self.angle = float(rng.uniform(0, 2 * np.pi))
        waves = 4
        self._wave = rng.normal(0, 2 * np.pi / rng.uniform(150, 450), (waves, 2))
        self._phase = rng.uniform(0, 2 * np.pi, waves)
        self._amplitude = rng.normal(0, bend_metres / np.sqrt(waves), (waves, 2))

    def to_canvas(self, uv: np.ndarray) -> np.ndarray:
        """(n, 2) town metres to (n, 2) canvas metres."""
        uv = np.asarray(uv, dtype=float)
        bent = uv + np.sin(uv @ self._wave.T + self._phase) @ self._amplitude
        cosine, sine = np.cos(self.angle), np.sin(self.angle)
        rotation = np.array([(cosine, sine), (-sine, cosine)])
        return bent @ rotation + self.centre

    def point(self, u: float, v: float) -> tuple[float, float]:
        x, y = self.to_canvas(np.array([(u, v)]))[0]
        return float(x), float(y)

    def heading(self, u: float, v: float, angle: float = 0.0) -> float:
        """The canvas direction (radians) of town direction `angle` at a place."""
        step = np.array([np.cos(angle), np.sin(angle)])
        ends = self.to_canvas(np.array((u, v)) + np.array([-step, step]))
        delta = ends[1] - ends[0]
        return float(np.arctan2(delta[1], delta[0]))

    def outline(self, rectangle: Rectangle, step_metres: float = 8.0) -> np.ndarray:
        """A rectangle's boundary on the canvas, following the bend."""
        corners = rectangle.corners()
        pieces = []
        for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
            pieces.append(self.path(start, end, step_metres)[:-1])
        return self.to_canvas(np.concatenate(pieces))

    @staticmethod
    def path(start: np.ndarray, end: np.ndarray, step_metres: float = 8.0) -> np.ndarray:
        """Points from start to end in town coordinates, close enough to follow the bend."""
        start, end = np.asarray(start, float), np.asarray(end, float)
        count = int(np.hypot(*(end - start)) / step_metres) + 2
        return start + np.linspace(0, 1, count)[:, None] * (end - start)
