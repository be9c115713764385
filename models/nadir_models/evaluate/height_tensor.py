"""Heights as a network's second input, as the manifest tells the studio to make it."""

from __future__ import annotations

import numpy as np

from nadir_models.errors import NadirError
from nadir_models.evaluate.predict import scale_dsm
from nadir_models.families.preprocessing import Preprocessing
from nadir_models.heights import height_above_ground


def height_tensor(
    facts: Preprocessing, dsm: np.ndarray, valid: np.ndarray, pixel_size_metres: float | None
) -> np.ndarray:
    """(H, W) float32 of a surface model in metres; `valid` says where it holds heights.

    NadirError where heights above ground are needed and the pixel size is not known.
    """
    if facts.height_kind == "dsm":
        return scale_dsm(dsm, valid)
    if not valid.any():
        return tensor_of_metres(facts, np.full(dsm.shape, np.nan, np.float32))
    if pixel_size_metres is None:
        raise NadirError(
            "Heights above the ground need the size of a pixel in metres: give rasters with a "
            "georeference in a projected system, or a network with the problem 'mixed'."
        )
    return tensor_of_metres(facts, height_above_ground(dsm, valid, pixel_size_metres))


def tensor_of_metres(facts: Preprocessing, above: np.ndarray) -> np.ndarray:
    """(H, W) float32 of metres above the ground; NaN becomes the value for absent heights."""
    low, high = facts.dsm_scale["min"], facts.dsm_scale["max"]
    scaled = (above.astype(np.float32) - np.float32(low)) / np.float32(high - low)
    return np.where(np.isfinite(scaled), scaled, np.float32(facts.absent_heights or 0))


def absent_heights(facts: Preprocessing, shape: tuple[int, int]) -> np.ndarray:
    """(H, W) float32 for a scene without heights; zeros for a network that needs them."""
    return np.full(shape, facts.absent_heights or 0, np.float32)
