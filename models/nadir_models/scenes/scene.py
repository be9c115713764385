"""One synthetic scene: orthophoto, true and measured heights, ground truth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

import numpy as np
from scipy import ndimage

from .canvas import Canvas, Kind
from .classes import IMPERVIOUS, LOW_VEGETATION, TREE, UNDEFINED
from .frame import Frame, Rectangle
from .furnish import furnish
from .land_use import STYLES, USES, Town
from .lean import fray, lean
from .light import Sun, illumination
from .looks import weather
from .noise import smooth_noise
from .palette import Palette
from .streets import draw_streets, offset_path, split_into_blocks
from .surface_model import observe_dsm

MARGIN_METRES = 14.0
MARGIN_PX = 72
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True)
class Scene:
    """A scene of (h, w) pixels.

    image: (h, w, 4) uint8, red, green, blue, near infrared.
    dsm: (h, w) float32 metres, as measured; surface: the true one; ndsm: height above ground.
    labels: (h, w) uint8 class ids (see `classes`).
    kinds: (h, w) uint8 index in `KINDS`.
    gsd: ground sampling distance in metres. style: the kind of place.
    """

    image: np.ndarray
    dsm: np.ndarray
    surface: np.ndarray
    ndsm: np.ndarray
    labels: np.ndarray
    kinds: np.ndarray
    gsd: float
    style: str
    seed: int


def random_gsd(rng: np.random.Generator) -> float:
    """5 to 50 cm; three in four between 8 and 30 cm."""
    if rng.random() < 0.75:
        return float(np.exp(rng.uniform(np.log(0.08), np.log(0.30))))
    return float(np.exp(rng.uniform(np.log(0.05), np.log(0.50))))


def generate_scene(
    seed: int,
    size_px: int = 512,
    gsd: float | None = None,
    style: str | None = None,
    bare: bool = False,
) -> Scene:
    """The scene of a seed; `gsd` in metres and `style` are drawn when not given.

    bare: without what stands about between the buildings, leaning roofs and noise over water.
    """
    layout_seed, texture_seed, sensor_seed, more_seed = np.random.SeedSequence(seed).spawn(4)
    rng = np.random.Generator(np.random.PCG64(layout_seed))
    drawn_gsd = random_gsd(rng)
    gsd = drawn_gsd if gsd is None else gsd
    names = list(STYLES)
    weights = np.array([0.30, 0.20, 0.17, 0.12, 0.11, 0.10])
    drawn_style = names[int(rng.choice(len(names), p=weights))]
    style = drawn_style if style is None else style
    margin = int(min(MARGIN_PX, np.ceil(MARGIN_METRES / gsd)))
    side = size_px + 2 * margin
    terrain = _terrain(rng, side, gsd)
    canvas, heading = _build_town(rng, side, gsd, terrain, style)
    more = np.random.Generator(np.random.PCG64(more_seed))
    darkness = 1.0
    if not bare:
        furnish(canvas, heading, more)
        weather(canvas, heading, more)
        darkness = float(more.uniform(0.2, 0.7)) if more.random() < 0.25 else 1.0
    texture = np.random.Generator(np.random.PCG64(texture_seed))
    image = _photograph(texture, canvas, darkness)
    class_of = np.array([surface.class_id for surface in canvas.surfaces], np.uint8)
    labels = class_of[canvas.surface_id]
    kind_of = np.array([KINDS.index(surface.kind) for surface in canvas.surfaces], np.uint8)
    surface = canvas.terrain + canvas.height
    canopy = np.where(labels == TREE, canvas.height, 0).astype(np.float32)
    sensor = np.random.Generator(np.random.PCG64(sensor_seed))
    dsm = observe_dsm(sensor, surface, canopy, gsd)
    if not bare:
        image = _rectified(more, canvas, image)
        _ripple_water(more, canvas, dsm)
    inner = (slice(margin, margin + size_px),) * 2
    return Scene(
        image=np.ascontiguousarray(image[inner]),
        dsm=np.ascontiguousarray(dsm[inner]),
        surface=np.ascontiguousarray(surface[inner]),
        ndsm=np.ascontiguousarray(canvas.height[inner]),
        labels=np.ascontiguousarray(labels[inner]),
        kinds=np.ascontiguousarray(kind_of[canvas.surface_id][inner]),
        gsd=gsd,
        style=style,
        seed=seed,
    )


def erode_boundaries(labels: np.ndarray, radius_px: int) -> np.ndarray:
    """Labels with every pixel within `radius_px` of another class set to undefined (6).

    The ISPRS "no boundary" ground truth does this with a disc of 3 pixels.
    """
    axis = np.arange(-radius_px, radius_px + 1)
    disc = axis[:, None] ** 2 + axis[None, :] ** 2 <= radius_px**2
    high = ndimage.maximum_filter(labels, footprint=disc)
    low = ndimage.minimum_filter(labels, footprint=disc)
    return np.where(high == low, labels, UNDEFINED).astype(np.uint8)


def _terrain(rng: np.random.Generator, side: int, gsd: float) -> np.ndarray:
    """Ground heights in metres: a plane, hills and small undulation over a random datum."""
    extent = side * gsd
    axis = (np.arange(side, dtype=np.float32) - side / 2) * np.float32(gsd)
    grade = rng.normal(0, 0.03, 2) * (rng.random() < 0.7)
    plane = np.float32(grade[0]) * axis[None, :] + np.float32(grade[1]) * axis[:, None]
    hills = smooth_noise(rng, (side, side), max(64.0, 120 / gsd), 2)
    amplitude = float(rng.exponential(1.5)) * min(1.0, extent / 150)
    bumps = smooth_noise(rng, (side, side), max(8.0, 10 / gsd), 2)
    datum = float(rng.uniform(-5, 300))
    return (plane + np.float32(amplitude) * hills + 0.08 * bumps + datum).astype(np.float32)


def _build_town(
    rng: np.random.Generator, side: int, gsd: float, terrain: np.ndarray, style: str
) -> tuple[Canvas, float]:
    """The canvas and the direction of its streets."""
    weights, block_metres, rural = STYLES[style]
    canvas = Canvas(side, gsd, terrain)
    palette = Palette(rng)
    canvas.add(palette.lawn())
    bend = float(rng.uniform(0, 9) * (2.0 if rural else 1.0))
    frame = Frame(rng, canvas.side_metres, bend)
    town = Town(canvas, frame, palette)
    reach = canvas.side_metres * 0.72 + 25 + 2 * bend
    shift = rng.uniform(-20, 20, 2)
    ground = Rectangle(-reach + shift[0], -reach + shift[1], reach + shift[0], reach + shift[1])
    blocks, streets = split_into_blocks(rng, ground, block_metres, rural)
    draw_streets(canvas, frame, palette, streets, rural)
    names = list(weights)
    share = np.array([weights[name] for name in names])
    for block in blocks:
        use = names[int(rng.choice(len(names), p=share / share.sum()))]
        if town.visible(block):
            USES[use](town, block)
    _traffic(town, streets)
    town.finish()
    return canvas, frame.angle


def _rectified(rng: np.random.Generator, canvas: Canvas, image: np.ndarray) -> np.ndarray:
    """The image with roofs that lean, or whose edges are frayed, or as it was."""
    chance = rng.random()
    if chance < 0.35:
        slope, angle = rng.uniform(0.02, 0.14) / canvas.gsd, rng.uniform(0, 2 * np.pi)
        lean(image, canvas.height, (slope * np.sin(angle), slope * np.cos(angle)))
    elif chance < 0.6:
        image = fray(image, canvas.height, float(rng.uniform(0.1, 0.5)) / canvas.gsd, rng)
    return image


def _ripple_water(rng: np.random.Generator, canvas: Canvas, dsm: np.ndarray) -> None:
    """Water, over which image matching finds what it likes; in place."""
    water = np.array([surface.kind == "water" for surface in canvas.surfaces])[canvas.surface_id]
    if water.any() and rng.random() < 0.5:
        ripple = smooth_noise(rng, dsm.shape, float(rng.uniform(3, 40)))
        dsm[water] += np.float32(rng.exponential(0.8)) * ripple[water]


def _traffic(town: Town, streets: list) -> None:
    """Cars under way in their lanes and parked at kerbs, and street trees."""
    rng = town.rng
    avenue = rng.random() < 0.35
    for street in streets:
        path = town.frame.path(np.array(street.start), np.array(street.end))
        length = float(np.hypot(*(path[-1] - path[0])))
        heading = float(np.arctan2(*(path[-1] - path[0])[::-1]))
        lane = street.carriageway_metres / 4
        for _ in range(rng.poisson(length / 60 * town.car_density)):
            share, side = rng.random(), 1.0 if rng.random() < 0.5 else -1.0
            spot = offset_path(path, side * lane)[int(share * (len(path) - 1))]
            town.car(float(spot[0]), float(spot[1]), heading + (0 if side < 0 else np.pi))
        if street.carriageway_metres > 5.5 and rng.random() < 0.5:
            kerb = offset_path(path, street.carriageway_metres / 2 - 1.0)
            for start in range(1, len(kerb) - 2):
                if rng.random() < 0.8:
                    town.car_row(
                        tuple(kerb[start]), tuple(kerb[start + 1]), False, town.car_density
                    )
        if (avenue or rng.random() < 0.15) and street.total_metres > street.carriageway_metres + 2:
            size = float(rng.uniform(1.2, 4.0))
            for side in (-1, 1):
                line = offset_path(path, side * (street.total_metres / 2 - 0.8))
                picked = line[1:-1][rng.random(len(line) - 2) < 0.8]
                if len(picked):
                    town.forester.scatter(town.frame.to_canvas(picked), (size * 0.8, size * 1.2))


def _photograph(rng: np.random.Generator, canvas: Canvas, darkness: float) -> np.ndarray:
    """(side, side, 4) uint8: reflectance, texture, light, optics and noise.

    darkness: factor on the light that shadows get from the sky.
    """
    gsd, shape = canvas.gsd, canvas.surface_id.shape
    ids = canvas.surface_id
    reflectance = np.array([s.reflectance for s in canvas.surfaces], np.float32)[ids]
    mottle = np.array([s.mottle for s in canvas.surfaces], np.float32)[ids]
    grain = np.array([s.grain for s in canvas.surfaces], np.float32)[ids]
    patchy = 0.6 * smooth_noise(rng, shape, max(2.0, 1.2 / gsd), 2)
    patchy += 0.6 * smooth_noise(rng, shape, max(4.0, 9.0 / gsd), 2)
    fine = smooth_noise(rng, shape, max(1.0, 0.15 / gsd), 2)
    modulation = 1 + mottle * patchy + grain * fine
    modulation *= 1 + _stripes(canvas)
    living = np.array([s.class_id in (LOW_VEGETATION, TREE) for s in canvas.surfaces], np.float32)
    hue_strength = mottle * (0.25 + 0.75 * living[ids])
    hue = (smooth_noise(rng, shape, max(3.0, 4.0 / gsd), 2) * hue_strength)[..., None]
    tint = np.array([0.22, 0.0, -0.16, 0.1], np.float32)
    radiance = reflectance * (modulation * canvas.tone)[..., None] * (1 + tint * hue)

    class_of = np.array([s.class_id for s in canvas.surfaces], np.uint8)[ids]
    relief = np.where(class_of == TREE, np.float32(0.45), np.float32(1.0))
    flat_ground = (class_of == IMPERVIOUS) | (class_of == LOW_VEGETATION)
    relief = np.where(flat_ground & (canvas.height == 0), np.float32(0.6), relief)
    sun = Sun(
        azimuth=float(rng.uniform(0, 2 * np.pi)),
        elevation=float(np.radians(rng.uniform(25, 68))),
        diffuse=darkness
        * float(rng.uniform(0.22, 0.5) if rng.random() < 0.85 else rng.uniform(0.7, 1.0)),
    )
    soften = min(3.0, 0.12 / gsd + 0.3)
    direct, ambient = illumination(canvas.terrain + canvas.height, gsd, sun, soften, relief)
    sky = np.array([0.93, 1.0, 1.12, 0.8], np.float32) ** np.float32(rng.uniform(0, 1.5))
    light = (1 - sun.diffuse) * direct[..., None] + sun.diffuse * ambient[..., None] * sky
    contrast = np.float32(rng.uniform(0.6, 0.95))
    radiance = np.clip(radiance * light**contrast, 0, 1.3) * np.float32(rng.uniform(0.85, 1.15))
    haze = np.float32(rng.uniform(0, 0.06))
    radiance = haze + (1 - haze) * radiance
    spread = float(rng.uniform(0.35, 0.85))
    for band in range(4):
        radiance[..., band] = ndimage.gaussian_filter(radiance[..., band], spread)
    noise = rng.standard_normal(radiance.shape, dtype=np.float32)
    radiance += np.float32(rng.uniform(0.002, 0.015)) * noise
    return np.clip(radiance * 255 + 0.5, 0, 255).astype(np.uint8)


def _stripes(canvas: Canvas) -> np.ndarray:
    """Relative brightness of crop rows, tiles and planks; fades where pixels cannot show them."""
    amplitude = np.array(
        [
            s.stripe_amplitude * np.clip(s.stripe_period_metres / canvas.gsd / 2.2 - 0.6, 0, 1)
            for s in canvas.surfaces
        ],
        np.float32,
    )
    if not amplitude.any():
        return np.zeros((1, 1), np.float32)
    rate = np.array([2 * np.pi / s.stripe_period_metres for s in canvas.surfaces])
    angle = np.array([s.stripe_angle for s in canvas.surfaces])
    along_x = (-np.sin(angle) * rate).astype(np.float32)[canvas.surface_id]
    along_y = (np.cos(angle) * rate).astype(np.float32)[canvas.surface_id]
    axis = (np.arange(canvas.side_px, dtype=np.float32) - canvas.side_px / 2) * np.float32(
        canvas.gsd
    )
    phase = along_x * axis[None, :] + along_y * axis[:, None]
    return amplitude[canvas.surface_id] * np.sin(phase)


__all__ = ["Scene", "erode_boundaries", "generate_scene", "random_gsd"]
