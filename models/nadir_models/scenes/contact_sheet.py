"""Scenes side by side as one picture, to look at and judge."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageOps

from .classes import PALETTE
from .scene import Scene


def grey(heights: np.ndarray) -> np.ndarray:
    """(h, w, 3) uint8 of a height field between its 1st and 99th percentile."""
    low, high = np.percentile(heights, (1, 99))
    scaled = np.clip((heights - low) / max(high - low, 1e-6), 0, 1)
    return np.repeat((scaled * 255).astype(np.uint8)[..., None], 3, axis=2)


def scene_panels(scene: Scene) -> list[np.ndarray]:
    """Orthophoto, DSM and ground truth as (h, w, 3) uint8."""
    return [scene.image[..., :3], grey(scene.dsm), PALETTE[scene.labels]]


def contact_sheet(
    rows: list[list[np.ndarray]], panel_px: int = 320, gap_px: int = 4
) -> Image.Image:
    """Panels in rows, each fitted into `panel_px` squared, on white."""
    width = max(len(row) for row in rows) * (panel_px + gap_px) - gap_px
    sheet = Image.new("RGB", (width, len(rows) * (panel_px + gap_px) - gap_px), "white")
    for row_index, row in enumerate(rows):
        for column, panel in enumerate(row):
            image = ImageOps.pad(Image.fromarray(panel), (panel_px, panel_px), color="white")
            sheet.paste(image, (column * (panel_px + gap_px), row_index * (panel_px + gap_px)))
    return sheet
