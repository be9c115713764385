"""Height above ground from a surface model alone; the steps are those of docs/heights.md."""

from .ground import Ground, find_ground, ground_under_pixels, height_above_ground

__all__ = ["Ground", "find_ground", "ground_under_pixels", "height_above_ground"]
