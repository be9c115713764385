"""Folders of optical / DSM / label rasters, the ISPRS benchmarks' own layouts among them.

Files are told apart by their names and folders and belong together when what remains of their
names is equal: `top_potsdam_2_10_RGB`, `dsm_potsdam_02_10` and `top_potsdam_2_10_label_noBoundary`
are one scene; so are `image/a.tif`, `dsm/a.tif`, `label/a.tif`, and `town/ortho.tif`,
`town/dsm.tif`, `town/label.tif`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import rasterio
from rasterio.errors import RasterioIOError
from rasterio.warp import Resampling, reproject

from nadir_models.errors import NadirError
from nadir_models.scenes.classes import IGNORE, PALETTE, UNDEFINED

SUFFIXES = {".tif", ".tiff", ".png", ".jpg", ".jpeg"}
LABEL_WORDS = {
    "label",
    "labels",
    "lbl",
    "gt",
    "gts",
    "truth",
    "mask",
    "noboundary",
    "5c",
    "labelled",
}
DSM_WORDS = {"dsm", "sar", "ndsm", "height", "heights"}
OPTICAL_WORDS = {"rgb", "irrg", "rgbir", "top", "ortho", "optical", "opt", "image", "images"}
OTHER_WORDS = {"dtm", "dem", "hag", "chm", "ndvi"}
FILLER = {"mosaic", "matching", "09cm", "normalized", "lastools", "for", "participants", "from",
          "points", "all", "img"}  # fmt: skip
COLOUR_TOLERANCE = 64
"""Largest distance in RGB at which an off-palette colour is still taken for the nearest one."""
UNKNOWN_SHARE = 0.001
"""Share of pixels of an unknown colour beyond which a label file is refused."""

VAIHINGEN_TEST = {2, 4, 6, 8, 10, 12, 14, 16, 20, 22, 24, 27, 29, 31, 33, 35, 38}
POTSDAM_TEST = {(2, 13), (2, 14), (3, 13), (3, 14), (4, 13), (4, 14), (4, 15), (5, 13), (5, 14),
                (5, 15), (6, 13), (6, 14), (6, 15), (7, 13)}  # fmt: skip


@dataclass(frozen=True)
class SceneFiles:
    """The files of one scene; `label` may be missing where only prediction is wanted."""

    name: str
    optical: Path
    dsm: Path
    label: Path | None


@dataclass(frozen=True)
class RasterScene:
    """A scene in memory on the optical grid.

    image (H, W, bands) float32 0..1 by declared type; heights (H, W) float32, NaN where there are
    none; labels (H, W) uint8 generator's class ids or `IGNORE`; valid (H, W) bool of the image.
    pixel_size_metres: None without a georeference in a projected system.
    """

    name: str
    image: np.ndarray
    heights: np.ndarray
    labels: np.ndarray | None
    valid: np.ndarray
    pixel_size_metres: float | None = None


def _words(path: Path) -> list[str]:
    return [word for word in re.split(r"[^a-z0-9]+", path.stem.lower()) if word]


def _role(path: Path, root: Path) -> str:
    """`label`, `dsm`, `optical` or `other`, by the file's own name, then by its folders."""
    words = set(_words(path))
    if words & OTHER_WORDS:
        return "other"
    for part in [words, *({*_words(Path(p))} for p in reversed(path.relative_to(root).parts[:-1]))]:
        if part & LABEL_WORDS:
            return "label"
        if part & DSM_WORDS:
            return "dsm"
        if part & OPTICAL_WORDS and part is not words:
            return "optical"
    return "optical"


def _key(path: Path) -> tuple[str, ...]:
    """What remains of a name without the words for roles; numbers without leading zeros."""
    rest = []
    for word in _words(path):
        if word in LABEL_WORDS | DSM_WORDS | OPTICAL_WORDS | FILLER:
            continue
        rest.append(str(int(word)) if word.isdigit() else word)
    return tuple(rest)


