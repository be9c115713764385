/**
 * How many points each class of a map gets: in proportion to its area, but no fewer than a least number, so that rare
 * classes can be told from chance.
 *
 * Source: Olofsson et al. 2014 (see `area-estimates.ts`), sect. 5.1.2: rare classes fixed, the rest in proportion.
 *
 * @param pixels  Pixels of each class; a class without any gets no point, and none gets more points than pixels.
 * @returns Points per class, together `count`, or as many as the least numbers and the pixels allow.
 */
export function allocatePoints(pixels: readonly number[], count: number, least: number): readonly number[] {
  const points = pixels.map((each) => Math.min(each, least));
  const all = pixels.reduce((sum, each) => sum + each, 0);
  /** Classes whose part of what is left is more than they have. */
  const growing = new Set(pixels.keys());
  for (;;) {
    const fixed = [...pixels.keys()].filter((at) => !growing.has(at)).reduce((sum, at) => sum + points[at]!, 0);
    const left = Math.max(0, Math.min(count, all) - fixed);
    const area = [...growing].reduce((sum, at) => sum + pixels[at]!, 0);
    const part = (at: number) => (area === 0 ? 0 : (left * pixels[at]!) / area);
    const small = [...growing].filter((at) => part(at) <= Math.min(pixels[at]!, least));
    if (small.length === 0) return shareOut([...growing], part, left, points);
    for (const at of small) growing.delete(at);
  }
}

/** Whole numbers next to the parts that add up to `left`: the largest remainders are rounded up. */
function shareOut(
  classes: readonly number[],
  part: (at: number) => number,
  left: number,
  points: readonly number[],
): readonly number[] {
  const result = [...points];
  for (const at of classes) result[at] = Math.floor(part(at));
  const remainder = (at: number) => part(at) - Math.floor(part(at));
  const missing = classes.length === 0 ? 0 : left - classes.reduce((sum, at) => sum + result[at]!, 0);
  const rounded = [...classes].sort((one, other) => remainder(other) - remainder(one) || one - other);
  for (const at of rounded.slice(0, missing)) result[at]!++;
  return result;
}

/** The same number of points for each class, as far as it has pixels; what one cannot take, others do. */
export function equalPoints(pixels: readonly number[], count: number): readonly number[] {
  const points = pixels.map(() => 0);
  for (let left = count; ; ) {
    const open = [...pixels.keys()].filter((at) => points[at]! < pixels[at]!);
    if (open.length === 0 || left === 0) return points;
    const share = Math.max(1, Math.floor(left / open.length));
    for (const at of open.slice(0, left)) {
      const more = Math.min(share, pixels[at]! - points[at]!);
      points[at]! += more;
      left -= more;
    }
  }
}
