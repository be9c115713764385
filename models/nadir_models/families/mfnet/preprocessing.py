"""What MFNet expects around it, after the authors' scripts (sstary/SSRS @ 707b454)."""

from nadir_models.families.preprocessing import (
    CLUTTER_LAST,
    DECLARED_TYPE,
    RASTER_MIN_MAX,
    Preprocessing,
)

MMHUNAN = tuple(
    {"name": name, "colour": colour, "scored": True}
    for name, colour in (
        ("cropland", [196, 90, 17]),
        ("forest", [51, 129, 88]),
        ("grassland", [177, 205, 61]),
        ("wetland", [228, 84, 96]),
        ("water", [91, 154, 214]),
        ("unused land", [225, 174, 110]),
        ("built-up", [239, 159, 2]),
    )
)

OFFICIAL = Preprocessing(
    bands=("red", "green", "blue"),
    classes={6: CLUTTER_LAST, 7: MMHUNAN},
    optical_scale=DECLARED_TYPE,
    dsm_scale=RASTER_MIN_MAX,
)
