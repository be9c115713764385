"""How MFNet is trained: ours, and the authors'."""

from nadir_models.families.recipe import ISPRS_ORDER, MORE_PHOTOS, Recipe, ours
from nadir_models.scenes.classes import CLUTTER

CLASS_ORDER = ISPRS_ORDER
"""The generator's class behind each output channel, in the order of the authors' code."""

CLUTTER_CHANNEL = CLASS_ORDER.index(CLUTTER)
"""Never taught by ours: a network this weak finds on real ground only what is none, and its last
layer has no number to take that back with (`checkpoints/class_offsets.py`)."""

RECIPES: dict[str, Recipe] = {
    "scenes": ours(
        ignored_class=CLUTTER_CHANNEL,
        learning_rate=1e-3,
        class_weights=(1.0, 1.2, 1.0, 1.3, 2.5, 1.5),
        averaging=0.995,
        mosaic_share=0.5,
        problem=MORE_PHOTOS,
    ),
    "nano": ours(
        ignored_class=CLUTTER_CHANNEL,
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
        freeze_backbone=True,
        notes="The authors': SGD 0.01, momentum 0.9, decay 5e-4, x0.1 at 25, 35 and 45 of 50 "
        "epochs, batch 10, SAM frozen but for adapters or LoRA.",
    ),
}
