"""A tile with its surroundings, cut from the tile and its neighbours.

Windows of a tile with halo fall on the same places as in one run over the whole city: the padded
tile starts at a multiple of the stride, and reaches far enough that windows pushed back by its own
edge touch no pixel of the tile.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import rasterio
from rasterio.windows import Window

from nadir_models.batch.tiles import Layer, Rect


def padded_rect(tile: Rect, extent: Rect, window_px: int, stride_px: int) -> Rect:
    """The tile's rectangle with halo, clipped to the city.

    Left and top: one window, rounded out to the stride. Right and bottom: two windows, so that
    neither the last window (flush with the edge) nor the ramp of the one before reaches the tile.
    """
    col = max(0, (tile.col - window_px) // stride_px * stride_px)
    row = max(0, (tile.row - window_px) // stride_px * stride_px)
    right = min(extent.width, tile.col + tile.width + 2 * window_px)
    bottom = min(extent.height, tile.row + tile.height + 2 * window_px)
    return Rect(col, row, right - col, bottom - row)


def covering_rect(
    target: Rect, target_layer: Layer, layer: Layer, margin_px: int = 2
) -> Rect | None:
    """The pixels of another layer that cover a rectangle, with a margin for interpolation."""
    transform = ~layer.transform @ target_layer.transform
    corners = [
        transform @ (target.col + dx * target.width, target.row + dy * target.height)
        for dx in (0, 1)
        for dy in (0, 1)
    ]
    cols, rows = zip(*corners, strict=True)
    col, row = int(np.floor(min(cols))) - margin_px, int(np.floor(min(rows))) - margin_px
    rect = Rect(
        col,
        row,
        int(np.ceil(max(cols))) + margin_px - col,
        int(np.ceil(max(rows))) + margin_px - row,
    )
    return rect.intersection(layer.extent)


def cut(layer: Layer, rect: Rect, first: Path, out: Path) -> None:
    """Write the layer's pixels in `rect` as one tiled GeoTIFF; where files overlap, `first` wins.

    Pixels that no file covers are nodata (0 when the files declare none).
    """
    with rasterio.open(first) as raster:
        profile = raster.profile
        interpretation = raster.colorinterp
    nodata = profile.get("nodata")
    pixels = np.full(
        (profile["count"], rect.height, rect.width),
        0 if nodata is None else nodata,
        profile["dtype"],
    )
    for path, place in sorted(
        zip(layer.paths, layer.rects, strict=True), key=lambda entry: entry[0] == first
    ):
        common = rect.intersection(place)
        if common is None:
            continue
        source, target = common.relative_to(place), common.relative_to(rect)
        with rasterio.open(path) as raster:
            pixels[
                :, target.row : target.row + target.height, target.col : target.col + target.width
            ] = raster.read(window=Window(source.col, source.row, source.width, source.height))
    profile.update(
        driver="GTiff",
        width=rect.width,
        height=rect.height,
        transform=layer.transform_of(rect),
        tiled=True,
        blockxsize=256,
        blockysize=256,
        compress="deflate",
        interleave="pixel",
        bigtiff="if_safer",
    )
    profile.pop("photometric", None)
    with rasterio.open(out, "w", **profile) as raster:
        raster.colorinterp = interpretation
        raster.write(pixels)
