"""What EMSNet expects around it, after the authors' scripts (wychencc/EMSNet @ 0cbaf68).

Their scripts read with OpenCV, which gives BGR, divide by 255 and take the DSM file as it is (8 bit
/ 255 for ISPRS). Tiles are cut beforehand, without overlap.
"""

from dataclasses import replace

from nadir_models.families.preprocessing import (
    BUILDING,
    CLUTTER_FIRST,
    DECLARED_TYPE,
    RASTER_MIN_MAX,
    Preprocessing,
)

# WHU-OPT-SAR and DFC2023 as EMSNet's class lists order them; colours are ours, none is published.
WHU_OPT_SAR = tuple(
    {"name": name, "colour": colour, "scored": name != "background"}
    for name, colour in (
        ("background", [0, 0, 0]),
        ("farmland", [204, 102, 0]),
        ("city", [255, 0, 0]),
        ("village", [255, 255, 0]),
        ("water", [0, 0, 255]),
        ("forest", [85, 166, 0]),
        ("road", [93, 255, 255]),
        ("others", [152, 102, 153]),
    )
)
DFC2023 = ({"name": "background", "colour": [0, 0, 0], "scored": False}, BUILDING)

OFFICIAL = Preprocessing(
    bands=("blue", "green", "red"),
    classes={2: DFC2023, 6: CLUTTER_FIRST, 8: WHU_OPT_SAR},
    optical_scale=DECLARED_TYPE,
    dsm_scale=DECLARED_TYPE,
    papers_stride_px=256,
)
OURS = replace(OFFICIAL, bands=("red", "green", "blue"), dsm_scale=RASTER_MIN_MAX)
"""What trainings of this package feed it."""
