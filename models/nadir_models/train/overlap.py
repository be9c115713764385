"""A loss that is the score: one minus the mean soft IoU of the classes in a batch.

Cross entropy counts pixels, so a class of few pixels (cars) hardly moves it; every class counts the
same here. Soft Jaccard index: Rahman and Wang, "Optimizing Intersection-Over-Union in Deep Neural
Networks for Image Segmentation", ISVC 2016, eq. 5-7; here over a whole batch and several classes.
"""

from __future__ import annotations

from torch import Tensor, nn


def overlap_loss(logits: Tensor, target: Tensor, ignore: int) -> Tensor:
    """1 - mean over classes c in the target of sum(p_c t_c) / sum(p_c + t_c - p_c t_c).

    logits (B, K, H, W); target (B, H, W) int64, `ignore` where a pixel has no label. p is the
    softmax, t one-hot. Zero where nothing is labelled.
    """
    labelled = target != ignore
    classes = logits.shape[1]
    probability = logits.softmax(1).movedim(1, -1)[labelled]  # (N, K)
    truth = nn.functional.one_hot(target[labelled], classes).to(probability)
    both = (probability * truth).sum(0)
    either = (probability + truth).sum(0) - both
    present = truth.sum(0) > 0
    if not bool(present.any()):
        return logits.sum() * 0
    return 1 - (both[present] / either[present]).mean()
