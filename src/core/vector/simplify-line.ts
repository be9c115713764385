/** The way of a pointer with as few points as say the same. Source: Douglas & Peucker (1973). */
import type { PixelPoint } from "./stroke-on-photo";

/**
 * @param points       At least one.
 * @param tolerancePx  How far a point that is left out may lie from what is left.
 * @returns First and last point, and those between that are needed.
 */
export function simplifyLine(points: readonly PixelPoint[], tolerancePx: number): PixelPoint[] {
  const isKept = new Uint8Array(points.length);
  isKept[0] = isKept[points.length - 1] = 1;
  const spans: [first: number, last: number][] = [[0, points.length - 1]];
  for (let span = spans.pop(); span !== undefined; span = spans.pop()) {
    const [first, last] = span;
    const farthest = farthestBetween(points, first, last);
    if (farthest.distance > tolerancePx) {
      isKept[farthest.at] = 1;
      spans.push([first, farthest.at], [farthest.at, last]);
    }
  }
  return points.filter((_, at) => isKept[at] === 1);
}

/** Of a point from the line between two others. */
export function distanceFromSegment([x, y]: PixelPoint, from: PixelPoint, to: PixelPoint): number {
  const [alongX, alongY] = [to[0] - from[0], to[1] - from[1]];
  const squared = alongX * alongX + alongY * alongY;
  const share = squared === 0 ? 0 : ((x - from[0]) * alongX + (y - from[1]) * alongY) / squared;
  const on = Math.min(1, Math.max(0, share));
  return Math.hypot(x - from[0] - on * alongX, y - from[1] - on * alongY);
}

function farthestBetween(points: readonly PixelPoint[], first: number, last: number): { at: number; distance: number } {
  let found = { at: first, distance: 0 };
  for (let at = first + 1; at < last; at++) {
    const distance = distanceFromSegment(points[at]!, points[first]!, points[last]!);
    if (distance > found.distance) found = { at, distance };
  }
  return found;
}
