"""A network over a whole raster, as the papers' test scripts do it."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from nadir_models.families.family import Variant


def prepare(variant: Variant, optical: Tensor, dsm: Tensor) -> tuple[Tensor, Tensor]:
    """Scaled windows (B, 3, H, W), (B, 1, H, W) in 0..1 to what the network sees.

    Normalised as its preprocessing says, then padded with zeros right and bottom.
    """
    facts = variant.preprocessing
    mean, std = (optical.new_tensor(values)[:, None, None] for values in (facts.mean, facts.std))
    if mean.any() or (std != 1).any():
        optical = (optical - mean) / std
    pad = -optical.shape[-1] % variant.pad_multiple_px
    if pad:
        optical, dsm = (nn.functional.pad(x, (0, pad, 0, pad)) for x in (optical, dsm))
    return optical, dsm


def window_logits(network: nn.Module, variant: Variant, optical: Tensor, dsm: Tensor) -> Tensor:
    """Logits (B, K, H, W) of windows in 0..1; the network is in eval mode."""
    seen = prepare(variant, optical, dsm)
    return network(*seen)[..., : optical.shape[-2], : optical.shape[-1]]


def papers_positions(length: int, window_px: int, stride_px: int) -> list[int]:
    """Window starts along an axis, the last pulled back to the edge and visited repeatedly."""
    return [min(start, length - window_px) for start in range(0, length, stride_px)]


def scale_dsm(dsm: np.ndarray, valid: np.ndarray | None = None) -> np.ndarray:
    """Min-max over the valid pixels of the whole raster; 0 elsewhere and where it is constant."""
    valid = np.isfinite(dsm) if valid is None else valid & np.isfinite(dsm)
    if not valid.any():
        return np.zeros(dsm.shape, np.float32)
    values = dsm[valid].astype(np.float64)
    low, high = values.min(), values.max()
    if high <= low:
        return np.zeros(dsm.shape, np.float32)
    return np.where(valid, (dsm - low) / (high - low), 0).astype(np.float32)


def predict_raster(
    network: nn.Module,
    variant: Variant,
    optical: np.ndarray,
    dsm: np.ndarray,
    stride_px: int,
    batch: int = 8,
) -> np.ndarray:
    """Class ids (H, W) of a raster: mean of raw logits over the papers' windows, then argmax.

    optical (3, H, W) and dsm (H, W) as the network has them before normalising. Rasters smaller
    than a window are filled with zeros and cut back.
    """
    means = mean_logits(network, variant, optical, dsm, stride_px, batch)
    return means.argmax(0).astype(np.uint8)


@torch.no_grad()
def mean_logits(
    network: nn.Module,
    variant: Variant,
    optical: np.ndarray,
    dsm: np.ndarray,
    stride_px: int,
    batch: int = 8,
) -> np.ndarray:
    """Logits (K, H, W) float64 of a raster, each pixel's mean over the windows that see it."""
    window_px = variant.window_px
    height, width = dsm.shape
    grow = (max(0, window_px - height), max(0, window_px - width))
    optical = np.pad(optical, ((0, 0), (0, grow[0]), (0, grow[1])))
    dsm = np.pad(dsm, ((0, grow[0]), (0, grow[1])))
    rows = papers_positions(dsm.shape[0], window_px, stride_px)
    columns = papers_positions(dsm.shape[1], window_px, stride_px)
    counts: dict[tuple[int, int], int] = {}
    for row in rows:
        for column in columns:
            counts[row, column] = counts.get((row, column), 0) + 1
    places = list(counts)
    total: np.ndarray | None = None
    seen = np.zeros(dsm.shape)
    for first in range(0, len(places), batch):
        part = places[first : first + batch]
        crops = [np.s_[row : row + window_px, column : column + window_px] for row, column in part]
        image = torch.from_numpy(np.stack([optical[(slice(None), *crop)] for crop in crops]))
        height_map = torch.from_numpy(np.stack([dsm[crop] for crop in crops]))[:, None]
        logits = window_logits(network, variant, image, height_map).double().numpy()
        if total is None:
            total = np.zeros((logits.shape[1], *dsm.shape))
        for place, crop, values in zip(part, crops, logits, strict=True):
            total[(slice(None), *crop)] += counts[place] * values
            seen[crop] += counts[place]
    assert total is not None
    return (total / seen)[:, :height, :width]


def interpolated(field: np.ndarray, shape: tuple[int, int], scale: float) -> np.ndarray:
    """A (K, h, w) field of a working grid at the pixel centres of the image's (H, W) grid.

    Bilinear with half-pixel centres and clamped borders; `scale` is the side of a working pixel in
    image pixels.
    """
    for axis, length in ((1, shape[0]), (2, shape[1])):
        last = field.shape[axis] - 1
        place = np.clip((np.arange(length) + 0.5) / scale - 0.5, 0, last)
        first = np.floor(place).astype(int)
        share = (place - first).reshape((-1, 1) if axis == 1 else (1, -1))
        field = np.take(field, first, axis) * (1 - share) + share * np.take(
            field, np.minimum(first + 1, last), axis
        )
    return field