def find_scenes(root: Path, eroded: bool = False, need_labels: bool = True) -> list[SceneFiles]:
    """All scenes under a folder; NadirError names the file whose partner is missing.

    `eroded` prefers `*_noBoundary` labels where both kinds are there.
    """
    if not root.is_dir():
        raise NadirError(
            f"There is no folder {root}; give one with optical, DSM and label rasters."
        )
    paths = [path for path in sorted(root.rglob("*")) if path.suffix.lower() in SUFFIXES]
    found: dict[tuple[str, ...], dict[str, list[Path]]] = {}
    for folder in sorted({path.parent for path in paths}):
        inside = [path for path in paths if path.parent == folder]
        roles = [_role(path, root) for path in inside]
        one_scene = {"optical", "dsm"} <= set(roles) and roles.count("optical") == 1
        for path, role in zip(inside, roles, strict=True):
            key = (folder.name,) if one_scene else _key(path) or (folder.name,)
            found.setdefault(key, {}).setdefault(role, []).append(path)
    if not found:
        raise NadirError(f"{root} holds no {', '.join(sorted(SUFFIXES))} files.")
    scenes = []
    for key, files in found.items():
        name = " ".join(key)
        if set(files) == {"other"}:
            continue
        if "optical" not in files:
            some = next(iter(files.values()))[0]
            raise NadirError(f"{some} has no optical image beside it; expected one named alike.")
        optical = files["optical"][0]
        if "dsm" not in files:
            raise NadirError(f"{optical} has no DSM; expected a file named alike with 'dsm' in it.")
        if need_labels and "label" not in files:
            raise NadirError(f"{optical} has no labels; expected a file named alike with 'label'.")
        labels = files.get("label", [])
        labels = sorted(labels, key=lambda path: ("noboundary" in path.stem.lower()) != eroded)
        heights = sorted(
            files["dsm"], key=lambda path: "normal" in path.stem or "ndsm" in path.stem
        )
        scenes.append(SceneFiles(name, optical, heights[0], labels[0] if labels else None))
    return scenes


def official_split(files: SceneFiles) -> str:
    """`train` or `test` after the ISPRS benchmark's own split; `train` for anything else."""
    numbers = tuple(int(n) for n in re.findall(r"\d+", files.optical.stem.replace("09cm", "")))
    stem = files.optical.stem.lower()
    if "potsdam" in stem:
        return "test" if numbers[:2] in POTSDAM_TEST else "train"
    if "area" in stem:
        return "test" if numbers and numbers[-1] in VAIHINGEN_TEST else "train"
    return "train"


def read_scene(files: SceneFiles, label_kind: str = "isprs") -> RasterScene:
    """Read a scene; the DSM is brought onto the optical grid. NadirError names the file at fault.

    label_kind: `isprs` colours or class ids 0..5; `lidar` for ground 0, vegetation 1, building 2
    (anything else is ignored), returned as they are.
    """
    try:
        return _read_scene(files, label_kind)
    except RasterioIOError as error:
        raise NadirError(f"{files.name}: a raster cannot be read ({error}).") from error


def _read_scene(files: SceneFiles, label_kind: str) -> RasterScene:
    with rasterio.open(files.optical) as source:
        if source.count < 3:
            raise NadirError(f"{files.optical} has {source.count} band(s); three are needed.")
        bands = source.read(list(range(1, min(source.count, 4) + 1)))
        kind = np.dtype(source.dtypes[0])
        top = float(np.iinfo(kind).max) if kind.kind in "ui" else 1.0
        image = (bands.astype(np.float32) / np.float32(top)).transpose(1, 2, 0)
        valid = source.dataset_mask() > 0
        grid, crs, shape = source.transform, source.crs, (source.height, source.width)
    with rasterio.open(files.dsm) as source:
        heights = _heights_on_grid(source, files, grid, crs, shape) * _unit_metres(source.crs)
    labels = None
    if files.label:
        labels = _read_labels(files.label, grid, crs, shape, label_kind)
    valid = valid & np.isfinite(heights)
    return RasterScene(files.name, image, heights, labels, valid, _pixel_size_metres(grid, crs))


def _unit_metres(crs: rasterio.CRS | None) -> np.float32:
    """Length of a projected system's unit; heights are taken to be in it too."""
    return np.float32(crs.linear_units_factor[1] if crs and crs.is_projected else 1)


def _pixel_size_metres(grid: rasterio.Affine, crs: rasterio.CRS | None) -> float | None:
    if grid.is_identity or crs is None or not crs.is_projected:
        return None
    return float(abs(grid.determinant) ** 0.5 * _unit_metres(crs))


def _heights_on_grid(
    source: rasterio.DatasetReader,
    files: SceneFiles,
    grid: rasterio.Affine,
    crs: rasterio.CRS | None,
    shape: tuple[int, int],
) -> np.ndarray:
    raw = source.read(1, masked=True).astype(np.float32).filled(np.nan)
    raw[(raw <= -9999) | (np.abs(raw) > 1e30)] = np.nan
    placed = not grid.is_identity and not source.transform.is_identity and crs and source.crs
    if raw.shape == shape and (not placed or source.transform.almost_equals(grid, 1e-6)):
        return raw
    if not placed:
        if max(abs(a - b) for a, b in zip(raw.shape, shape, strict=True)) <= 1:
            grown = np.pad(raw, ((0, 1), (0, 1)), mode="edge")
            return grown[: shape[0], : shape[1]]
        raise NadirError(
            f"{files.dsm} is {raw.shape[1]} x {raw.shape[0]} pixels, but {files.optical.name} is "
            f"{shape[1]} x {shape[0]} and there is no georeference to align them by."
        )
    target = np.full(shape, np.nan, np.float32)
    reproject(
        raw, target, src_transform=source.transform, src_crs=source.crs, dst_transform=grid,
        dst_crs=crs, src_nodata=np.nan, dst_nodata=np.nan, resampling=Resampling.bilinear,
    )  # fmt: skip
    if not np.isfinite(target).any():
        raise NadirError(f"{files.dsm} does not overlap {files.optical.name}.")
    return target


