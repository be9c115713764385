/** The checks every raster source makes before it reads: programming mistakes stop here with both numbers. */
import type { RasterFacts, ReadRequest } from "../core/raster/raster";

/** @throws {RangeError} When level, bands or rectangle are not the raster's, or it was closed. */
export function checkReadRequest(facts: RasterFacts, request: ReadRequest, closed: boolean): void {
  if (closed) throw new RangeError(`${facts.fileName} was closed`);
  const { rect, bands, level = 0 } = request;
  const size = facts.levels[level];
  if (size === undefined) throw new RangeError(`level ${level} of ${facts.levels.length}`);
  for (const band of bands) {
    if (facts.bands[band] === undefined) throw new RangeError(`band ${band} of ${facts.bands.length}`);
  }
  const { col, row, widthPx, heightPx } = rect;
  const integers = [col, row, widthPx, heightPx].every(Number.isInteger);
  if (
    !integers ||
    col < 0 ||
    row < 0 ||
    widthPx < 1 ||
    heightPx < 1 ||
    col + widthPx > size.widthPx ||
    row + heightPx > size.heightPx
  ) {
    throw new RangeError(
      `rectangle ${widthPx}×${heightPx} at (${col}, ${row}) leaves the level of ${size.widthPx}×${size.heightPx}`,
    );
  }
}
