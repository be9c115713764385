"""Modality-conditional random masking, after MoBaNet: one modality loses a rectangle of the window.

Paper https://arxiv.org/abs/2603.17705 (there "MCRM"); figures from the authors' code: a quarter of
the batch, one rectangle of 10 to 30 % of the area, aspect 0.5 to 2. Deviates: the caller's tensors
are left as they are, and our own recipes mask up to the whole window. "Hard pixels" are our
reading: those that the fused prediction gets wrong.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

ASPECT = (0.5, 2.0)


def mask_one_modality(
    optical: Tensor,
    dsm: Tensor,
    share: float,
    areas: tuple[float, float],
    absent_heights: float = 0.0,
) -> tuple[Tensor, Tensor]:
    """Blank a rectangle of either the image or the DSM in floor(B * share) windows of the batch.

    areas: smallest and largest share of the window that the rectangle covers. The image becomes 0,
    the DSM `absent_heights`.
    Random numbers come from PyTorch's own CPU generator, seeded for every step.
    """
    count = int(optical.shape[0] * share)
    if count == 0:
        return optical, dsm
    optical, dsm = optical.clone(), dsm.clone()
    height, width = optical.shape[-2:]
    for index in torch.randperm(optical.shape[0])[:count].tolist():
        area, aspect, top, left, coin = torch.rand(5).tolist()
        area = (areas[0] + area * (areas[1] - areas[0])) * height * width
        aspect = ASPECT[0] * (ASPECT[1] / ASPECT[0]) ** aspect
        rows = min(height, max(1, round((area * aspect) ** 0.5)))
        columns = min(width, max(1, round((area / aspect) ** 0.5)))
        row, column = round(top * (height - rows)), round(left * (width - columns))
        target, blank = (optical, 0.0) if coin < 0.5 else (dsm, absent_heights)
        target[index, :, row : row + rows, column : column + columns] = blank
    return optical, dsm


def hard_pixel_loss(
    auxiliary: Tensor, fused: Tensor, target: Tensor, weight: Tensor | None, ignore: int
) -> Tensor:
    """Cross entropy of an auxiliary head over the pixels that the fused prediction gets wrong.

    auxiliary, fused (B, K, H, W); target (B, H, W). Zero where nothing is wrong.
    """
    wrong = (fused.detach().argmax(1) != target) & (target != ignore)
    if not bool(wrong.any()):
        return auxiliary.sum() * 0
    hard = torch.where(wrong, target, torch.full_like(target, ignore))
    return nn.functional.cross_entropy(auxiliary, hard, weight=weight, ignore_index=ignore)
