"""Potsdam (38 tiles) and Vaihingen (33) with their true folders and names, and made-up pixels; or a town of tiles.

    python isprs_tiles.py FOLDER SIDE_PX [TILES]

A tile's label is blocks of the six classes; photo and heights follow it under noise, so that networks make maps of it.
Potsdam's photos carry their coordinate system, Vaihingen's a world file, their labels no position, as they are shipped.
"""

import sys
import warnings
from pathlib import Path

import numpy as np
import rasterio
from rasterio import Affine

warnings.filterwarnings("ignore", category=rasterio.errors.NotGeoreferencedWarning)

COLOURS = np.array(
    [[255, 255, 255], [0, 0, 255], [0, 255, 255], [0, 255, 0], [255, 255, 0], [255, 0, 0]], np.uint8
)
"""Impervious surface, building, low vegetation, tree, car, clutter."""
SEEN_AS = np.array(
    [[120, 120, 125], [150, 90, 80], [90, 140, 70], [40, 80, 40], [180, 180, 190], [130, 110, 90]]
)
HEIGHT_M = np.array([0, 9, 0.2, 6, 1.5, 1])
SHARES = [0.3, 0.25, 0.2, 0.15, 0.06, 0.04]
BLOCK_PX = 30

POTSDAM = {2: range(10, 15), 3: range(10, 15), 4: range(10, 16), 5: range(10, 16)}
POTSDAM |= {6: range(7, 16), 7: range(7, 14)}
VAIHINGEN = [*range(1, 9), *range(10, 18), *range(20, 25), *range(26, 36), 37, 38]


def write(path: Path, values: np.ndarray, **profile: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    count, height, width = values.shape
    size = {"count": count, "height": height, "width": width, "dtype": values.dtype}
    with rasterio.open(path, "w", driver="GTiff", **size, **profile) as file:
        file.write(values)


def write_tile(paths: dict[str, Path], side: int, grid: Affine, crs: str | None, seed: int) -> None:
    random = np.random.default_rng(seed)
    blocks = -(-side // BLOCK_PX)
    ids = random.choice(len(COLOURS), (blocks, blocks), p=SHARES)
    ids = np.kron(ids, np.ones((BLOCK_PX, BLOCK_PX), int))[:side, :side]
    photo = np.clip(SEEN_AS[ids] + random.normal(0, 20, (side, side, 3)), 0, 255).astype(np.uint8)
    heights = (80 + HEIGHT_M[ids] + random.normal(0, 0.1, (side, side))).astype("float32")
    inside = {} if crs is None else {"transform": grid, "crs": crs}
    write(paths["photo"], photo.transpose(2, 0, 1), photometric="RGB", **inside)
    write(paths["dsm"], heights[None], **inside)
    write(paths["label"], COLOURS[ids].transpose(2, 0, 1), photometric="RGB")
    if crs is None:
        centre = grid @ Affine.translation(0.5, 0.5)
        lines = [grid.a, grid.d, grid.b, grid.e, centre.c, centre.f]
        for part in ("photo", "dsm"):
            paths[part].with_suffix(".tfw").write_text("\n".join(map(str, lines)))


def write_town(folder: Path, side: int, tiles: int) -> None:
    """Tiles beside each other, as near a square as goes."""
    columns = int(np.ceil(np.sqrt(tiles)))
    for tile in range(tiles):
        row, column = divmod(tile, columns)
        name = f"top_town_{row}_{column}"
        parts = {"photo": "RGB", "dsm": "dsm", "label": "label"}
        paths = {key: folder / f"{name}_{part}.tif" for key, part in parts.items()}
        grid = Affine(0.1, 0, 691_000 + column * side * 0.1, 0, -0.1, 5_335_000 - row * side * 0.1)
        write_tile(paths, side, grid, "EPSG:25832", tile)


def write_isprs(folder: Path, side: int) -> None:
    seed = 0
    for row, columns in POTSDAM.items():
        for column in columns:
            seed += 1
            name = f"top_potsdam_{row}_{column}"
            paths = {
                "photo": folder / "Potsdam/2_Ortho_RGB" / f"{name}_RGB.tif",
                "dsm": folder / "Potsdam/1_DSM" / f"dsm_potsdam_{row:02}_{column:02}.tif",
                "label": folder / "Potsdam/5_Labels_all" / f"{name}_label.tif",
            }
            west, north = 366_000 + column * side * 0.05, 5_808_000 - row * side * 0.05
            grid = Affine(0.05, 0, west, 0, -0.05, north)
            write_tile(paths, side, grid, "EPSG:32633", seed)
    for area in VAIHINGEN:
        seed += 1
        paths = {
            "photo": folder / "Vaihingen/top" / f"top_mosaic_09cm_area{area}.tif",
            "dsm": folder / "Vaihingen/dsm" / f"dsm_09cm_matching_area{area}.tif",
            "label": folder / "Vaihingen/gts_for_participants" / f"top_mosaic_09cm_area{area}.tif",
        }
        grid = Affine(0.09, 0, 496_000 + (area % 6) * side * 0.09, 0, -0.09, 5_420_000 - (area // 6) * side * 0.09)
        write_tile(paths, side, grid, None, seed)


if __name__ == "__main__":
    place, side_px, *count = sys.argv[1:]
    if count:
        write_town(Path(place), int(side_px), int(count[0]))
    else:
        write_isprs(Path(place), int(side_px))
