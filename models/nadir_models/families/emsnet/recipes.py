"""How EMSNet is trained: ours, and the authors'."""

from nadir_models.families.recipe import Recipe, ours
from nadir_models.scenes.classes import (
    BUILDING,
    CAR,
    CLUTTER,
    IMPERVIOUS,
    LOW_VEGETATION,
    TREE,
)

CLASS_ORDER = (CLUTTER, IMPERVIOUS, BUILDING, LOW_VEGETATION, TREE, CAR)
"""The generator's class behind each output channel, in the order of the authors' code."""

RECIPES: dict[str, Recipe] = {
    "scenes": ours(
        learning_rate=1.5e-3,
        class_weights=(1.5, 1.0, 1.2, 1.0, 1.3, 2.5),
        averaging=0.995,
        batch=2,
        open_head=True,
        window_px=128,
        notes="Ours for scenes: AdamW, warm-up and cosine, averaged weights, small windows.",
    ),
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
}
