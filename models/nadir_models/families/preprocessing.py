"""What a network expects around it: bands, scaling, classes, palette, stitching.

The manifest is written from these facts, so the studio reproduces the official test scripts without
knowing a network by name. Each family's own stand in its `preprocessing.py`.
"""

from dataclasses import dataclass, field, replace
from typing import Any

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


@dataclass(frozen=True)
class Preprocessing:
    """Facts of one network that enter the manifest.

    bands: order of the optical tensor's channels; other_bands: what they may show instead.
    mean, std: per band, after scaling.
    dsm_scale: how heights become the height tensor. height_kind: what they are, `dsm` or `ndsm`.
    absent_heights: what the tensor holds where there are none; None where heights are needed.
    gsd_metres: ground sampling distances it is made for. classes: number of classes to their table.
    papers_stride_px: step of the authors' sliding window; 256 where tiles do not overlap.
    """

    bands: tuple[str, ...]
    classes: dict[int, tuple[dict[str, Any], ...]]
    optical_scale: dict[str, Any]
    dsm_scale: dict[str, Any]
    mean: tuple[float, ...] = (0.0, 0.0, 0.0)
    std: tuple[float, ...] = (1.0, 1.0, 1.0)
    papers_stride_px: int = 32
    height_kind: str = "dsm"
    absent_heights: float | None = None
    other_bands: tuple[tuple[str, ...], ...] = ()
    gsd_metres: dict[str, float] = field(default_factory=lambda: {"min": 0.05, "max": 0.5})

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
