/** The pixels of a row that lie in a polygon: those whose centre does, as gdal_rasterize has it. */

/**
 * @param rings Outlines and holes in pixels, [x0, y0, …], closed or not: inside is what an odd number of them surrounds.
 * @returns First column and the one after the last, pair after pair from the left; not clipped to any raster.
 */
export function rowSpans(rings: readonly (readonly number[])[], row: number): number[] {
  const y = row + 0.5;
  const crossings: number[] = [];
  for (const ring of rings) {
    for (let at = 0; at < ring.length; at += 2) {
      const next = (at + 2) % ring.length;
      const [x0, y0, x1, y1] = [ring[at]!, ring[at + 1]!, ring[next]!, ring[next + 1]!];
      if (y0 > y !== y1 > y) crossings.push(x0 + ((y - y0) / (y1 - y0)) * (x1 - x0));
    }
  }
  // From the first centre that is inside to the last.
  return crossings.sort((a, b) => a - b).map((x) => Math.ceil(x - 0.5));
}
