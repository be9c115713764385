"""What MoBaNet expects around it, after the authors' scripts (sauryeo/MoBaNet @ 77b59b9).

Windows are normalised only where the encoder is DINOv2, and padded with zeros afterwards to a
multiple of DINOv2's patch, on SAM too.
"""

from dataclasses import replace

from nadir_models.families.preprocessing import (
    CLUTTER_LAST,
    DECLARED_TYPE,
    RASTER_MIN_MAX,
    Preprocessing,
)

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)

SAM = Preprocessing(
    bands=("red", "green", "blue"),
    classes={6: CLUTTER_LAST},
    optical_scale=DECLARED_TYPE,
    dsm_scale=RASTER_MIN_MAX,
)
DINOV2 = replace(SAM, mean=IMAGENET_MEAN, std=IMAGENET_STD)
