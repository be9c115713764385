"""A scene on a grid of another pixel size, as the studio's working grid has it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import sparse

from nadir_models.errors import NadirError

from .folder import RasterScene


def at_pixel_size(scene: RasterScene, pixel_size_metres: float) -> RasterScene:
    """The scene with pixels of that size: area means of image and heights, nearest labels.

    NadirError where the scene's own pixel size is not known.
    """
    if scene.pixel_size_metres is None:
        raise NadirError(
            f"{scene.name} has no georeference in a projected system, so that the size of its "
            "pixels is not known: give one, or train with --problem mixed."
        )
    scale = pixel_size_metres / scene.pixel_size_metres
    known = np.isfinite(scene.heights)
    labels = scene.labels
    return replace(
        scene,
        image=area_mean(scene.image, scene.valid, scale)[0].astype(np.float32),
        heights=area_mean(scene.heights, known, scale)[0].astype(np.float32),
        labels=None if labels is None else labels[nearest(labels.shape, scale)],
        valid=area_mean(scene.image, scene.valid, scale)[1],
        pixel_size_metres=pixel_size_metres,
    )


def area_mean(field: np.ndarray, valid: np.ndarray, scale: float) -> tuple[np.ndarray, np.ndarray]:
    """Means over `scale` x `scale` pixels of what is valid, and where there is anything valid.

    field (H, W) or (H, W, bands); NaN where nothing is.
    """
    down, across = (_shared(length, scale) for length in valid.shape)
    weight = down @ valid.astype(np.float64) @ across.T
    bands = np.where(valid[..., None], field.reshape(*valid.shape, -1), 0).astype(np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        sums = np.stack([down @ band @ across.T for band in np.moveaxis(bands, -1, 0)], -1)
        means = np.where(weight[..., None] > 0, sums / weight[..., None], np.nan)
    return (means[..., 0] if field.ndim == 2 else means), weight > 0


def working_length(length_px: int, scale: float) -> int:
    """Pixels of the new grid along an axis; the last may reach past the image."""
    return max(1, int(np.ceil(length_px / scale - 1e-6)))


def nearest(shape: tuple[int, int], scale: float) -> tuple[np.ndarray, np.ndarray]:
    """Index of the pixel under each new pixel's centre."""
    rows, columns = (
        np.minimum(((np.arange(working_length(n, scale)) + 0.5) * scale).astype(int), n - 1)
        for n in shape
    )
    return rows[:, None], columns[None, :]


def _shared(length_px: int, scale: float) -> sparse.csr_array:
    """(new, old): the length that each new pixel shares with each old one, in old pixels."""
    new, old = np.arange(working_length(length_px, scale)), np.arange(length_px)
    low = np.maximum(new[:, None] * scale, old[None, :])
    high = np.minimum((new[:, None] + 1) * scale, old[None, :] + 1)
    return sparse.csr_array(np.maximum(high - low, 0))
