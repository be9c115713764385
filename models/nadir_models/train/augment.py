"""Random windows of a scene bank, altered so widely that real images lie inside the spread.

A batch depends on seed, step and chances alone, so that an interrupted training goes on exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Protocol

import numpy as np
from PIL import Image
from scipy import ndimage

from nadir_models.evaluate.height_tensor import tensor_of_metres
from nadir_models.families.preprocessing import Preprocessing
from nadir_models.families.problem import Problem
from nadir_models.scenes.classes import IGNORE
from nadir_models.train.height_windows import spoil_heights


@dataclass(frozen=True)
class Batch:
    """optical (B, 3, H, W) float32 0..1, dsm (B, 1, H, W) float32, labels (B, H, W) int64.

    dsm: the height tensor as the problem has it. labels: the generator's class ids, `IGNORE` where
    there is no data. scenes (B,): indices in the bank that the windows are from.
    """

    optical: np.ndarray
    dsm: np.ndarray
    labels: np.ndarray
    scenes: np.ndarray


def step_generator(seed: int, step: int) -> np.random.Generator:
    """The random numbers of one training step."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence((seed, step))))


class Bank(Protocol):
    """Scenes to draw from: images (H, W, >= 3) u8, heights (H, W) f16, labels (H, W) u8 each.

    Heights are metres above the ground, NaN where there are none, or above the scene's own lowest
    point, as the problem has it; `highest` is each scene's largest.
    """

    @property
    def problem(self) -> Problem: ...

    @property
    def images(self) -> Sequence[np.ndarray] | np.ndarray: ...
    @property
    def heights(self) -> Sequence[np.ndarray] | np.ndarray: ...
    @property
    def labels(self) -> Sequence[np.ndarray] | np.ndarray: ...
    @property
    def highest(self) -> Sequence[float]: ...
    def __len__(self) -> int: ...


