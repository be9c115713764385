/** Strokes brought into the map coordinates of a photo; widths stay, they are metres on the ground. */
import type { Crs } from "../core/georef/crs";
import type { PointTransform } from "../core/georef/reprojection";
import type { MapPoint, Stroke } from "../core/vector/stroke";
import { crsOfEpsg } from "./crs-definition";
import { createReprojection } from "./reproject";

/** Null for a stroke with points that cannot be converted. */
type StrokeMove = (stroke: Stroke) => Stroke | null;

/**
 * @param epsg  Null: the photo's own.
 * @param crs   Of the photo.
 * @returns Null when the way between the systems is not known here.
 */
export async function wayIntoCrs(epsg: number | null, crs: Crs | null): Promise<StrokeMove | null> {
  if (epsg === null || crs === null || crs.epsg === epsg) return (stroke) => stroke;
  const own = await crsOfEpsg(epsg);
  const way = own === null ? null : createReprojection(crs, own);
  return way && ((stroke) => moved(stroke, way.otherToOptical));
}

function moved(stroke: Stroke, way: PointTransform): Stroke | null {
  const { shape } = stroke;
  if (shape.kind === "line") {
    const points = movedPoints(shape.points, way);
    return points && { ...stroke, shape: { ...shape, points } };
  }
  const rings = shape.rings.map((ring) => movedPoints(ring, way));
  return rings.includes(null) ? null : { ...stroke, shape: { ...shape, rings: rings as MapPoint[][] } };
}

function movedPoints(points: readonly MapPoint[], way: PointTransform): MapPoint[] | null {
  const placed = points.map((point) => way(point));
  return placed.includes(null) ? null : placed.map((point) => [point![0], point![1]]);
}
