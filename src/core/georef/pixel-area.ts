/**
 * Ground area of a pixel in square metres.
 *
 * On a projected CRS all pixels are alike (map units converted to metres). On a geographic CRS a pixel is a cell of the
 * ellipsoid and shrinks towards the poles: the area between two parallels of WGS 84 is known in closed form.
 * Source: Snyder, Map Projections: A Working Manual (USGS 1395), eq. 3-12.
 */
import type { Crs } from "./crs";
import type { Geotransform } from "./geotransform";

const SEMI_MAJOR_METRES = 6_378_137;
const FLATTENING = 1 / 298.257223563;

/** Area of the pixels of one row. */
export type RowPixelArea = (row: number) => number;

/**
 * @returns Null when the grid has no position or its unit is unknown: then only pixels can be counted.
 */
export function pixelAreaByRow(geotransform: Geotransform | null, crs: Crs | null): RowPixelArea | null {
  if (geotransform === null || crs === null) return null;
  const [, a, b, y0, d, e] = geotransform;
  if (crs.kind === "projected") {
    if (crs.metresPerUnit === null) return null;
    const area = Math.abs(a * e - b * d) * crs.metresPerUnit ** 2;
    return () => area;
  }
  // A rotated grid in degrees has no rows of equal latitude; nobody makes one.
  if (crs.kind !== "geographic" || b !== 0 || d !== 0) return null;
  const widthRadians = (Math.abs(a) * Math.PI) / 180;
  return (row) => widthRadians * Math.abs(zoneArea(y0 + row * e) - zoneArea(y0 + (row + 1) * e));
}

/** Area per radian of longitude between the equator and a latitude in degrees. */
function zoneArea(latitudeDegrees: number): number {
  const sine = Math.sin((latitudeDegrees * Math.PI) / 180);
  const eccentricitySquared = FLATTENING * (2 - FLATTENING);
  const eccentricity = Math.sqrt(eccentricitySquared);
  const semiMinorSquared = SEMI_MAJOR_METRES ** 2 * (1 - eccentricitySquared);
  return (
    (semiMinorSquared / 2) *
    (sine / (1 - eccentricitySquared * sine * sine) + Math.atanh(eccentricity * sine) / eccentricity)
  );
}
