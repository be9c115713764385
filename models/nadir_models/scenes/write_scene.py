"""Scenes as GeoTIFFs: a folder of orthophotos, DSMs and labels, and the studio's sample scene."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import rasterio
from rasterio.enums import ColorInterp
from rasterio.transform import Affine, from_origin

from .classes import PALETTE
from .noise import resize_field
from .scene import Scene, erode_boundaries, generate_scene

CRS = "EPSG:25832"
ORIGIN = (691_000.0, 5_335_200.0)
DSM_NODATA = -9999.0
BAND_SETS = {"RGB": (0, 1, 2), "IRRG": (3, 0, 1), "RGBIR": (0, 1, 2, 3)}
"""Which of a scene's bands (red, green, blue, near infrared) each file variant holds."""

SAMPLE_SEED = 20
SAMPLE_SIZE_PX = 1024
SAMPLE_GSD = 0.10
SAMPLE_BORDER_PX = 40
SAMPLE_DSM_GSD = 0.25
SAMPLE_DSM_OFFSET_PX = (8.7, 6.2)
"""Where the sample's DSM begins, in orthophoto pixels right of and below the generated corner."""


def _write(path: Path, bands: np.ndarray, transform: Affine, **options) -> None:
    count, height, width = bands.shape
    profile = {
        "driver": "GTiff", "count": count, "height": height, "width": width,
        "dtype": bands.dtype, "crs": CRS, "transform": transform, "tiled": True,
        "blockxsize": 256, "blockysize": 256, "compress": "deflate", "zlevel": 9,
    }  # fmt: skip
    with rasterio.open(path, "w", **profile, **options) as target:
        target.write(bands)


def _write_optical(path: Path, image: np.ndarray, bands: str, transform: Affine) -> None:
    chosen = image[..., list(BAND_SETS[bands])].transpose(2, 0, 1)
    photometric = "minisblack" if bands == "IRRG" else "rgb"
    extra = {"alpha": "unspecified"} if bands == "RGBIR" else {}
    _write(path, chosen, transform, predictor=2, photometric=photometric, **extra)
    if bands == "RGBIR":
        with rasterio.open(path, "r+") as target:
            target.colorinterp = (*target.colorinterp[:3], ColorInterp.undefined)


def _write_labels(path: Path, labels: np.ndarray, transform: Affine) -> None:
    colours = PALETTE[labels].transpose(2, 0, 1)
    _write(path, colours, transform, predictor=1, photometric="rgb")


def write_scene(
    scene: Scene, folder: Path, bands: str = "RGB", with_kinds: bool = False
) -> list[Path]:
    """Write `top_nadir_1_<seed>_<bands>.tif`, `dsm_nadir_01_<seed>.tif` and the labels.

    Labels come twice, whole and with boundaries eroded by 3 pixels, in the ISPRS palette and
    under ISPRS-like names. `with_kinds` adds `top_nadir_1_<seed>_kinds.tif`, single band: 0, 1 for
    water, 2 for solar panels. Returns the paths written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    transform = from_origin(*ORIGIN, scene.gsd, scene.gsd)
    stem = f"top_nadir_1_{scene.seed}"
    paths = {
        "optical": folder / f"{stem}_{bands}.tif",
        "dsm": folder / f"dsm_nadir_01_{scene.seed:02d}.tif",
        "label": folder / f"{stem}_label.tif",
        "eroded": folder / f"{stem}_label_noBoundary.tif",
    }
    _write_optical(paths["optical"], scene.image, bands, transform)
    _write(paths["dsm"], scene.dsm[None], transform, predictor=3, nodata=DSM_NODATA)
    _write_labels(paths["label"], scene.labels, transform)
    _write_labels(paths["eroded"], erode_boundaries(scene.labels, 3), transform)
    if with_kinds:
        paths["kinds"] = folder / f"{stem}_kinds.tif"
        _write(paths["kinds"], scene.kinds[None], transform)
    return list(paths.values())


def sample_rasters() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The sample scene's orthophoto (h, w, 4), DSM with holes (-9999) and labels (h, w).

    The DSM covers a little more than the orthophoto, at 25 cm and on a grid of its own.
    """
    border = SAMPLE_BORDER_PX
    scene = generate_scene(
        SAMPLE_SEED, SAMPLE_SIZE_PX + 2 * border, SAMPLE_GSD, "suburb", bare=True
    )
    inner = (slice(border, -border),) * 2
    ratio = SAMPLE_DSM_GSD / SAMPLE_GSD
    left, top = SAMPLE_DSM_OFFSET_PX
    cells = int((scene.dsm.shape[0] - max(left, top)) / ratio)
    box = (left, top, left + cells * ratio, top + cells * ratio)
    dsm = resize_field(scene.dsm, (cells, cells), box).copy()
    rng = np.random.Generator(np.random.PCG64(SAMPLE_SEED))
    row, column = np.mgrid[:cells, :cells]
    for _ in range(5):
        centre = rng.uniform(0.08, 0.92, 2) * cells
        reach = rng.uniform(2.0, 7.0, 2)
        hole = ((row - centre[0]) / reach[0]) ** 2 + ((column - centre[1]) / reach[1]) ** 2 < 1
        dsm[hole] = DSM_NODATA
    return scene.image[inner], np.round(dsm, 2).astype(np.float32), scene.labels[inner]


def write_sample(folder: Path) -> list[Path]:
    """Write the studio's sample scene; returns the three paths."""
    folder.mkdir(parents=True, exist_ok=True)
    image, dsm, labels = sample_rasters()
    east, north = ORIGIN
    border_metres = SAMPLE_BORDER_PX * SAMPLE_GSD
    left, top = (offset * SAMPLE_GSD for offset in SAMPLE_DSM_OFFSET_PX)
    optical_grid = from_origin(east, north, SAMPLE_GSD, SAMPLE_GSD)
    dsm_grid = from_origin(
        round(east - border_metres + left, 3),
        round(north + border_metres - top, 3),
        SAMPLE_DSM_GSD,
        SAMPLE_DSM_GSD,
    )
    paths = [
        folder / "top_nadir_1_1_RGB.tif",
        folder / "dsm_nadir_01_01.tif",
        folder / "top_nadir_1_1_label.tif",
    ]
    _write_optical(paths[0], image, "RGB", optical_grid)
    _write(paths[1], dsm[None], dsm_grid, predictor=3, nodata=DSM_NODATA)
    _write_labels(paths[2], labels, optical_grid)
    return paths
