/**
 * Where the pixels of one strip lie on the auxiliary raster, as a coarse grid of control points interpolated linearly.
 *
 * One form serves every pair of grids: for two geotransforms of one CRS the interpolation is exact, for different CRS
 * its error is measured when the grid is made and the spacing halved until it is below a tenth of a pixel. Spacings are
 * powers of two, so that equal grids lie exactly on each other.
 */
import type { ColRow } from "../georef/geotransform";

/** Fractional pixels of the optical raster → fractional pixels of the auxiliary raster (both corner-based). */
export type PixelMapping = (optical: ColRow) => ColRow;

export interface ControlGrid {
  /** Optical column and row whose *centre* the first control point stands on. */
  readonly firstCol: number;
  readonly firstRow: number;
  readonly spacingPx: number;
  readonly columns: number;
  readonly rows: number;
  /** (col, row) pairs, row by row: corner-based auxiliary pixels. */
  readonly points: Float64Array;
}

export interface StripExtent {
  readonly firstCol: number;
  readonly firstRow: number;
  readonly widthPx: number;
  readonly heightPx: number;
}

const COARSEST_SPACING_PX = 64;
const FINEST_SPACING_PX = 4;
const LARGEST_ERROR_PX = 0.1;

export function controlGrid(extent: StripExtent, mapping: PixelMapping): ControlGrid {
  let spacingPx = COARSEST_SPACING_PX;
  while (spacingPx > FINEST_SPACING_PX && largestErrorPx(extent, mapping, spacingPx) > LARGEST_ERROR_PX) {
    spacingPx /= 2;
  }
  return gridOfSpacing(extent, mapping, spacingPx);
}

function gridOfSpacing(extent: StripExtent, mapping: PixelMapping, spacingPx: number): ControlGrid {
  const columns = Math.ceil(extent.widthPx / spacingPx) + 1;
  const rows = Math.ceil(extent.heightPx / spacingPx) + 1;
  const points = new Float64Array(2 * columns * rows);
  for (let j = 0, at = 0; j < rows; j++) {
    for (let i = 0; i < columns; i++) {
      const [col, row] = mapping([extent.firstCol + i * spacingPx + 0.5, extent.firstRow + j * spacingPx + 0.5]);
      points[at++] = col;
      points[at++] = row;
    }
  }
  const { firstCol, firstRow } = extent;
  return { firstCol, firstRow, spacingPx, columns, rows, points };
}

/** Largest miss of the interpolation, in auxiliary pixels, probed in the middle of every cell of the strip. */
function largestErrorPx(extent: StripExtent, mapping: PixelMapping, spacingPx: number): number {
  const grid = gridOfSpacing(extent, mapping, spacingPx);
  let largest = 0;
  for (let row = spacingPx / 2; row < extent.heightPx; row += spacingPx) {
    for (let col = spacingPx / 2; col < extent.widthPx; col += spacingPx) {
      const [wantedCol, wantedRow] = mapping([extent.firstCol + col + 0.5, extent.firstRow + row + 0.5]);
      const [gotCol, gotRow] = auxiliaryPositionOf(grid, extent.firstCol + col, extent.firstRow + row);
      const error = Math.hypot(gotCol - wantedCol, gotRow - wantedRow);
      if (error > largest) largest = error;
    }
  }
  return largest;
}

/** Position of the centre of optical pixel (col, row) on the auxiliary raster, corner-based. */
export function auxiliaryPositionOf(grid: ControlGrid, col: number, row: number): [col: number, row: number] {
  const x = (col - grid.firstCol) / grid.spacingPx;
  const y = (row - grid.firstRow) / grid.spacingPx;
  const i = Math.min(Math.max(Math.floor(x), 0), grid.columns - 2);
  const j = Math.min(Math.max(Math.floor(y), 0), grid.rows - 2);
  const at = 2 * (j * grid.columns + i);
  const below = at + 2 * grid.columns;
  const p = grid.points;
  return [
    mixTwice(p[at]!, p[at + 2]!, p[below]!, p[below + 2]!, x - i, y - j),
    mixTwice(p[at + 1]!, p[at + 3]!, p[below + 1]!, p[below + 3]!, x - i, y - j),
  ];
}

function mixTwice(a: number, b: number, c: number, d: number, fx: number, fy: number): number {
  const top = a + (b - a) * fx;
  const bottom = c + (d - c) * fx;
  return top + (bottom - top) * fy;
}

/** Rows of the auxiliary raster that a strip can touch, with the neighbours bilinear sampling needs. */
export function auxiliaryRowsOf(grid: ControlGrid, heightPx: number): { firstRow: number; endRow: number } {
  return spanOf(grid, 1, heightPx);
}

/** Likewise for columns. */
export function auxiliaryColsOf(grid: ControlGrid, widthPx: number): { firstCol: number; endCol: number } {
  const { firstRow, endRow } = spanOf(grid, 0, widthPx);
  return { firstCol: firstRow, endCol: endRow };
}

function spanOf(grid: ControlGrid, axis: 0 | 1, lengthPx: number) {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let at = axis; at < grid.points.length; at += 2) {
    // Outside the domain of a projection there are no heights.
    if (Number.isNaN(grid.points[at])) continue;
    low = Math.min(low, grid.points[at]!);
    high = Math.max(high, grid.points[at]!);
  }
  if (low > high) return { firstRow: 0, endRow: 1 };
  const firstRow = Math.min(Math.max(Math.floor(low) - 2, 0), lengthPx - 1);
  const endRow = Math.max(Math.min(Math.ceil(high) + 2, lengthPx), firstRow + 1);
  return { firstRow, endRow };
}
