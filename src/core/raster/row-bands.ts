/** A raster read band by band, so that memory does not grow with its height, and whoever waits is heard between them. */
import type { CancelSignal } from "../cancel";
import { letMessagesIn } from "../let-messages-in";
import type { PixelRect } from "./raster";
import type { GridSize } from "./tile-grid";

/**
 * Bands of a rectangle's full width, from above.
 *
 * @param within A rectangle, or the whole of a grid.
 * @param rows   Height of each but the last.
 * @throws The signal's reason before the next band when it is aborted.
 */
export async function* rowBands(
  within: GridSize | PixelRect,
  signal: CancelSignal | undefined,
  rows = 256,
): AsyncGenerator<PixelRect> {
  const { widthPx, heightPx } = within;
  const { col, row } = "col" in within ? within : { col: 0, row: 0 };
  for (let first = 0; first < heightPx; first += rows) {
    await letMessagesIn();
    signal?.throwIfAborted();
    yield { col, row: row + first, widthPx, heightPx: Math.min(rows, heightPx - first) };
  }
}
