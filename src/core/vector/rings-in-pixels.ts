/** Rings of a vector file as rings on a raster's grid: what is straight there is bent here, so edges get more points. */
import { type ColRow, type Geotransform, type MapXY, mapToPixel } from "../georef/geotransform";
import type { PointTransform } from "../georef/reprojection";
import { signedArea } from "../polygons/trace-polygons";

/** How far a straight edge may lie beside the true one, in pixels. */
const TOLERANCE_PX = 0.02;
const MOST_HALVINGS = 12;

/**
 * @param rings     Outline first, then holes, in the file's coordinates.
 * @param toMap     From the file's coordinates to the raster's map coordinates; null where both are one.
 * @returns Rings in pixels, the outline clockwise on screen, holes the other way; null when a point cannot be converted.
 */
export function ringsInPixels(
  rings: readonly (readonly number[])[],
  toMap: PointTransform | null,
  geotransform: Geotransform,
): number[][] | null {
  const place = (point: MapXY): ColRow | null => {
    const onMap = toMap === null ? point : toMap(point);
    return onMap === null ? null : mapToPixel(geotransform, onMap);
  };
  const placed: number[][] = [];
  for (const [index, ring] of rings.entries()) {
    const points = placeRing(ring, place, toMap === null ? 0 : MOST_HALVINGS);
    if (points === null) return null;
    placed.push(signedArea(points) > 0 === (index === 0) ? points : reversed(points));
  }
  return placed;
}

function placeRing(ring: readonly number[], place: (point: MapXY) => ColRow | null, halvings: number): number[] | null {
  const points: number[] = [];
  const add = (from: MapXY, to: MapXY, placedFrom: ColRow, placedTo: ColRow, left: number): boolean => {
    const middle: MapXY = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2];
    const placed = left === 0 ? null : place(middle);
    if (left > 0 && placed === null) return false;
    const straight = [(placedFrom[0] + placedTo[0]) / 2, (placedFrom[1] + placedTo[1]) / 2] as const;
    if (placed === null || Math.hypot(placed[0] - straight[0], placed[1] - straight[1]) <= TOLERANCE_PX) {
      points.push(...placedFrom);
      return true;
    }
    return add(from, middle, placedFrom, placed, left - 1) && add(middle, to, placed, placedTo, left - 1);
  };
  for (let at = 0; at < ring.length; at += 2) {
    const from: MapXY = [ring[at]!, ring[at + 1]!];
    const to: MapXY = [ring[(at + 2) % ring.length]!, ring[(at + 3) % ring.length]!];
    const [placedFrom, placedTo] = [place(from), place(to)];
    if (placedFrom === null || placedTo === null) return null;
    if (!add(from, to, placedFrom, placedTo, halvings)) return null;
  }
  return points;
}

function reversed(ring: readonly number[]): number[] {
  const points: number[] = [];
  for (let at = ring.length - 2; at >= 0; at -= 2) points.push(ring[at]!, ring[at + 1]!);
  return points;
}
