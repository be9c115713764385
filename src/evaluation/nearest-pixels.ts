/** Which pixels of another raster lie nearest to those of a rectangle: the rule by which labels and maps change grids. */
import { mapPixel, type PixelMapping } from "../core/georef/pixel-mapping";
import type { PixelRect } from "../core/raster/raster";
import type { GridSize } from "../core/raster/tile-grid";

export interface NearestPixels {
  /** Row-major over the rectangle; −1 outside the other raster. */
  readonly cols: Int32Array;
  readonly rows: Int32Array;
  /** What has to be read of the other raster; null for nothing. */
  readonly bounds: PixelRect | null;
}

/** @param mapping Pixels of the grid → pixels of the other raster. */
export function nearestPixels(
  mapping: PixelMapping,
  { col: firstCol, row: firstRow, widthPx, heightPx }: PixelRect,
  other: GridSize,
): NearestPixels {
  const pixels = widthPx * heightPx;
  const cols = new Int32Array(pixels).fill(-1);
  const rows = new Int32Array(pixels).fill(-1);
  let [left, top, right, bottom] = [other.widthPx, other.heightPx, -1, -1];
  for (let pixel = 0; pixel < pixels; pixel++) {
    const y = Math.floor(pixel / widthPx);
    const [col, row] = mapPixel(mapping, firstCol + (pixel - y * widthPx) + 0.5, firstRow + y + 0.5);
    if (col >= 0 && row >= 0 && col < other.widthPx && row < other.heightPx) {
      const [otherCol, otherRow] = [Math.floor(col), Math.floor(row)];
      cols[pixel] = otherCol;
      rows[pixel] = otherRow;
      left = Math.min(left, otherCol);
      right = Math.max(right, otherCol);
      top = Math.min(top, otherRow);
      bottom = Math.max(bottom, otherRow);
    }
  }
  const bounds = right < 0 ? null : { col: left, row: top, widthPx: right - left + 1, heightPx: bottom - top + 1 };
  return { cols, rows, bounds };
}
