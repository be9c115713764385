"""Banks of scenes to draw windows from: generated ones on disk, or those of a folder in memory."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from nadir_models.errors import NadirError
from nadir_models.scenes import generate_scene
from nadir_models.scenes.classes import IGNORE
from nadir_models.scenes.folder import SceneFiles, read_scene

GENERATOR_VERSION = 1
"""Raise it when the generator's pixels change: banks of another version are refused."""


class SceneBank:
    """`count` scenes of `size_px` squared: images (u8 RGBN), heights (f16), labels (u8).

    Heights are metres above the scene's own lowest DSM value. Seeds are `first_seed` onwards.
    """

    def __init__(self, folder: Path, first_seed: int, count: int, size_px: int) -> None:
        self.folder = folder / f"bank-{first_seed}-{count}-{size_px}"
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
        shape = (self.count, self.size_px, self.size_px)
        create = np.lib.format.open_memmap
        images = create(self.folder / "images.npy", "w+", np.uint8, (*shape, 4))
        heights = create(self.folder / "heights.npy", "w+", np.float16, shape)
        labels = create(self.folder / "labels.npy", "w+", np.uint8, shape)
        gsd, highest = [], []
        for index in range(self.count):
            scene = generate_scene(self.first_seed + index, self.size_px)
            images[index] = scene.image
            heights[index] = scene.dsm - scene.dsm.min()
            labels[index] = scene.labels
            gsd.append(scene.gsd)
            highest.append(float(heights[index].max()))
            if index % 20 == 19:
                print(f"scene {index + 1} of {self.count}", flush=True)
        for array in (images, heights, labels):
            array.flush()
        facts = {"generator": GENERATOR_VERSION, "gsd": gsd, "highest": highest}
        (self.folder / "bank.json").write_text(json.dumps(facts))


class FolderBank:
    """The scenes of a folder behind the interface of `SceneBank`: about 7 bytes per pixel."""

    def __init__(self, scenes: list[SceneFiles]) -> None:
        self.names = [files.name for files in scenes]
        self.images: list[np.ndarray] = []
        self.heights: list[np.ndarray] = []
        self.labels: list[np.ndarray] = []
        self.highest: list[float] = []
        for files in scenes:
            scene = read_scene(files)
            if scene.labels is None:
                raise NadirError(f"{files.optical} has no labels to learn from.")
            if not scene.valid.any():
                raise NadirError(f"{files.dsm} has no heights where {files.optical.name} has data.")
            lowest = float(scene.heights[scene.valid].min())
            heights = np.where(scene.valid, scene.heights - lowest, 0).astype(np.float16)
            self.images.append((scene.image * 255 + 0.5).astype(np.uint8))
            self.heights.append(heights)
            self.labels.append(np.where(scene.valid, scene.labels, IGNORE).astype(np.uint8))
            self.highest.append(float(heights.max()))

    def __len__(self) -> int:
        return len(self.images)