def random_batch(
    bank: Bank,
    facts: Preprocessing,
    count: int,
    window_px: int,
    seed: int,
    step: int,
    randomised_share: float = 1.0,
    chances: np.ndarray | None = None,
    photos: Bank | None = None,
    mosaic_share: float = 0.0,
) -> Batch:
    """`count` windows for one step; those that are not randomised are only zoomed and turned.

    facts: of the network, with the bank's problem. With `chances` (one per scene) half of the
    windows' scenes are drawn by them. With `photos` the problem's share of windows is from these,
    under the scene -1; the first window never is. `mosaic_share` of the windows are four of half
    the side, drawn by themselves and put together, under the scene -1 as well.
    """
    rng = step_generator(seed, step)
    scenes = np.array([_random_scene(len(bank), rng, chances) for _ in range(count)])

    def photo_chances(among: int) -> np.ndarray:
        return rng.random(among) < (bank.problem.photo_share if photos is not None else 0)

    def window(scene: int, side_px: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        if scene >= 0 or photos is None:
            return _random_window(bank, facts, scene, side_px, rng, randomised_share)
        photo = int(rng.integers(len(photos)))
        return _random_window(photos, facts, photo, side_px, rng, randomised_share)

    if photos is not None:
        scenes[1:][photo_chances(count - 1)] = -1
    mosaics = rng.random(count) < mosaic_share if mosaic_share else np.zeros(count, bool)
    windows = []
    for at, (scene, is_mosaic) in enumerate(zip(scenes, mosaics, strict=True)):
        if not is_mosaic:
            windows.append(window(int(scene), window_px))
            continue
        drawn = [_random_scene(len(bank), rng, chances) for _ in range(4)]
        from_photos = photo_chances(4)
        from_photos[0] &= at > 0  # A step without any class would have no loss.
        parts = [
            window(-1 if photo else one, window_px // 2)
            for one, photo in zip(drawn, from_photos, strict=True)
        ]
        windows.append(_joined(parts))
    scenes[mosaics] = -1
    optical, dsm, labels = (
        np.ascontiguousarray(np.stack(parts)) for parts in zip(*windows, strict=True)
    )
    return Batch(optical, dsm, labels, scenes)


def _joined(
    parts: Sequence[tuple[np.ndarray, np.ndarray, np.ndarray]],
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Four windows, two above two, as one of twice the side."""
    optical, dsm, labels = (np.block([[a, b], [c, d]]) for a, b, c, d in zip(*parts, strict=True))
    return optical, dsm, labels


def _random_scene(count: int, rng: np.random.Generator, chances: np.ndarray | None) -> int:
    if chances is not None and rng.random() < 0.5:
        return int(rng.choice(count, p=chances))
    return int(rng.integers(count))


def _random_window(
    bank: Bank,
    facts: Preprocessing,
    scene: int,
    window_px: int,
    rng: np.random.Generator,
    randomised_share: float,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    problem = bank.problem
    zoom = float(np.exp(rng.uniform(*np.log(problem.zoom))))
    room = min(bank.labels[scene].shape)
    source_px = int(min(room, max(24, round(window_px * zoom))))
    row, column = _interesting_corner(bank.labels[scene], source_px, rng)
    part = (slice(row, row + source_px), slice(column, column + source_px))
    image = np.asarray(bank.images[scene][part])
    shown = (3, 0, 1) if image.shape[2] > 3 and rng.random() < problem.infrared_share else (0, 1, 2)
    image = np.ascontiguousarray(image[..., shown])
    heights = bank.heights[scene][part].astype(np.float32)
    labels = np.ascontiguousarray(bank.labels[scene][part])
    top = bank.highest[scene]
    if source_px != window_px:
        size = (window_px, window_px)
        image = np.asarray(Image.fromarray(image).resize(size, Image.Resampling.BILINEAR))
        labels = np.asarray(Image.fromarray(labels).resize(size, Image.Resampling.NEAREST))
        heights = np.asarray(Image.fromarray(heights).resize(size, Image.Resampling.BILINEAR))
    turns, mirrored = int(rng.integers(4)), rng.random() < 0.5

    def turn(field: np.ndarray) -> np.ndarray:
        field = np.rot90(field, turns)
        return field[:, ::-1] if mirrored else field

    optical = turn(image).astype(np.float32) / 255
    heights = turn(heights)
    target = turn(labels).astype(np.int64)
    altered = rng.random() < randomised_share
    if altered:
        optical = alter_image(optical, rng)
    if facts.height_kind == "ndsm":
        dsm = tensor_of_metres(facts, spoil_heights(heights, target, problem, rng))
    elif altered:
        dsm = scale_heights(heights, top, rng)
    else:
        dsm = np.clip(heights / np.float32(max(top, 0.5)), 0, 1)
    if altered and rng.random() < 0.12:
        _black_wedge(optical, dsm, target, facts.absent_heights or 0, rng)
    return optical.transpose(2, 0, 1), dsm[None], target


def _interesting_corner(
    labels: np.ndarray, source_px: int, rng: np.random.Generator
) -> tuple[int, int]:
    """The corner of a window; half of the time the one of three that holds most classes."""
    rows, columns = (length - source_px + 1 for length in labels.shape)
    corners = [(int(rng.integers(rows)), int(rng.integers(columns))) for _ in range(3)]
    if rng.random() < 0.5:
        return corners[0]

    def variety(corner: tuple[int, int]) -> float:
        row, column = corner
        seen = labels[row : row + source_px : 4, column : column + source_px : 4]
        share = np.bincount(seen.ravel(), minlength=6)[:6] / seen.size
        return float(np.sqrt(share).sum())

    return max(corners, key=variety)


def alter_image(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Colour, contrast, sharpness, noise and resampling of an (h, w, 3) image in 0..1."""
    image = image.copy()
    if rng.random() < 0.9:
        image **= np.float32(np.exp(rng.normal(0, 0.28)))
        image *= rng.uniform(0.8, 1.25, 3).astype(np.float32) * np.float32(rng.uniform(0.75, 1.3))
        mean = image.mean(axis=(0, 1))
        image = mean + (image - mean) * np.float32(rng.uniform(0.6, 1.4))
        grey = image.mean(axis=2, keepdims=True)
        saturation = rng.uniform(0.35, 1.5) if rng.random() < 0.95 else 0.0
        image = grey + (image - grey) * np.float32(saturation)
        image += rng.normal(0, 0.04, 3).astype(np.float32)
        if rng.random() < 0.2:
            image = np.float32(0.12) + np.float32(0.82) * image
    height, width = image.shape[:2]
    chance = rng.random()
    if chance < 0.22:
        sigma = float(rng.uniform(0.3, 1.6))
        image = ndimage.gaussian_filter(image, (sigma, sigma, 0))
    elif chance < 0.40:
        image = _jittered(image, rng)
    elif chance < 0.50:
        factor = float(rng.uniform(1.3, 2.8))
        image = np.stack(
            [_down_and_up(image[..., band], factor, rng.random() < 0.3) for band in range(3)], -1
        )
    elif chance < 0.62:
        soft = ndimage.gaussian_filter(image, (1.2, 1.2, 0))
        image = image + np.float32(rng.uniform(0.3, 1.5)) * (image - soft)
    if rng.random() < 0.15:
        image = _as_jpeg(image, int(rng.integers(35, 90)))
    if rng.random() < 0.5:
        noise = rng.standard_normal((height, width, 3), dtype=np.float32)
        if rng.random() < 0.5:
            noise = noise[..., :1]
        image = image + np.float32(rng.uniform(0.0, 0.05)) * noise
    return np.clip(image, 0, 1).astype(np.float32)


def _as_jpeg(image: np.ndarray, quality: int) -> np.ndarray:
    """The image as a JPEG of that quality gives it back."""
    file = BytesIO()
    pixels = (np.clip(image, 0, 1) * 255 + 0.5).astype(np.uint8)
    Image.fromarray(pixels).save(file, "JPEG", quality=quality)
    return np.asarray(Image.open(file)).astype(np.float32) / 255


def _jittered(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Pixels that take a neighbour's colour, as in images coloured from laser points."""
    height, width = image.shape[:2]
    spread = float(rng.uniform(0.3, 0.9))
    row = np.arange(height)[:, None] + np.rint(rng.normal(0, spread, (height, width))).astype(int)
    column = np.arange(width)[None] + np.rint(rng.normal(0, spread, (height, width))).astype(int)
    return image[np.clip(row, 0, height - 1), np.clip(column, 0, width - 1)]


def _down_and_up(band: np.ndarray, factor: float, nearest: bool) -> np.ndarray:
    height, width = band.shape
    picture = Image.fromarray(band)
    small = picture.resize((int(width / factor), int(height / factor)), Image.Resampling.BOX)
    way = Image.Resampling.NEAREST if nearest else Image.Resampling.BICUBIC
    return np.asarray(small.resize((width, height), way))


def scale_heights(heights: np.ndarray, top: float, rng: np.random.Generator) -> np.ndarray:
    """Heights above the scene's lowest point to 0..1, as min-max over some larger raster would.

    `top` is the scene's highest value. The raster that the scene is imagined to belong to has
    one to four times its range, so that a metre means a different step every time.
    """
    if rng.random() < 0.5:
        heights, top = _tilted(heights, top, rng)
    span, below = max(top, 0.5), 0.0
    if rng.random() < 0.65:
        span = max(span * float(np.exp(rng.uniform(0, np.log(4)))), float(rng.uniform(2, 25)))
        below = float(rng.uniform(0, span - max(top, 0.5)))
    dsm = (heights + np.float32(below)) / np.float32(span)
    if rng.random() < 0.2:
        shift = rng.integers(-3, 4, 2)
        dsm = np.roll(dsm, tuple(shift.tolist()), (0, 1))
    if rng.random() < 0.15:
        dsm = dsm + np.float32(rng.uniform(0, 0.01)) * rng.standard_normal(
            dsm.shape, dtype=np.float32
        )
    if rng.random() < 0.12:
        dsm = ndimage.gaussian_filter(dsm, float(rng.uniform(0.7, 2.5)))
    if rng.random() < 0.12:
        dsm = dsm.copy()
        for _ in range(int(rng.integers(1, 5))):
            row, column = rng.integers(0, dsm.shape[0], 2)
            size = rng.integers(2, max(3, dsm.shape[0] // 6), 2)
            dsm[row : row + size[0], column : column + size[1]] = 0
    if rng.random() < 0.04:
        dsm = np.zeros_like(dsm)
    return np.clip(dsm, 0, 1).astype(np.float32)


def _tilted(heights: np.ndarray, top: float, rng: np.random.Generator) -> tuple[np.ndarray, float]:
    """Lay the window on a hillside: open ground too is then found at any height of a raster."""
    rows, columns = heights.shape
    angle = rng.uniform(0, 2 * np.pi)
    across = np.cos(angle) * np.linspace(-0.5, 0.5, columns, dtype=np.float32)[None, :]
    down = np.sin(angle) * np.linspace(-0.5, 0.5, rows, dtype=np.float32)[:, None]
    slope = (across + down) * np.float32(rng.exponential(0.5) * max(top, 2.0))
    level = np.float32(rng.uniform(0, 2) * max(top, 2.0))
    tilted = heights + slope - slope.min() + level
    return tilted, float(tilted.max()) * float(rng.uniform(1.0, 1.2))


def _black_wedge(
    optical: np.ndarray,
    dsm: np.ndarray,
    labels: np.ndarray,
    absent: float,
    rng: np.random.Generator,
) -> None:
    """Cut off a part of the window as the edge of a survey does: no data, no label."""
    side = labels.shape[0]
    axis = np.linspace(-1, 1, side)
    angle = rng.uniform(0, 2 * np.pi)
    outside = axis[None, :] * np.cos(angle) + axis[:, None] * np.sin(angle) > rng.uniform(0, 1)
    optical[outside] = 0
    dsm[outside] = absent
    labels[outside] = IGNORE
