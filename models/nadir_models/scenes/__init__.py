"""Procedural towns with ground truth: training data that anybody can make again from a seed.

`generate_scene(seed, size_px, gsd, style)` gives a `Scene`; `python -m nadir_models scenes`
writes them as GeoTIFFs.
"""

from .classes import CLASS_NAMES, PALETTE
from .command import add_arguments, run
from .scene import Scene, erode_boundaries, generate_scene

__all__ = [
    "CLASS_NAMES",
    "PALETTE",
    "Scene",
    "add_arguments",
    "erode_boundaries",
    "generate_scene",
    "run",
]
