/** Whether something drawn from one place to another touches a stroke: what the eraser takes away. */
import { isInsideRings } from "../polygons/inside";
import { distanceFromSegment } from "./simplify-line";
import type { PixelPoint, PixelShape } from "./stroke-on-photo";

/** @param reachPx  Half the width of what is drawn. */
export function touchesStroke(shape: PixelShape, from: PixelPoint, to: PixelPoint, reachPx: number): boolean {
  if (shape.kind === "line") {
    return isNear(shape.points, from, to, reachPx + shape.widthPx / 2);
  }
  return isInside(shape.rings, from) || shape.rings.some((ring) => isNear(ring, from, to, reachPx));
}

/** Most outlines are far away from the pointer: the box around them tells, at every move of it. */
function isInside(rings: readonly (readonly PixelPoint[])[], [x, y]: PixelPoint): boolean {
  const isAround = (axis: 0 | 1, value: number) =>
    rings.some((ring) => ring.some((point) => point[axis] <= value) && ring.some((point) => point[axis] >= value));
  return (
    isAround(0, x) &&
    isAround(1, y) &&
    isInsideRings(
      x,
      y,
      rings.map((ring) => ring.flat()),
    )
  );
}

function isNear(points: readonly PixelPoint[], from: PixelPoint, to: PixelPoint, reachPx: number): boolean {
  return points.some((point, at) => {
    const before = points[Math.max(0, at - 1)]!;
    return isWithin(before, point, from, to, reachPx) && between(before, point, from, to) <= reachPx;
  });
}

/** A quick look at the boxes around both. */
function isWithin(a: PixelPoint, b: PixelPoint, c: PixelPoint, d: PixelPoint, reachPx: number): boolean {
  return [0, 1].every(
    (axis) =>
      Math.min(a[axis]!, b[axis]!) - reachPx <= Math.max(c[axis]!, d[axis]!) &&
      Math.min(c[axis]!, d[axis]!) - reachPx <= Math.max(a[axis]!, b[axis]!),
  );
}

/** Distance of two lines between two points each. */
function between(a: PixelPoint, b: PixelPoint, c: PixelPoint, d: PixelPoint): number {
  const isCrossed = side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
  return isCrossed
    ? 0
    : Math.min(
        distanceFromSegment(a, c, d),
        distanceFromSegment(b, c, d),
        distanceFromSegment(c, a, b),
        distanceFromSegment(d, a, b),
      );
}

function side(a: PixelPoint, b: PixelPoint, c: PixelPoint): number {
  return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
}
