/**
 * The ground under a surface model, read twice from top to bottom: once for the low heights of coarse cells, once to
 * set the ground right by the pixels close to it. Memory holds one band of rows and a few numbers per cell (at most
 * 4 million cells). docs/heights.md; the twin in Python is `heights/ground.py`.
 */
import type { CancelSignal } from "../cancel";
import type { PixelRect } from "../raster/raster";
import type { GridSize } from "../raster/tile-grid";
import { fillHoles, fillHolesOf, type OpenGrid } from "./fill-holes";
import { cutObjects } from "./ground-filter";

/** Full rows of a surface model in metres, row-major; NaN where there is no height. */
export type ReadHeightRows = (row: number, rows: number) => Promise<Float64Array>;

export interface GroundSurface {
  readonly cols: number;
  readonly rows: number;
  /** Side of a cell in pixels of the surface model. */
  readonly cellPx: number;
  /** Ground in metres at the centre of each cell, row-major. */
  readonly heights: Float64Array;
}

const CELL_METRES = 1;
/** 2000 × 2000: 45 bytes of each are in use at once. */
const MOST_CELLS = 4_000_000;
const NEAR_GROUND_METRES = [-0.5, 0.6] as const;

/**
 * @param pixelSizeMetres  Ground distance between pixel centres, above 0.
 * @returns Null when no pixel has a height.
 * @throws {RangeError} For a pixel size that is not positive.
 */
export async function findGround(
  { widthPx, heightPx }: GridSize,
  pixelSizeMetres: number,
  read: ReadHeightRows,
  signal?: CancelSignal,
): Promise<GroundSurface | null> {
  if (!(pixelSizeMetres > 0)) {
    throw new RangeError(`a pixel of ${pixelSizeMetres} m has no ground`);
  }
  const cellPx = Math.max(
    1,
    Math.floor(CELL_METRES / pixelSizeMetres + 0.5),
    Math.ceil(Math.sqrt((widthPx * heightPx) / MOST_CELLS)),
  );
  const cols = Math.ceil(widthPx / cellPx);
  const rows = Math.ceil(heightPx / cellPx);
  const low: OpenGrid = { cols, rows, heights: new Float64Array(cols * rows), open: new Uint8Array(cols * rows) };
  for (let row = 0; row < rows; row++) {
    signal?.throwIfAborted();
    const band = await read(row * cellPx, Math.min(cellPx, heightPx - row * cellPx));
    lowestTenths(band, widthPx, cellPx, low, row);
  }
  if (!low.open.includes(0)) {
    return null;
  }
  const ground = await cutObjects(low, cellPx * pixelSizeMetres, signal);
  const rough = { cols, rows, cellPx, heights: fillHoles(ground) };
  const { heights, open } = ground;
  heights.set(rough.heights);
  for (let row = 0; row < rows; row++) {
    signal?.throwIfAborted();
    const bandRows = Math.min(cellPx, heightPx - row * cellPx);
    const band = await read(row * cellPx, bandRows);
    const under = groundUnder(rough, { col: 0, row: row * cellPx, widthPx, heightPx: bandRows });
    raiseToPixels(band, under, widthPx, rough, row, heights, open);
  }
  fillHolesOf(ground);
  return { ...rough, heights };
}

/**
 * Ground in metres under a rectangle of pixels, row-major, bilinear between the centres of cells and clamped at the
 * border.
 *
 * @param step Pixels of the surface model along the sides of a pixel of the rectangle, for overviews.
 */
export function groundUnder(
  { cols, rows, cellPx, heights }: GroundSurface,
  rect: PixelRect,
  step: readonly [right: number, down: number] = [1, 1],
): Float64Array {
  const { col: firstCol, row: firstRow, widthPx, heightPx } = rect;
  const out = new Float64Array(widthPx * heightPx);
  const left = new Int32Array(widthPx);
  const right = new Int32Array(widthPx);
  const along = new Float64Array(widthPx);
  for (let col = 0; col < widthPx; col++) {
    [left[col], right[col], along[col]] = between((firstCol + col + 0.5) * step[0], cols, cellPx);
  }
  for (let row = 0, pixel = 0; row < heightPx; row++) {
    const [upper, lower, down] = between((firstRow + row + 0.5) * step[1], rows, cellPx);
    const [top, bottom] = [upper * cols, lower * cols];
    for (let col = 0; col < widthPx; col++) {
      const [west, east, share] = [left[col]!, right[col]!, along[col]!];
      const above = heights[top + west]! * (1 - share) + heights[top + east]! * share;
      const below = heights[bottom + west]! * (1 - share) + heights[bottom + east]! * share;
      out[pixel++] = above * (1 - down) + below * down;
    }
  }
  return out;
}

/** The cells before and after a place in pixels, and how far it is from the first to the second, 0–1. */
function between(pixel: number, cells: number, cellPx: number): readonly [number, number, number] {
  const place = Math.min(cells - 1, Math.max(0, pixel / cellPx - 0.5));
  const first = Math.floor(place);
  return [first, Math.min(first + 1, cells - 1), place - first];
}

/** About the lowest tenth of each cell of one row of cells. */
function lowestTenths(band: Float64Array, widthPx: number, cellPx: number, low: OpenGrid, row: number): void {
  const values = new Float64Array(cellPx * cellPx);
  for (let col = 0; col < low.cols; col++) {
    let valid = 0;
    const endPx = Math.min(widthPx, (col + 1) * cellPx);
    for (let start = 0; start < band.length; start += widthPx) {
      for (let pixel = start + col * cellPx; pixel < start + endPx; pixel++) {
        const height = band[pixel]!;
        if (!Number.isNaN(height)) {
          values[valid++] = height;
        }
      }
    }
    const cell = row * low.cols + col;
    low.open[cell] = valid === 0 ? 1 : 0;
    low.heights[cell] = valid === 0 ? 0 : values.subarray(0, valid).sort()[Math.floor((valid - 1) / 10)]!;
  }
}

/** Adds to each ground cell of a row of cells the mean of what lies close above or below it; opens those without. */
function raiseToPixels(
  band: Float64Array,
  under: Float64Array,
  widthPx: number,
  { cols, cellPx }: GroundSurface,
  row: number,
  heights: Float64Array,
  open: Uint8Array,
): void {
  const total = new Float64Array(cols);
  const count = new Uint32Array(cols);
  for (let pixel = 0; pixel < band.length; pixel++) {
    const above = band[pixel]! - under[pixel]!;
    if (above > NEAR_GROUND_METRES[0] && above < NEAR_GROUND_METRES[1]) {
      const col = Math.floor((pixel % widthPx) / cellPx);
      total[col]! += above;
      count[col]!++;
    }
  }
  for (let col = 0; col < cols; col++) {
    const cell = row * cols + col;
    if (count[col] === 0) {
      open[cell] = 1;
    } else {
      heights[cell]! += total[col]! / count[col]!;
    }
  }
}
