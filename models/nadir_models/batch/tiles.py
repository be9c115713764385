"""The list of tiles and the one grid they lie on."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import rasterio
from affine import Affine

from nadir_models.errors import NadirError

GRID_TOLERANCE_PX = 0.01


@dataclass(frozen=True)
class Rect:
    """Pixels of a grid: [col, col + width) × [row, row + height)."""

    col: int
    row: int
    width: int
    height: int

    def intersection(self, other: Rect) -> Rect | None:
        """The common part, None when there is none."""
        col, row = max(self.col, other.col), max(self.row, other.row)
        width = min(self.col + self.width, other.col + other.width) - col
        height = min(self.row + self.height, other.row + other.height) - row
        return Rect(col, row, width, height) if width > 0 and height > 0 else None

    def relative_to(self, other: Rect) -> Rect:
        """The same pixels counted from the other's upper-left corner."""
        return Rect(self.col - other.col, self.row - other.row, self.width, self.height)


@dataclass(frozen=True)
class Tile:
    """One line of the list; paths are absolute."""

    name: str
    optical: Path
    dsm: Path | None
    truth: Path | None


@dataclass(frozen=True)
class Layer:
    """Rasters that together cover the city on one grid.

    `transform` maps grid pixels to map coordinates; `rects` holds the place of each file, in the
    order of `paths`.
    """

    paths: tuple[Path, ...]
    rects: tuple[Rect, ...]
    transform: Affine
    extent: Rect

    def transform_of(self, rect: Rect) -> Affine:
        """Pixels of a rectangle of the grid to map coordinates."""
        return self.transform @ Affine.translation(rect.col, rect.row)


def read_tiles(list_path: Path) -> list[Tile]:
    """Read a CSV with the columns `optical`, and optionally `dsm`, `truth` and `name`.

    Paths are relative to the list. Raises NadirError with the line at fault.
    """
    if not list_path.is_file():
        raise NadirError(f"{list_path} does not exist; give a CSV with the column 'optical'.")
    tiles: list[Tile] = []
    with list_path.open(newline="", encoding="utf-8-sig") as file:
        reader = csv.DictReader(file)
        if "optical" not in (reader.fieldnames or []):
            raise NadirError(
                f"{list_path} has the columns {reader.fieldnames}; the column 'optical' is needed."
            )
        for line, row in enumerate(reader, start=2):
            optical, dsm, truth = (
                _listed_file(list_path, line, row, role) for role in ("optical", "dsm", "truth")
            )
            if optical is None:
                raise NadirError(f"{list_path} line {line}: the optical file is missing.")
            name = (row.get("name") or "").strip() or optical.stem
            tiles.append(Tile(name, optical, dsm, truth))
    if not tiles:
        raise NadirError(f"{list_path} lists no tiles.")
    names = [tile.name for tile in tiles]
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise NadirError(
            f"{list_path} names {', '.join(doubled)} more than once; add a column 'name'."
        )
    return tiles


def _listed_file(list_path: Path, line: int, row: dict[str, str], role: str) -> Path | None:
    text = (row.get(role) or "").strip()
    if not text:
        return None
    path = (list_path.parent / text).resolve()
    if not path.is_file():
        raise NadirError(f"{list_path} line {line}: {role} file {text} does not exist.")
    return path


def lay_out(paths: list[Path]) -> Layer:
    """Place rasters on one grid; NadirError when CRS, pixel size or pixel phase differ."""
    facts = []
    for path in paths:
        with rasterio.open(path) as raster:
            facts.append((path, raster.crs, raster.transform, raster.width, raster.height))
    _, first_crs, first, _, _ = facts[0]
    west = min(transform.c for _, _, transform, _, _ in facts)
    north = max(transform.f for _, _, transform, _, _ in facts)
    grid = Affine(first.a, 0, west, 0, first.e, north)
    rects = []
    for path, crs, transform, width, height in facts:
        if crs != first_crs:
            raise NadirError(
                f"{path.name} is in {crs}, {paths[0].name} in {first_crs}; use one CRS."
            )
        if (
            transform.b
            or transform.d
            or not np.allclose((transform.a, transform.e), (first.a, first.e), rtol=1e-9)
        ):
            raise NadirError(
                f"{path.name} has pixels of {transform.a} × {transform.e}, {paths[0].name} of "
                f"{first.a} × {first.e}; resample the tiles to one grid."
            )
        col, row = ~grid @ (transform.c, transform.f)
        if max(abs(col - round(col)), abs(row - round(row))) > GRID_TOLERANCE_PX:
            raise NadirError(
                f"{path.name} lies {col % 1:.2f}, {row % 1:.2f} px off the other tiles' grid; "
                "resample the tiles to one grid."
            )
        rects.append(Rect(round(col), round(row), width, height))
    extent = Rect(
        0,
        0,
        max(rect.col + rect.width for rect in rects),
        max(rect.row + rect.height for rect in rects),
    )
    return Layer(tuple(paths), tuple(rects), grid, extent)


def value_range(paths: list[Path]) -> tuple[float, float]:
    """Smallest and largest valid value of the first band over all files, read block by block."""
    low, high = np.inf, -np.inf
    for path in paths:
        with rasterio.open(path) as raster:
            for _, window in raster.block_windows(1):
                block = raster.read(1, window=window, masked=True)
                valid = block.compressed()
                valid = valid[np.isfinite(valid)] if valid.dtype.kind == "f" else valid
                if valid.size:
                    low, high = min(low, float(valid.min())), max(high, float(valid.max()))
    if low > high:
        raise NadirError("None of the height rasters has a valid pixel.")
    return low, high
