/** A raster read band by band, so that memory does not grow with its height. */
import type { CancelSignal } from "../cancel";
import type { PixelRect } from "./raster";
import type { GridSize } from "./tile-grid";

/**
 * Bands of a rectangle's full width, from above.
 *
 * @param within A rectangle, or the whole of a grid.
 * @param rows   Height of each but the last.
 * @throws The signal's reason before the next band when it is aborted.
 */
export function* rowBands(
  within: GridSize | PixelRect,
  signal: CancelSignal | undefined,
  rows = 256,
): Generator<PixelRect> {
  const { widthPx, heightPx } = within;
  const { col, row } = "col" in within ? within : { col: 0, row: 0 };
  for (let first = 0; first < heightPx; first += rows) {
    signal?.throwIfAborted();
    yield { col, row: row + first, widthPx, heightPx: Math.min(rows, heightPx - first) };
  }
}
