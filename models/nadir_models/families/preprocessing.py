"""What each network expects around it: bands, scaling, padding, classes, palette, stitching.

The manifest is written from here, so the studio reproduces the official test scripts without
knowing a network by name. Sources: the authors' test scripts, at the commits each network names.
"""

from dataclasses import dataclass, replace
from typing import Any

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)

DECLARED_TYPE = {"kind": "declared-type"}
RASTER_MIN_MAX = {"kind": "min-max", "scope": "raster"}

IMPERVIOUS = {"name": "impervious surface", "colour": [255, 255, 255], "scored": True}
BUILDING = {"name": "building", "colour": [0, 0, 255], "scored": True}
LOW_VEGETATION = {"name": "low vegetation", "colour": [0, 255, 255], "scored": True}
TREE = {"name": "tree", "colour": [0, 255, 0], "scored": True}
CAR = {"name": "car", "colour": [255, 255, 0], "scored": True}
CLUTTER = {"name": "clutter", "colour": [255, 0, 0], "scored": False}

SURFACES = (IMPERVIOUS, BUILDING, LOW_VEGETATION, TREE, CAR)
CLUTTER_FIRST = (CLUTTER, *SURFACES)
CLUTTER_LAST = (*SURFACES, CLUTTER)

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


@dataclass(frozen=True)
class Preprocessing:
    """Facts of one network family that enter the manifest.

    bands: order of the optical tensor's channels. mean, std: per band, after scaling.
    dsm_scale: how heights become the DSM tensor. classes: number of classes to their table.
    papers_stride_px: step of the authors' sliding window; 256 where tiles do not overlap.
    """

    bands: tuple[str, ...]
    classes: dict[int, tuple[dict[str, Any], ...]]
    mean: tuple[float, ...] = (0.0, 0.0, 0.0)
    std: tuple[float, ...] = (1.0, 1.0, 1.0)
    optical_scale: dict[str, Any] = None
    dsm_scale: dict[str, Any] = None
    papers_stride_px: int = 32

    def with_bands(self, bands: tuple[str, ...]) -> "Preprocessing":
        """The same for another channel order."""
        return replace(self, bands=bands)

    def class_table(self, num_classes: int) -> list[dict[str, Any]]:
        """`classes` of the manifest; unnamed grey classes for a number no data set has."""
        table = self.classes.get(num_classes) or tuple(
            {
                "name": f"class {index}",
                "colour": [255 * index // max(1, num_classes - 1)] * 3,
                "scored": True,
            }
            for index in range(num_classes)
        )
        return [{"id": index, **entry} for index, entry in enumerate(table)]


# EMSNet's scripts read with OpenCV, which gives BGR, divide by 255 and take the DSM file as it is
# (8 bit / 255 for ISPRS). Tiles are cut beforehand, without overlap.
EMSNET_OFFICIAL = Preprocessing(
    bands=("blue", "green", "red"),
    classes={2: DFC2023, 6: CLUTTER_FIRST, 8: WHU_OPT_SAR},
    optical_scale=DECLARED_TYPE,
    dsm_scale=DECLARED_TYPE,
    papers_stride_px=256,
)
EMSNET_OURS = replace(EMSNET_OFFICIAL, bands=("red", "green", "blue"), dsm_scale=RASTER_MIN_MAX)
MFNET = Preprocessing(
    bands=("red", "green", "blue"),
    classes={6: CLUTTER_LAST, 7: MMHUNAN},
    optical_scale=DECLARED_TYPE,
    dsm_scale=RASTER_MIN_MAX,
)
MOBANET_SAM = replace(MFNET, classes={6: CLUTTER_LAST})
MOBANET_DINOV2 = replace(MOBANET_SAM, mean=IMAGENET_MEAN, std=IMAGENET_STD)


def preprocessing_for(network: str, variant: str, ours: bool) -> Preprocessing:
    """Facts for a network; `ours` means trained by this package rather than by the authors."""
    if network == "emsnet":
        return EMSNET_OURS if ours else EMSNET_OFFICIAL
    if network == "mfnet":
        return MFNET
    return MOBANET_SAM if variant.startswith("sam_") else MOBANET_DINOV2
