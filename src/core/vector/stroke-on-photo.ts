/** Strokes on the grid of their photo: what map coordinates and metres are in its pixels, and back. */
import { invertGeotransform, pixelToMap } from "../georef/geotransform";
import { groundSamplingDistanceMetres } from "../georef/ground-sampling-distance";
import type { RasterFacts } from "../raster/raster";
import type { GridSize } from "../raster/tile-grid";
import type { MapPoint, StrokeShape } from "./stroke";

/** Fractional pixels of the optical grid. */
export type PixelPoint = readonly [col: number, row: number];

export type PixelShape =
  | { readonly kind: "line"; readonly points: readonly PixelPoint[]; readonly widthPx: number }
  /** The outer ring, then holes; each ends where it begins. */
  | { readonly kind: "area"; readonly rings: readonly (readonly PixelPoint[])[] };

export interface PhotoGrid {
  readonly toPixel: (point: MapPoint) => PixelPoint;
  readonly toMap: (point: PixelPoint) => MapPoint;
  /** 1 where it is not known, and widths are pixels. */
  readonly pixelSizeMetres: number;
}

/** Without a position, pixels are coordinates. */
export function photoGrid(facts: RasterFacts): PhotoGrid {
  const { geotransform } = facts;
  const pixelSizeMetres = groundSamplingDistanceMetres(facts) ?? 1;
  if (geotransform === null) return { toPixel: (point) => point, toMap: (point) => point, pixelSizeMetres };
  const inverse = invertGeotransform(geotransform);
  const place = (by: typeof geotransform) => (point: readonly [number, number]) => pixelToMap(by, point);
  return { toPixel: place(inverse), toMap: place(geotransform), pixelSizeMetres };
}

export function shapeInPixels(shape: StrokeShape, { toPixel, pixelSizeMetres }: PhotoGrid): PixelShape {
  return shape.kind === "line"
    ? { kind: "line", points: shape.points.map(toPixel), widthPx: shape.widthMetres / pixelSizeMetres }
    : { kind: "area", rings: shape.rings.map((ring) => ring.map(toPixel)) };
}

export function shapeOnMap(shape: PixelShape, { toMap, pixelSizeMetres }: PhotoGrid): StrokeShape {
  return shape.kind === "line"
    ? { kind: "line", points: shape.points.map(toMap), widthMetres: shape.widthPx * pixelSizeMetres }
    : { kind: "area", rings: shape.rings.map((ring) => ring.map(toMap)) };
}

/** Whether the box around it, with half the width of a line, meets the photo. */
export function liesOnPhoto(shape: PixelShape, { widthPx, heightPx }: GridSize): boolean {
  const [points, reach] = shape.kind === "line" ? [shape.points, shape.widthPx / 2] : [shape.rings[0]!, 0];
  const isBeside = (axis: 0 | 1, lengthPx: number) =>
    points.every((point) => point[axis] + reach <= 0) || points.every((point) => point[axis] - reach >= lengthPx);
  return !isBeside(0, widthPx) && !isBeside(1, heightPx);
}

/** @param ring  As the tracer of polygons gives it: [x0, y0, x1, y1, …] from `corner`, not closed. */
export function closedRing(ring: readonly number[], [col, row]: PixelPoint): PixelPoint[] {
  const points: PixelPoint[] = [];
  for (let at = 0; at < ring.length; at += 2) points.push([col + ring[at]!, row + ring[at + 1]!]);
  return [...points, points[0]!];
}
