"""What our trainings show a network, and what must therefore be shown to it afterwards.

There are two: heights in metres above the ground at one ground sampling distance, or no heights at
all; and, as the papers have it, heights between the lowest and the highest of a raster, at any
distance. A checkpoint says which one it learnt.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from nadir_models.errors import NadirError
from nadir_models.families.preprocessing import Preprocessing

INFRARED_BANDS = ("nir", "red", "green")
"""What windows show in the `infrared_share`."""


@dataclass(frozen=True)
class Problem:
    """Distances, heights and bands of a training.

    heights: facts of `Preprocessing` about heights, where they are other than the network's own.
    gsd_metres: ground sampling distances the network will be made for.
    scene_gsd_metres: range that scenes are drawn at; None for the generator's own spread.
    zoom: smallest and largest factor on a window's side.
    Shares of the windows: absent_share without any heights, wrong_share of the others with heights
    that are shifted, smoothed, noisy, riddled or missing, all over or in a part; infrared_share
    that show near infrared, red and green; photo_share from photos with outlines, if there are any,
    whose loss weighs photo_weight.
    """

    name: str
    heights: dict[str, Any] = field(default_factory=dict)
    gsd_metres: dict[str, float] = field(default_factory=lambda: {"min": 0.05, "max": 0.5})
    scene_gsd_metres: tuple[float, float] | None = None
    zoom: tuple[float, float] = (0.7, 1.5)
    absent_share: float = 0.0
    wrong_share: float = 0.0
    infrared_share: float = 0.0
    photo_share: float = 0.0
    photo_weight: float = 0.0

    @property
    def is_above_ground(self) -> bool:
        """Whether heights are metres above the ground."""
        return self.heights.get("height_kind") == "ndsm"

    def applied(self, facts: Preprocessing) -> Preprocessing:
        """A network's own facts with what this problem changes."""
        others = (INFRARED_BANDS,) if self.infrared_share > 0 else ()
        return replace(facts, gsd_metres=self.gsd_metres, other_bands=others, **self.heights)


METRES = Problem(
    "metres",
    heights={
        "dsm_scale": {"kind": "fixed", "min": 0, "max": 20},
        "height_kind": "ndsm",
        "absent_heights": -0.25,
    },
    gsd_metres={"min": 0.15, "max": 0.3, "best": 0.2},
    scene_gsd_metres=(0.16, 0.25),
    zoom=(0.8, 1.25),
    absent_share=0.35,
    wrong_share=0.3,
    infrared_share=0.1,
    photo_share=0.2,
    photo_weight=0.3,
)
"""Metres above the ground divided by 20; -0.25, where nothing ever lies, says that none are known.
"""
MIXED = Problem("mixed")
"""Min-max over the raster, 5 to 50 cm per pixel; heights are needed."""

PROBLEMS = {problem.name: problem for problem in (METRES, MIXED)}


def get_problem(name: str) -> Problem:
    """The problem of that name; NadirError lists what there is."""
    if name not in PROBLEMS:
        raise NadirError(f"There is no problem '{name}'; choose one of {', '.join(PROBLEMS)}.")
    return PROBLEMS[name]
