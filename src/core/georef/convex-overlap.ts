/** Overlap and distance of two outlines in one plane; enough for raster extents, which are convex. */

export type PlanePoint = readonly [x: number, y: number];

/**
 * Area of an outline inside the rectangle 0…width × 0…height (Sutherland–Hodgman clipping, shoelace formula).
 *
 * @param outline Corners in order, either direction.
 */
export function areaInsideRectangle(outline: readonly PlanePoint[], width: number, height: number): number {
  let polygon = outline;
  polygon = clip(polygon, ([x]) => x, 0, 1);
  polygon = clip(polygon, ([x]) => x, width, -1);
  polygon = clip(polygon, ([, y]) => y, 0, 1);
  polygon = clip(polygon, ([, y]) => y, height, -1);
  return polygonArea(polygon);
}

/** Unsigned area. */
function polygonArea(polygon: readonly PlanePoint[]): number {
  let doubled = 0;
  for (let index = 0; index < polygon.length; index++) {
    const [x0, y0] = polygon[index]!;
    const [x1, y1] = polygon[(index + 1) % polygon.length]!;
    doubled += x0 * y1 - x1 * y0;
  }
  return Math.abs(doubled) / 2;
}

/** Smallest distance between two closed outlines that do not overlap. */
export function outlineDistance(a: readonly PlanePoint[], b: readonly PlanePoint[]): number {
  let best = Infinity;
  for (const [points, edges] of [
    [a, b],
    [b, a],
  ] as const) {
    for (const point of points) {
      for (let index = 0; index < edges.length; index++) {
        best = Math.min(best, pointToSegment(point, edges[index]!, edges[(index + 1) % edges.length]!));
      }
    }
  }
  return best;
}

/** Keeps the side where `sign · (axis − bound) ≥ 0`. */
function clip(
  polygon: readonly PlanePoint[],
  axis: (point: PlanePoint) => number,
  bound: number,
  sign: 1 | -1,
): readonly PlanePoint[] {
  const out: PlanePoint[] = [];
  for (let index = 0; index < polygon.length; index++) {
    const from = polygon[index]!;
    const to = polygon[(index + 1) % polygon.length]!;
    const fromInside = sign * (axis(from) - bound) >= 0;
    const toInside = sign * (axis(to) - bound) >= 0;
    if (fromInside) out.push(from);
    if (fromInside !== toInside) {
      const share = (bound - axis(from)) / (axis(to) - axis(from));
      out.push([from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share]);
    }
  }
  return out;
}

function pointToSegment([x, y]: PlanePoint, [x0, y0]: PlanePoint, [x1, y1]: PlanePoint): number {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const lengthSquared = dx * dx + dy * dy;
  const share = lengthSquared === 0 ? 0 : Math.min(1, Math.max(0, ((x - x0) * dx + (y - y0) * dy) / lengthSquared));
  return Math.hypot(x - x0 - share * dx, y - y0 - share * dy);
}
