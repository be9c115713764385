/** How far a run has come; plain data, kept beside the mask it belongs to. */
import type { WrittenPixels } from "./written-pixels";

export interface RunCheckpoint {
  /** Index of the column strip in flight; those before it are whole. */
  readonly strip: number;
  /** Column strips of the run; going on needs the same cut. */
  readonly stripCount: number;
  /** Every row of it above this one is in the sink. */
  readonly nextRow: number;
  readonly windows: Readonly<WindowCount>;
  /** Index = class id. */
  readonly classPixels: readonly number[];
  readonly nodataPixels: number;
  /** Sums of the rows it vouches for; absent in what older versions kept. */
  readonly written?: readonly WrittenPixels[];
}

/**
 * Part of a run's rows that is finished, 0–1.
 *
 * @param rows The rows it covers, in pixels of the raster.
 */
export function finishedShare(
  { strip, stripCount, nextRow }: RunCheckpoint,
  rows: { readonly row: number; readonly heightPx: number },
): number {
  return (strip + Math.min(1, (nextRow - rows.row) / rows.heightPx)) / stripCount;
}

export interface WindowCount {
  run: number;
  skipped: number;
}