def _read_labels(
    path: Path,
    grid: rasterio.Affine,
    crs: rasterio.CRS | None,
    shape: tuple[int, int],
    label_kind: str,
) -> np.ndarray:
    with rasterio.open(path) as source:
        data = source.read()
        placed = not source.transform.is_identity and source.crs and crs
        if data.shape[1:] != shape and placed:
            undefined = IGNORE if source.count == 1 else 0
            target = np.full((source.count, *shape), undefined, data.dtype)
            reproject(
                data, target, src_transform=source.transform, src_crs=source.crs,
                dst_transform=grid, dst_crs=crs, resampling=Resampling.nearest,
                dst_nodata=undefined, init_dest_nodata=True,
            )  # fmt: skip
            data = target
    if data.shape[1:] != shape:
        raise NadirError(
            f"{path} is {data.shape[2]} x {data.shape[1]} pixels, but its image is "
            f"{shape[1]} x {shape[0]} and there is no georeference to align them by."
        )
    if data.shape[0] == 1:
        ids = data[0]
        known = 3 if label_kind == "lidar" else 6
        if label_kind != "lidar":
            strange = np.setdiff1d(np.unique(ids), [*range(7), IGNORE])
            if strange.size:
                raise NadirError(
                    f"{path} has class ids {strange[:5].tolist()}; expected 0 to 5 (ISPRS order: "
                    "impervious first, clutter last), 6 or 255 for undefined."
                )
        return np.where(ids < known, ids, IGNORE).astype(np.uint8)
    return decode_colours(data[:3], path)


def decode_colours(rgb: np.ndarray, path: Path) -> np.ndarray:
    """(3, H, W) label colours to (H, W) class ids; undefined becomes `IGNORE`.

    Colours near a palette colour are taken for it; NadirError names colours that are not.
    """
    code = rgb[0].astype(np.int64) << 16 | rgb[1].astype(np.int64) << 8 | rgb[2]
    seen, inverse, counts = np.unique(code, return_inverse=True, return_counts=True)
    colours = np.stack([seen >> 16, seen >> 8 & 255, seen & 255], axis=1)
    distance = np.linalg.norm(colours[:, None] - PALETTE[None].astype(np.int64), axis=2)
    nearest = distance.argmin(1)
    strange = distance.min(1) > COLOUR_TOLERANCE
    if counts[strange].sum() > UNKNOWN_SHARE * code.size:
        worst = colours[strange][counts[strange].argmax()].tolist()
        share = counts[strange].sum() / code.size
        raise NadirError(
            f"{path} has colours that are not in the ISPRS palette, {worst} above all "
            f"({share:.1%} of the pixels in all): give a label image in the six ISPRS colours."
        )
    lookup = np.where(strange | (nearest == UNDEFINED), IGNORE, nearest).astype(np.uint8)
    return lookup[inverse].reshape(code.shape)


def split_scenes(scenes: list[SceneFiles]) -> tuple[list[SceneFiles], list[SceneFiles]]:
    """Training and validation scenes: the official split of the ISPRS cities, else every fifth.

    A single scene serves as both, which the caller must say.
    """
    held_out = [files for files in scenes if official_split(files) == "test"]
    if not held_out:
        held_out = scenes[4::5] or scenes[-1:]
    kept = [files for files in scenes if files not in held_out]
    return kept or held_out, held_out


def optical_bands(scenes: list[SceneFiles]) -> list[str]:
    """What the first three bands are: near infrared, red, green in `IRRG` and Vaihingen files."""

    def infrared_first(files: SceneFiles) -> bool:
        stem = files.optical.stem.lower()
        return "irrg" in stem or "09cm_area" in stem

    kinds = {infrared_first(files) for files in scenes}
    if len(kinds) > 1:
        raise NadirError(
            "The folder mixes RGB and IRRG images, "
            f"{scenes[0].optical.name} among them: train on one kind at a time."
        )
    return ["nir", "red", "green"] if kinds.pop() else ["red", "green", "blue"]
