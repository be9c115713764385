/**
 * Lengths and areas between places of a raster, along geodesics of its own ellipsoid (GeographicLib, by C. Karney: Karney,
 * Algorithms for geodesics, J. Geodesy 87, 2013).
 */
import geodesic from "geographiclib-geodesic";
import { WGS84_ELLIPSOID } from "../core/georef/datum-shift";
import { pixelToMap } from "../core/georef/geotransform";
import type { RasterFacts } from "../core/raster/raster";
import { toOwnLngLat } from "./reproject";

type ColRow = readonly [col: number, row: number];
type Point = readonly [number, number];
type Grid = Pick<RasterFacts, "geotransform" | "crs">;

/** In metres and square metres, or in pixels where nothing says how large they are on the ground. */
export interface GroundFigure {
  readonly value: number;
  readonly unit: "metres" | "pixels";
}

/** Of a line through places in fractional pixels; 0 for fewer than two. */
export function measureLength(grid: Grid, places: readonly ColRow[]): GroundFigure {
  const lngLats = toGround(grid, places);
  if (lngLats === null) {
    const { points, unit } = onPlane(grid, places);
    return { value: sumOfSteps(points, ([x0, y0], [x1, y1]) => Math.hypot(x1 - x0, y1 - y0)), unit };
  }
  const earth = earthOf(grid);
  const step = ([lng0, lat0]: Point, [lng1, lat1]: Point) => earth.Inverse(lat0, lng0, lat1, lng1).s12 ?? Number.NaN;
  return { value: sumOfSteps(lngLats, step), unit: "metres" };
}

/** Of the polygon with these corners, whichever way round; 0 for fewer than three. */
export function measureArea(grid: Grid, corners: readonly ColRow[]): GroundFigure {
  const lngLats = toGround(grid, corners);
  if (lngLats === null) {
    const { points, unit } = onPlane(grid, corners);
    const twice = points.reduce((sum, [x0, y0], at) => {
      const [x1, y1] = points[(at + 1) % points.length]!;
      return sum + x0 * y1 - x1 * y0;
    }, 0);
    return { value: Math.abs(twice) / 2, unit };
  }
  const polygon = earthOf(grid).Polygon(false);
  for (const [lng, lat] of lngLats) {
    polygon.AddPoint(lat, lng);
  }
  return { value: Math.abs(polygon.Compute(false, true).area ?? 0), unit: "metres" };
}

function sumOfSteps(points: readonly Point[], step: (from: Point, to: Point) => number): number {
  return points.slice(1).reduce((sum, point, at) => sum + step(points[at]!, point), 0);
}

/** Degrees on the raster's own ellipsoid; null where they are not known. */
function toGround({ geotransform, crs }: Grid, places: readonly ColRow[]): readonly Point[] | null {
  const toDegrees = geotransform === null || crs === null ? null : toOwnLngLat(crs);
  if (geotransform === null || toDegrees === null) {
    return null;
  }
  const lngLats = places.map((place) => toDegrees(pixelToMap(geotransform, place)));
  return lngLats.every((lngLat) => lngLat !== null) ? lngLats : null;
}

/** As the map has it where its projection is not known but its unit is; else in pixels. */
function onPlane(
  { geotransform, crs }: Grid,
  places: readonly ColRow[],
): { readonly points: readonly Point[]; readonly unit: GroundFigure["unit"] } {
  const metresPerUnit = crs?.metresPerUnit ?? null;
  if (geotransform === null || metresPerUnit === null) {
    return { points: places, unit: "pixels" };
  }
  const points = places.map((place): Point => {
    const [x, y] = pixelToMap(geotransform, place);
    return [x * metresPerUnit, y * metresPerUnit];
  });
  return { points, unit: "metres" };
}

function earthOf({ crs }: Grid) {
  const { semiMajorMetres, inverseFlattening } = crs?.datum?.ellipsoid ?? WGS84_ELLIPSOID;
  return new geodesic.Geodesic.Geodesic(semiMajorMetres, inverseFlattening === 0 ? 0 : 1 / inverseFlattening);
}
