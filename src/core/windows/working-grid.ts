/**
 * The grid a run computes on: the image's own, or one whose pixels are larger (or smaller) by a factor. Windows lie on
 * it, the network sees area means of the image's pixels, and logits are interpolated back onto the image's grid with
 * half-pixel centres and clamped borders, as PyTorch's `interpolate(mode="bilinear", align_corners=False)` does.
 */
import type { PixelRect } from "../raster/raster";
import type { GridSize } from "../raster/tile-grid";

/** Its own size is in working pixels; the last column and row may reach past the image. */
export interface WorkingGrid extends GridSize {
  readonly image: GridSize;
  /** Image pixels along the side of a working pixel, above 0; 1 when both grids are one. */
  readonly scale: number;
}

/** What an image pixel is interpolated from: `(1 − share) × first + share × second`, neighbours along one axis. */
export interface Tap {
  readonly first: number;
  /** The same as `first` when that is all it needs. */
  readonly second: number;
  readonly share: number;
}

/** Positions closer than this to a working pixel's centre are on it: rounding must not ask for a neighbour. */
const LEAST_SHARE = 1e-6;

export function planWorkingGrid({ widthPx, heightPx }: GridSize, scale: number): WorkingGrid {
  const sideOf = (lengthPx: number) => Math.max(1, Math.ceil(lengthPx / scale - LEAST_SHARE));
  return { widthPx: sideOf(widthPx), heightPx: sideOf(heightPx), image: { widthPx, heightPx }, scale };
}

/** @param workingPx  Length of the working grid along that axis. */
export function tapOf(imagePx: number, scale: number, workingPx: number): Tap {
  const place = Math.min(workingPx - 1, Math.max(0, (imagePx + 0.5) / scale - 0.5));
  const first = Math.floor(place + LEAST_SHARE);
  const share = place - first;
  return share > LEAST_SHARE ? { first, second: first + 1, share } : { first, second: first, share: 0 };
}

/** Working pixels that image pixels `[from, to)` are interpolated from, along one axis. */
export function workingSpan(from: number, to: number, scale: number, workingPx: number): { from: number; to: number } {
  return { from: tapOf(from, scale, workingPx).first, to: tapOf(to - 1, scale, workingPx).second + 1 };
}

/** The working pixels that a rectangle of the image needs. */
export function workingRect({ col, row, widthPx, heightPx }: PixelRect, grid: WorkingGrid): PixelRect {
  const cols = workingSpan(col, col + widthPx, grid.scale, grid.widthPx);
  const rows = workingSpan(row, row + heightPx, grid.scale, grid.heightPx);
  return { col: cols.from, row: rows.from, widthPx: cols.to - cols.from, heightPx: rows.to - rows.from };
}

/** No less than the pixels of the image that are interpolated from a rectangle of the working grid. */
export function imageRect({ col, row, widthPx, heightPx }: PixelRect, { scale }: WorkingGrid): PixelRect {
  if (scale === 1) return { col, row, widthPx, heightPx };
  const span = (from: number, lengthPx: number) => {
    const first = Math.floor((from - 1) * scale);
    return [first, Math.ceil((from + lengthPx + 1) * scale) - first] as const;
  };
  const [[firstCol, cols], [firstRow, rows]] = [span(col, widthPx), span(row, heightPx)];
  return { col: firstCol, row: firstRow, widthPx: cols, heightPx: rows };
}

/** First image row that needs a working row at or below `workingEndRow`: those above it can be given out. */
export function imageRowsAbove(workingEndRow: number, grid: WorkingGrid): number {
  const { image, scale, heightPx } = grid;
  let row = Math.max(0, Math.min(image.heightPx, Math.floor((workingEndRow - 1) * scale)));
  while (row > 0 && tapOf(row - 1, scale, heightPx).second >= workingEndRow) row--;
  while (row < image.heightPx && tapOf(row, scale, heightPx).second < workingEndRow) row++;
  return row;
}
