"""What a recipe is: everything that decides how a network is trained. Each family has its own."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import Literal

from nadir_models.families.problem import METRES, MIXED, Problem
from nadir_models.scenes.classes import (
    BUILDING,
    CAR,
    CLUTTER,
    IMPERVIOUS,
    LOW_VEGETATION,
    TREE,
)

ISPRS_ORDER = (IMPERVIOUS, BUILDING, LOW_VEGETATION, TREE, CAR, CLUTTER)


@dataclass(frozen=True)
class Recipe:
    """Optimiser, schedule and loss.

    class_weights follow the network's own class order. `ignored_class` is a channel that is
    never taught. `milestones` are fractions of the training for the step schedule.
    """

    optimiser: Literal["adam", "adamw", "sgd"] = "adamw"
    learning_rate: float = 1e-3
    weight_decay: float = 0.02
    schedule: Literal["cosine", "steps"] = "cosine"
    milestones: tuple[float, ...] = ()
    class_weights: tuple[float, ...] | None = None
    ignored_class: int | None = None
    averaging: float = 0.998
    """Decay of the averaged weights; 0 keeps the last weights instead."""
    batch: int = 4
    """Windows of the network's own size per step; smaller windows come in proportion more."""
    window_px: int | None = None
    """Side of the windows; the network's own if left out."""
    randomised_share: float = 1.0
    """Share of windows whose colours and heights are altered (domain randomisation)."""
    mosaic_share: float = 0.0
    """Share of windows that are four of half the side: a large window shows one place and one
    light, and few of them fit into a step."""
    hard_scenes: bool = False
    """Draw half of the windows from the scenes in which most is still wrong."""
    freeze_backbone: bool = field(default=False, repr=False)
    """Train only what the paper trains beside a foundation model's weights (`Variant`)."""
    open_head: bool = False
    """EMSNet only: train without the last ReLU, see `families/emsnet/head.py`."""
    masked_share: float = 0.0
    """Share of a batch whose DSM or image is masked (modality-conditional masking)."""
    masked_areas: tuple[float, float] = (0.1, 0.3)
    """Smallest and largest share of a window that is masked."""
    auxiliary_weight: float = 0.0
    overlap_weight: float = 0.0
    """Weight of `train.overlap.overlap_loss` beside cross entropy."""
    problem: Problem = MIXED
    """What the windows show."""
    notes: str = field(default="", compare=False, repr=False)

    def altered(
        self,
        learning_rate: float | None,
        batch: int | None,
        randomised_share: float | None = None,
        masked: bool = True,
        hard_scenes: bool = False,
        problem: Problem | None = None,
    ) -> Recipe:
        """The same with another learning rate, batch, randomised share or problem, without masking,
        or with hard scenes drawn more often."""
        return replace(
            self,
            randomised_share=(
                self.randomised_share if randomised_share is None else randomised_share
            ),
            masked_share=self.masked_share if masked else 0.0,
            hard_scenes=self.hard_scenes or hard_scenes,
            learning_rate=learning_rate or self.learning_rate,
            batch=batch or self.batch,
            problem=problem or self.problem,
        )


MORE_PHOTOS = replace(METRES, photo_share=0.35)
"""For networks of large windows, which see few photos otherwise."""

ours = partial(Recipe, overlap_weight=1.0, randomised_share=0.5, problem=METRES)
"""Recipe with what all of ours share."""
