"""Sun and sky: cast shadows from the height field, hillshading, ambient occlusion."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage


@dataclass(frozen=True)
class Sun:
    """Azimuth (radians, direction towards the sun in canvas x, y) and elevation above the horizon.

    `diffuse` is the sky's share of the light on open ground, 0..1.
    """

    azimuth: float
    elevation: float
    diffuse: float


def cast_shadow(surface: np.ndarray, gsd: float, sun: Sun) -> np.ndarray:
    """Where the sun does not reach: (h, w) bool from surface heights in metres.

    The height field is sheared so that the sun stands along the rows' axis; a running maximum of
    height minus the fall of a sun ray, doubled in length every pass, then tells for each pixel
    whether anything sunwards reaches above its ray. Exact to half a pixel across the ray.
    """
    toward_x, toward_y = np.cos(sun.azimuth), np.sin(sun.azimuth)
    if abs(toward_x) > abs(toward_y):
        turned = Sun(float(np.arctan2(toward_x, toward_y)), sun.elevation, sun.diffuse)
        return cast_shadow(surface.T, gsd, turned).T
    field = surface if toward_y < 0 else surface[::-1]
    rows, columns = field.shape
    slope = toward_x / abs(toward_y)
    shift = np.round(np.arange(rows) * -slope).astype(np.int64)
    index = (np.arange(columns)[None, :] + shift[:, None]) % columns
    row_index = np.arange(rows)[:, None]
    sheared = field[row_index, index]
    fall = np.float32(gsd * np.hypot(1.0, slope) * np.tan(sun.elevation))
    span = float(surface.max() - surface.min())
    reach = max(2, int(span / fall) + 1)
    blocked = np.full_like(sheared, -np.inf)
    blocked[1:] = sheared[:-1] - fall
    length = 1
    while length < reach and length < rows:
        blocked[length:] = np.maximum(
            blocked[length:], blocked[:-length] - np.float32(length) * fall
        )
        length *= 2
    shadow_sheared = blocked > sheared + 0.05
    shadow = np.empty_like(shadow_sheared)
    shadow[row_index, index] = shadow_sheared
    return shadow if toward_y < 0 else shadow[::-1]


def illumination(
    surface: np.ndarray, gsd: float, sun: Sun, soften_px: float, relief: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Direct and ambient light per pixel, both 1 on open, level ground in the sun.

    `relief` (0..1) scales how much of the surface's slope is seen (crowns scatter light).
    """
    lit = 1.0 - cast_shadow(surface, gsd, sun).astype(np.float32)
    lit = ndimage.gaussian_filter(lit, soften_px)
    dy, dx = np.gradient(surface, np.float32(gsd))
    dy, dx = np.clip(dy, -2.5, 2.5) * relief, np.clip(dx, -2.5, 2.5) * relief
    toward_x, toward_y = np.cos(sun.azimuth), np.sin(sun.azimuth)
    horizontal = np.float32(1 / np.tan(sun.elevation))
    facing = (1 - horizontal * (dx * np.float32(toward_x) + dy * np.float32(toward_y))) / np.sqrt(
        1 + dx**2 + dy**2
    )
    direct = lit * np.clip(facing, 0.0, 1.9)
    around = ndimage.uniform_filter(surface, max(3, int(3.0 / gsd)))
    ambient = np.clip(1.0 - 0.07 * np.clip(around - surface, 0, 6), 0.5, 1.0)
    return direct.astype(np.float32), ambient.astype(np.float32)
