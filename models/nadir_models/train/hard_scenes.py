"""Which scenes a training looks at more often: those it still gets wrong.

Most windows of a bank are soon solved, while ploughed fields and water stay a few scenes in a
hundred. Choosing by loss: Jiang et al., "Accelerating Deep Learning by Focusing on the Biggest
Losers", 2019; here whole scenes, whose last errors come free with every step.
"""

from __future__ import annotations

import numpy as np
from torch import Tensor

FIRST_GUESS = 0.15
FLOOR = 0.02
"""Share of wrong pixels that a scene has before it was seen, and the least it ever counts with."""
KEPT = 0.7
"""Part of a scene's earlier error in its new one."""


class HardScenes:
    """A running share of wrong pixels per scene, and the chances of drawing the scenes by it."""

    def __init__(self, count: int) -> None:
        self.wrong = np.full(count, FIRST_GUESS)

    def chances(self) -> np.ndarray:
        """(count,) chances in proportion to the errors; they add up to 1."""
        weight = np.maximum(self.wrong, FLOOR)
        return weight / weight.sum()

    def learn(self, scenes: np.ndarray, logits: Tensor, target: Tensor, ignore: int) -> None:
        """Take note of a batch: scenes (B,) (-1: none), logits (B, K, H, W), target (B, H, W)."""
        missed = ((logits.argmax(1) != target) & (target != ignore)).sum((1, 2))
        labelled = (target != ignore).sum((1, 2)).clamp(min=1)
        shares = (missed / labelled).cpu().numpy()
        for scene, share in zip(scenes, shares, strict=True):
            if scene < 0:
                continue
            self.wrong[scene] = KEPT * self.wrong[scene] + (1 - KEPT) * share
