/** The pixels that lie in a polygon: those whose centre does, as gdal_rasterize has it. */

/**
 * @param rings Outlines and holes in pixels, [x0, y0, …], closed or not: inside is what an odd number of them surrounds.
 * @returns Of each row from `firstRow` to before `endRow`: first column and the one after the last, pair after pair from
 *   the left; not clipped to any raster.
 */
export function spansByRow(rings: readonly (readonly number[])[], firstRow: number, endRow: number): number[][] {
  const crossings = Array.from({ length: Math.max(0, endRow - firstRow) }, (): number[] => []);
  for (const ring of rings) {
    for (let at = 0; at < ring.length; at += 2) {
      const next = (at + 2) % ring.length;
      const [x0, y0, x1, y1] = [ring[at]!, ring[at + 1]!, ring[next]!, ring[next + 1]!];
      const first = Math.max(firstRow, Math.ceil(Math.min(y0, y1) - 0.5));
      const end = Math.min(endRow, Math.ceil(Math.max(y0, y1) - 0.5));
      for (let row = first; row < end; row++) {
        crossings[row - firstRow]!.push(x0 + ((row + 0.5 - y0) / (y1 - y0)) * (x1 - x0));
      }
    }
  }
  // From the first centre that is inside to the last.
  return crossings.map((xs) => xs.sort((a, b) => a - b).map((x) => Math.ceil(x - 0.5)));
}
