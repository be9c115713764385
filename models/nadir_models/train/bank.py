"""Banks of scenes to draw windows from: generated ones on disk, or those of a folder in memory."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from nadir_models.errors import NadirError
from nadir_models.families.problem import Problem
from nadir_models.heights import height_above_ground
from nadir_models.heights.fill_holes import fill_holes
from nadir_models.scenes import Scene, generate_scene
from nadir_models.scenes.classes import IGNORE
from nadir_models.scenes.folder import SceneFiles, read_scene
from nadir_models.scenes.noise import smooth_noise
from nadir_models.scenes.pixel_size import at_pixel_size

GENERATOR_VERSION = 3
"""Raise it when the generator's pixels change: banks of another version are refused."""


class SceneBank:
    """`count` scenes of `size_px` squared: images (u8 RGBN), heights (f16), labels (u8).

    Heights are metres above the ground as the studio would find it, or above the scene's own lowest
    DSM value, as the problem has it. Seeds are `first_seed` onwards. An interrupted bank goes on.
    """

    def __init__(
        self, folder: Path, problem: Problem, first_seed: int, count: int, size_px: int
    ) -> None:
        self.folder = folder / f"bank-{problem.name}-{first_seed}-{count}-{size_px}"
        self.problem = problem
        self.first_seed = first_seed
        self.count = count
        self.size_px = size_px
        if not (self.folder / "bank.json").exists():
            self._build()
        facts = json.loads((self.folder / "bank.json").read_text())
        if facts["generator"] != GENERATOR_VERSION:
            raise NadirError(
                f"{self.folder} was made by generator version {facts['generator']}, this is "
                f"version {GENERATOR_VERSION}: delete the folder to have it made again."
            )
        self.gsd: Sequence[float] = facts["gsd"]
        self.images = np.load(self.folder / "images.npy", mmap_mode="r")
        self.heights = np.load(self.folder / "heights.npy", mmap_mode="r")
        self.labels = np.load(self.folder / "labels.npy", mmap_mode="r")
        self.highest: Sequence[float] = facts["highest"]

    def __len__(self) -> int:
        return self.count

    def _build(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        begun = self.folder / "begun.json"
        facts: dict[str, Any] = {"generator": GENERATOR_VERSION, "gsd": [], "highest": []}
        if begun.exists() and json.loads(begun.read_text())["generator"] == GENERATOR_VERSION:
            facts = json.loads(begun.read_text())
        done, gsd, highest = len(facts["gsd"]), facts["gsd"], facts["highest"]
        shape = (self.count, self.size_px, self.size_px)

        def array(name: str, kind: type, shape: tuple[int, ...]) -> np.memmap:
            path, mode = self.folder / f"{name}.npy", "r+" if done else "w+"
            return np.lib.format.open_memmap(path, mode, None if done else kind, shape)

        images = array("images", np.uint8, (*shape, 4))
        heights = array("heights", np.float16, shape)
        labels = array("labels", np.uint8, shape)
        for index in range(done, self.count):
            seed = self.first_seed + index
            scene = generate_scene(seed, self.size_px, scene_gsd(self.problem, seed))
            images[index] = scene.image
            heights[index] = bank_heights(scene, self.problem)
            labels[index] = scene.labels
            gsd.append(scene.gsd)
            highest.append(float(np.nanmax(heights[index])))
            if index % 20 == 19:
                for part in (images, heights, labels):
                    part.flush()
                begun.write_text(json.dumps(facts))
                print(f"scene {index + 1} of {self.count}", flush=True)
        for part in (images, heights, labels):
            part.flush()
        (self.folder / "bank.json").write_text(json.dumps(facts))
        begun.unlink(missing_ok=True)


def scene_gsd(problem: Problem, seed: int) -> float | None:
    """Pixel size in metres that the scene of a seed is drawn at; None for its own."""
    if problem.scene_gsd_metres is None:
        return None
    return float(np.random.default_rng((seed, 1)).uniform(*problem.scene_gsd_metres))


def bank_heights(scene: Scene, problem: Problem) -> np.ndarray:
    """(h, w) float32: what a bank keeps of a scene's measured heights, NaN where there are none.

    Metres above the ground mostly are what the studio finds in the measured DSM; one scene in four
    brings a DTM along. In some the DSM has holes, which are closed from their rim or stay open.
    """
    if not problem.is_above_ground:
        return scene.dsm - scene.dsm.min()
    rng = np.random.default_rng((scene.seed, 2))
    dsm = scene.dsm.astype(np.float64)
    valid = np.ones(dsm.shape, bool)
    if rng.random() < 0.3:
        spots = smooth_noise(rng, dsm.shape, float(rng.uniform(15, 120)))
        valid = spots < np.quantile(spots, rng.uniform(0.8, 0.99))
        if rng.random() < 0.75:
            dsm, valid = fill_holes(dsm, ~valid), np.ones(dsm.shape, bool)
    if rng.random() < 0.25:
        datum = np.median(dsm - scene.surface)
        above = dsm - (scene.surface - scene.ndsm) - datum
        return np.where(valid, above, np.nan).astype(np.float32)
    return height_above_ground(dsm, valid, scene.gsd)


class FolderBank:
    """The scenes of a folder behind the interface of `SceneBank`: about 7 bytes per pixel.

    Where the problem asks for metres above the ground, scenes are brought to its pixel size.
    """

    def __init__(self, scenes: list[SceneFiles], problem: Problem) -> None:
        self.problem = problem
        self.names = [files.name for files in scenes]
        self.images: list[np.ndarray] = []
        self.heights: list[np.ndarray] = []
        self.labels: list[np.ndarray] = []
        self.highest: list[float] = []
        for files in scenes:
            scene = read_scene(files)
            if "best" in problem.gsd_metres:
                scene = at_pixel_size(scene, problem.gsd_metres["best"])
            if scene.labels is None:
                raise NadirError(f"{files.optical} has no labels to learn from.")
            if not scene.valid.any():
                raise NadirError(f"{files.dsm} has no heights where {files.optical.name} has data.")
            if problem.is_above_ground:
                assert scene.pixel_size_metres is not None
                heights = height_above_ground(
                    scene.heights, scene.valid, scene.pixel_size_metres
                ).astype(np.float16)
            else:
                lowest = float(scene.heights[scene.valid].min())
                heights = np.where(scene.valid, scene.heights - lowest, 0).astype(np.float16)
            self.images.append((scene.image * 255 + 0.5).astype(np.uint8))
            self.heights.append(heights)
            self.labels.append(np.where(scene.valid, scene.labels, IGNORE).astype(np.uint8))
            self.highest.append(float(np.nanmax(heights)))

    def __len__(self) -> int:
        return len(self.images)
