"""Procedural towns with ground truth: training data that anybody can make again from a seed.

`generate_scene(seed, size_px, gsd, style)` gives a `Scene`; `python -m nadir_models scenes`
writes them as GeoTIFFs. `folder` reads scenes that others measured.
"""

from .classes import CLASS_NAMES, PALETTE
from .scene import Scene, erode_boundaries, generate_scene

__all__ = [
    "CLASS_NAMES",
    "PALETTE",
    "Scene",
    "erode_boundaries",
    "generate_scene",
]
