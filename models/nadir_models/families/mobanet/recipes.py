"""How MoBaNet is trained: ours, and the authors'."""

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
        weight_decay=0.05,
        class_weights=(1.0, 1.2, 1.0, 1.3, 2.5, 1.5),
        averaging=0.995,
        mosaic_share=0.5,
        problem=MORE_PHOTOS,
        masked_share=0.25,
        masked_areas=(0.1, 1.0),
        auxiliary_weight=0.01,
    ),
    "nano": ours(
        ignored_class=CLUTTER_CHANNEL,
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
        freeze_backbone=True,
        notes="The authors' code: decay 0.05, batch 24, a quarter of the batch masked by one "
        "rectangle of 10 to 30 % of the area, auxiliary heads weighing 0.01, DINOv2 or SAM frozen.",
    ),
}
