/** Whether a place lies inside a polygon. */

/** @param rings Outlines and holes, [x0, y0, …], closed or not: inside is what an odd number of them surrounds. */
export function isInsideRings(x: number, y: number, rings: readonly (readonly number[])[]): boolean {
  let crossings = 0;
  for (const ring of rings) {
    for (let at = 0; at < ring.length; at += 2) {
      const next = (at + 2) % ring.length;
      const [x0, y0, x1, y1] = [ring[at]!, ring[at + 1]!, ring[next]!, ring[next + 1]!];
      if (y0 > y !== y1 > y && x < x0 + ((y - y0) / (y1 - y0)) * (x1 - x0)) crossings++;
    }
  }
  return crossings % 2 === 1;
}
