"""The six ISPRS classes in the order MoBaNet and MFNet use, plus the undefined boundary.

Colours are those of the ISPRS 2D semantic labelling benchmark. The order is the generator's own;
networks state theirs in their manifest and labels are mapped by name.
"""

from __future__ import annotations

import numpy as np

IMPERVIOUS = 0
BUILDING = 1
LOW_VEGETATION = 2
TREE = 3
CAR = 4
CLUTTER = 5
UNDEFINED = 6
IGNORE = 255
"""Label of pixels that enter neither loss nor score."""

CLASS_NAMES = ("impervious surface", "building", "low vegetation", "tree", "car", "clutter")

PALETTE = np.array(
    [
        (255, 255, 255),
        (0, 0, 255),
        (0, 255, 255),
        (0, 255, 0),
        (255, 255, 0),
        (255, 0, 0),
        (0, 0, 0),
    ],
    dtype=np.uint8,
)
"""RGB colour per class id; row 6 is the undefined boundary."""
