"""How ground, roofs and trees look, beyond their colour: calm or rough, mown, ploughed, in winter.

The spread is wider than any one place: in real orthophotos at 20 cm the finest detail of fields is
a third, that of dense quarters twice what a palette with one texture for all gives.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from .canvas import Canvas, Surface
from .classes import BUILDING, IMPERVIOUS, LOW_VEGETATION, TREE


def weather(canvas: Canvas, heading: float, rng: np.random.Generator) -> None:
    """Change the surfaces of a canvas, in place; rows on fields mostly follow `heading`."""
    built, grown = np.exp(rng.normal(0.2, 0.6)), np.exp(rng.normal(-0.2, 0.7))
    pixels = np.bincount(canvas.surface_id.ravel(), minlength=len(canvas.surfaces))
    is_winter = rng.random() < 0.12
    twig_tone = rng.uniform(0.85, 1.2)
    for index, surface in enumerate(canvas.surfaces):
        square_metres = pixels[index] * canvas.gsd**2
        is_built = surface.class_id in (BUILDING, IMPERVIOUS)
        rough = float(built if is_built else grown)
        surface = replace(
            surface,
            grain=min(0.25 if is_built else 0.35, surface.grain * rough),
            mottle=min(0.12 if is_built else 0.35, surface.mottle * rough),
        )
        if surface.class_id == LOW_VEGETATION and square_metres > 60:
            surface = _field(surface, heading, rng)
        elif surface.class_id == IMPERVIOUS and rng.random() < 0.3:
            surface = replace(surface, mottle=surface.mottle + float(rng.uniform(0.02, 0.1)))
        elif surface.class_id == TREE and is_winter and rng.random() < 0.85:
            surface = _twigs(surface, twig_tone, rng)
        canvas.surfaces[index] = surface


def _field(surface: Surface, heading: float, rng: np.random.Generator) -> Surface:
    """As smooth as real fields are, or mown in lines, or ploughed in furrows, or patchy."""
    chance = rng.random()
    if chance < 0.35:
        calm = float(rng.uniform(0.1, 0.5))
        return replace(
            surface,
            grain=surface.grain * calm,
            mottle=surface.mottle * calm,
            stripe_amplitude=surface.stripe_amplitude * calm,
        )
    if chance < 0.75:
        is_furrow = rng.random() < 0.4
        angle = heading + float(rng.choice([0, np.pi / 2])) + float(rng.normal(0, 0.1))
        return replace(
            surface,
            mottle=surface.mottle + float(rng.uniform(0, 0.1)),
            stripe_amplitude=float(rng.uniform(0.02, 0.25 if is_furrow else 0.1)),
            stripe_period_metres=float(rng.uniform(*((0.4, 1.4) if is_furrow else (1.4, 9)))),
            stripe_angle=angle,
        )
    return replace(surface, mottle=surface.mottle + float(rng.uniform(0, 0.18)))


def _twigs(crown: Surface, tone: float, rng: np.random.Generator) -> Surface:
    """A crown without leaves."""
    colour = np.array([0.44, 0.41, 0.36, 0.45]) * tone * (1 + rng.normal(0, 0.08, 4))
    red, green, blue, infrared = np.clip(colour, 0.03, 0.97).tolist()
    return replace(
        crown, reflectance=(red, green, blue, infrared), grain=float(rng.uniform(0.2, 0.45))
    )
