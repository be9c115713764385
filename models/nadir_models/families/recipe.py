"""Recipes: everything that decides how a network is trained, the papers' own among them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import Literal

from nadir_models.errors import NadirError
from nadir_models.scenes.classes import (
    BUILDING,
    CAR,
    CLUTTER,
    IMPERVIOUS,
    LOW_VEGETATION,
    TREE,
)

ISPRS_ORDER = (IMPERVIOUS, BUILDING, LOW_VEGETATION, TREE, CAR, CLUTTER)
CLASS_ORDER = {
    "emsnet": (CLUTTER, IMPERVIOUS, BUILDING, LOW_VEGETATION, TREE, CAR),
    "mobanet": ISPRS_ORDER,
    "mfnet": ISPRS_ORDER,
}
"""The generator's class behind each output channel, in the order of the authors' code."""


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
    hard_scenes: bool = False
    """Draw half of the windows from the scenes in which most is still wrong."""
    open_head: bool = False
    """EMSNet only: train without the last ReLU, see `train_loop.open_head`."""
    masked_share: float = 0.0
    """Share of a batch whose DSM or image is masked (modality-conditional masking)."""
    masked_areas: tuple[float, float] = (0.1, 0.3)
    """Smallest and largest share of a window that is masked."""
    auxiliary_weight: float = 0.0
    overlap_weight: float = 0.0
    """Weight of `train_overlap.overlap_loss` beside cross entropy."""
    notes: str = field(default="", compare=False, repr=False)

    def altered(
        self,
        learning_rate: float | None,
        batch: int | None,
        randomised_share: float | None = None,
        masked: bool = True,
        hard_scenes: bool = False,
    ) -> Recipe:
        """The same with another learning rate, batch or randomised share, without masking, or with
        hard scenes drawn more often."""
        return replace(
            self,
            randomised_share=(
                self.randomised_share if randomised_share is None else randomised_share
            ),
            masked_share=self.masked_share if masked else 0.0,
            hard_scenes=self.hard_scenes or hard_scenes,
            learning_rate=learning_rate or self.learning_rate,
            batch=batch or self.batch,
        )


ours = partial(Recipe, overlap_weight=1.0, randomised_share=0.5)
"""Recipe with what all of ours share."""

OWN_EMSNET = ours(
    learning_rate=1.5e-3,
    class_weights=(1.5, 1.0, 1.2, 1.0, 1.3, 2.5),
    averaging=0.995,
    batch=2,
    open_head=True,
    window_px=128,
    notes="Ours for scenes: AdamW, warm-up and cosine, averaged weights, small windows.",
)

RECIPES: dict[str, dict[str, Recipe]] = {
    "emsnet": {
        "scenes": OWN_EMSNET,
        "nano": ours(
            learning_rate=2e-3,
            class_weights=(1.5, 1.0, 1.2, 1.0, 1.3, 2.5),
            batch=32,
            open_head=True,
            notes="Ours for the nano: windows of 64 pixels.",
        ),
        "paper": Recipe(
            optimiser="adam",
            learning_rate=1e-3,
            weight_decay=1e-4,
            schedule="steps",
            milestones=(1 / 3, 2 / 3),
            class_weights=(6.07649307, 1.0, 1.15991088, 1.30049189, 1.87984675, 16.59994979),
            ignored_class=0,
            averaging=0.0,
            batch=16,
            notes="The authors': Adam 1e-3, decay 1e-4, x0.1 after each third (20 of 60 epochs), "
            "batch 16, their class weights, clutter never taught.",
        ),
    },
    "mobanet": {
        "scenes": ours(
            learning_rate=1e-3,
            weight_decay=0.05,
            class_weights=(1.0, 1.2, 1.0, 1.3, 2.5, 1.5),
            averaging=0.995,
            masked_share=0.25,
            masked_areas=(0.1, 1.0),
            auxiliary_weight=0.01,
        ),
        "nano": ours(
            learning_rate=1.5e-3,
            weight_decay=0.05,
            class_weights=(1.0, 1.2, 1.0, 1.3, 2.5, 1.5),
            batch=32,
            masked_share=0.25,
            masked_areas=(0.1, 1.0),
            auxiliary_weight=0.01,
            notes="Ours for the nano: windows of 64 pixels, everything trained from scratch.",
        ),
        "paper": Recipe(
            learning_rate=1e-4,
            weight_decay=0.05,
            averaging=0.0,
            batch=24,
            masked_share=0.25,
            auxiliary_weight=0.01,
            notes="The authors' code: decay 0.05, batch 24, a quarter of the batch masked by one "
            "rectangle of 10 to 30 % of the area, auxiliary heads weighing 0.01.",
        ),
    },
    "mfnet": {
        "scenes": ours(
            learning_rate=1e-3,
            class_weights=(1.0, 1.2, 1.0, 1.3, 2.5, 1.5),
            averaging=0.995,
        ),
        "nano": ours(
            learning_rate=1.5e-3,
            weight_decay=0.05,
            class_weights=(1.0, 1.2, 1.0, 1.3, 2.5, 1.5),
            batch=32,
            notes="Ours for the nano: windows of 64 pixels, everything trained from scratch.",
        ),
        "paper": Recipe(
            optimiser="sgd",
            learning_rate=0.01,
            weight_decay=5e-4,
            schedule="steps",
            milestones=(0.5, 0.7, 0.9),
            averaging=0.0,
            batch=10,
            notes="The authors': SGD 0.01, momentum 0.9, decay 5e-4, x0.1 at 25, 35 and 45 of 50 "
            "epochs, batch 10.",
        ),
    },
}


def get_recipe(network: str, name: str) -> Recipe:
    """The recipe of that name, or a NadirError that lists what there is."""
    known = RECIPES.get(network, {})
    if name not in known:
        raise NadirError(f"{network} has no recipe '{name}'; choose one of {', '.join(known)}.")
    return known[name]
