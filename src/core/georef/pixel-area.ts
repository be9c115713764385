/**
 * What a pixel measures on the ground, in metres and square metres of the ellipsoid, whatever the map makes of it.
 *
 * Web Mercator draws a square metre at 60° four times as large; UTM is off by up to two thousandths. In degrees the area
 * between two parallels is known in closed form; anywhere else the projection is differentiated where the pixel lies.
 * Source: Snyder, Map Projections: A Working Manual (USGS 1395), eq. 3-12, 4-18, 4-20.
 */
import type { Crs, Ellipsoid } from "./crs";
import { eccentricitySquared, WGS84_ELLIPSOID } from "./datum-shift";
import { type Geotransform, pixelToMap } from "./geotransform";
import type { PointTransform } from "./reprojection";

/** Area of the pixels of one row. */
export type RowPixelArea = (row: number) => number;

/** A pixel as two vectors on the ground, metres to the east and north for a step of one column and of one row. */
export interface GroundPixel {
  readonly across: readonly [east: number, north: number];
  readonly down: readonly [east: number, north: number];
}

/** Projections are differentiated over about this distance: their inverses are good to a millimetre. */
const STEP_METRES = 200;

/**
 * @param toOwnLngLat From map coordinates to degrees on the CRS's own ellipsoid; without it pixels measure what the map
 * says.
 * @param widthPx Of the raster: the middle of a row stands for all of it.
 * @returns Null when the grid has no position or its unit is unknown: then only pixels can be counted.
 */
export function pixelAreaByRow(
  { geotransform, crs, widthPx }: { geotransform: Geotransform | null; crs: Crs | null; widthPx: number },
  toOwnLngLat: PointTransform | null,
): RowPixelArea | null {
  if (geotransform === null || crs === null) return null;
  const [, a, b, y0, d, e] = geotransform;
  const ellipsoid = crs.datum?.ellipsoid ?? WGS84_ELLIPSOID;
  if (crs.kind === "projected") {
    if (crs.metresPerUnit === null) return null;
    const onMap = Math.abs(a * e - b * d) * crs.metresPerUnit ** 2;
    if (toOwnLngLat === null) return () => onMap;
    return (row) => {
      const pixel = groundPixel({ geotransform, crs }, toOwnLngLat, [widthPx / 2, row + 0.5]);
      return pixel === null ? onMap : groundPixelArea(pixel);
    };
  }
  // A rotated grid in degrees has no rows of equal latitude; nobody makes one.
  if (crs.kind !== "geographic" || b !== 0 || d !== 0) return null;
  const unit = crs.degreesPerUnit ?? 1;
  const widthRadians = (Math.abs(a) * unit * Math.PI) / 180;
  return (row) =>
    widthRadians *
    Math.abs(zoneArea(ellipsoid, (y0 + row * e) * unit) - zoneArea(ellipsoid, (y0 + (row + 1) * e) * unit));
}

/** Square metres. */
export function groundPixelArea({ across, down }: GroundPixel): number {
  return Math.abs(across[0] * down[1] - across[1] * down[0]);
}

/** @returns Null where the projection is undefined. */
export function groundPixel(
  { geotransform, crs }: { geotransform: Geotransform; crs: Crs },
  toOwnLngLat: PointTransform,
  [col, row]: readonly [col: number, row: number],
): GroundPixel | null {
  const [, a, b, , d, e] = geotransform;
  const unitMetres = crs.metresPerUnit ?? 111_320 * (crs.degreesPerUnit ?? 1);
  const step = Math.max(1, STEP_METRES / (Math.max(Math.hypot(a, d), Math.hypot(b, e)) * unitMetres));
  const at = (dCol: number, dRow: number) =>
    toOwnLngLat(pixelToMap(geotransform, [col + dCol * step, row + dRow * step]));
  const [middle, west, east, north, south] = [at(0, 0), at(-1, 0), at(1, 0), at(0, -1), at(0, 1)];
  if (middle === null || west === null || east === null || north === null || south === null) return null;
  const { meridian, parallel } = radii(crs.datum?.ellipsoid ?? WGS84_ELLIPSOID, middle[1]);
  const vector = ([lng0, lat0]: readonly [number, number], [lng1, lat1]: readonly [number, number]) =>
    [
      ((((lng1 - lng0 + 540) % 360) - 180) * parallel * Math.PI) / 360 / step,
      ((lat1 - lat0) * meridian * Math.PI) / 360 / step,
    ] as const;
  return { across: vector(west, east), down: vector(north, south) };
}

/** Metres per radian of latitude and of longitude. */
function radii(ellipsoid: Ellipsoid, latitudeDegrees: number): { meridian: number; parallel: number } {
  const e2 = eccentricitySquared(ellipsoid);
  const latitude = (latitudeDegrees * Math.PI) / 180;
  const root = Math.sqrt(1 - e2 * Math.sin(latitude) ** 2);
  return {
    meridian: (ellipsoid.semiMajorMetres * (1 - e2)) / root ** 3,
    parallel: (ellipsoid.semiMajorMetres * Math.cos(latitude)) / root,
  };
}

/** Area per radian of longitude between the equator and a latitude in degrees. */
function zoneArea(ellipsoid: Ellipsoid, latitudeDegrees: number): number {
  const sine = Math.sin((latitudeDegrees * Math.PI) / 180);
  const e2 = eccentricitySquared(ellipsoid);
  if (e2 === 0) return ellipsoid.semiMajorMetres ** 2 * sine;
  const eccentricity = Math.sqrt(e2);
  const semiMinorSquared = ellipsoid.semiMajorMetres ** 2 * (1 - e2);
  return (semiMinorSquared / 2) * (sine / (1 - e2 * sine * sine) + Math.atanh(eccentricity * sine) / eccentricity);
}
