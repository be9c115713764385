/**
 * Where a pixel of the optical grid lies on another raster's grid.
 *
 * On a common CRS that is one affine map. Across CRS it is a grid of control points with bilinear interpolation between
 * them, made fine enough that it stays within a tenth of a pixel of the exact projection: a kernel can evaluate it,
 * where it could not evaluate a projection.
 */
import { type Geotransform, mapToPixel, pixelToMap } from "./geotransform";
import type { PointTransform } from "./reprojection";

export type PixelMapping =
  | {
      readonly kind: "affine";
      /** otherCol = m[0] + col·m[1] + row·m[2]; otherRow = m[3] + col·m[4] + row·m[5]; pixel corners at integers. */
      readonly matrix: Geotransform;
    }
  | ControlGrid;

export interface ControlGrid {
  readonly kind: "control-grid";
  /** Distance of control points in optical pixels; point (i, j) lies at (i·spacing, j·spacing). */
  readonly spacingPx: number;
  readonly columns: number;
  readonly rows: number;
  /** Interleaved (otherCol, otherRow) per control point, row-major; NaN where the projection is undefined. */
  readonly points: Float64Array;
  /** Largest deviation from the exact projection found at cell centres and edge midpoints, in other's pixels. */
  readonly maxErrorPx: number;
}

const MAX_ERROR_PX = 0.1;
const MIN_SPACING_PX = 8;

/** The affine map between two grids in one CRS. */
export function affineMapping(optical: Geotransform, other: Geotransform): PixelMapping {
  const at = (col: number, row: number) => mapToPixel(other, pixelToMap(optical, [col, row]));
  const [c0, r0] = at(0, 0);
  const [c1, r1] = at(1, 0);
  const [c2, r2] = at(0, 1);
  return { kind: "affine", matrix: [c0, c1 - c0, c2 - c0, r0, r1 - r0, r2 - r0] };
}

/**
 * A control grid over an optical raster, refined until bilinear interpolation is good to `maxErrorPx`.
 *
 * @param opticalToOther Transform of map coordinates.
 */
export function planControlGrid(from: {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly optical: Geotransform;
  readonly other: Geotransform;
  readonly opticalToOther: PointTransform;
  readonly maxErrorPx?: number;
}): ControlGrid {
  const { widthPx, heightPx, optical, other, opticalToOther, maxErrorPx = MAX_ERROR_PX } = from;
  const exact = (col: number, row: number): readonly [number, number] => {
    const point = opticalToOther(pixelToMap(optical, [col, row]));
    return point === null ? [Number.NaN, Number.NaN] : mapToPixel(other, point);
  };
  // The error of bilinear interpolation falls with the square of the spacing, so halving converges in a few rounds.
  let spacingPx = 512;
  for (;;) {
    const grid = sampleGrid(widthPx, heightPx, spacingPx, exact);
    const error = interpolationError(grid, exact);
    if (error <= maxErrorPx || spacingPx <= MIN_SPACING_PX) return { ...grid, maxErrorPx: error };
    spacingPx /= 2;
  }
}

/** Evaluates a mapping at a point of the optical grid (fractional pixels). */
export function mapPixel(mapping: PixelMapping, col: number, row: number): readonly [col: number, row: number] {
  if (mapping.kind === "affine") return pixelToMap(mapping.matrix, [col, row]);
  const { spacingPx, columns, rows, points } = mapping;
  const i = Math.min(Math.max(Math.floor(col / spacingPx), 0), columns - 2);
  const j = Math.min(Math.max(Math.floor(row / spacingPx), 0), rows - 2);
  const u = col / spacingPx - i;
  const v = row / spacingPx - j;
  const at = (j * columns + i) * 2;
  const mix = (offset: number) =>
    (points[at + offset]! * (1 - u) + points[at + 2 + offset]! * u) * (1 - v) +
    (points[at + columns * 2 + offset]! * (1 - u) + points[at + columns * 2 + 2 + offset]! * u) * v;
  return [mix(0), mix(1)];
}

function sampleGrid(
  widthPx: number,
  heightPx: number,
  spacingPx: number,
  exact: (col: number, row: number) => readonly [number, number],
): ControlGrid {
  const columns = Math.ceil(widthPx / spacingPx) + 1;
  const rows = Math.ceil(heightPx / spacingPx) + 1;
  const points = new Float64Array(columns * rows * 2);
  for (let j = 0; j < rows; j++) {
    for (let i = 0; i < columns; i++) points.set(exact(i * spacingPx, j * spacingPx), (j * columns + i) * 2);
  }
  return { kind: "control-grid", spacingPx, columns, rows, points, maxErrorPx: 0 };
}

function interpolationError(grid: ControlGrid, exact: (col: number, row: number) => readonly [number, number]): number {
  let worst = 0;
  for (let j = 0; j < grid.rows - 1; j++) {
    for (let i = 0; i < grid.columns - 1; i++) {
      for (const [u, v] of [
        [0.5, 0.5],
        [0.5, 0],
        [0, 0.5],
      ] as const) {
        const col = (i + u) * grid.spacingPx;
        const row = (j + v) * grid.spacingPx;
        const [exactCol, exactRow] = exact(col, row);
        const [mixedCol, mixedRow] = mapPixel(grid, col, row);
        const error = Math.hypot(exactCol - mixedCol, exactRow - mixedRow);
        if (error > worst) worst = error;
      }
    }
  }
  return worst;
}
