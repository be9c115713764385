/**
 * From the positions of one datum to WGS 84's by a Helmert transformation of earth-centred coordinates.
 *
 * Heights are taken as 0 on either ellipsoid, as PROJ does for horizontal systems.
 * Source: IOGP Guidance Note 7-2, §4.1.1 (EPSG 9602) and §4.3.3 (EPSG 9606); Bowring, Survey Review 1976.
 */
import type { Ellipsoid, HelmertParameters } from "./crs";
import type { LngLatShift } from "./degrees";

export const WGS84_ELLIPSOID: Ellipsoid = { semiMajorMetres: 6_378_137, inverseFlattening: 298.257223563 };

type Triple = readonly [number, number, number];

const DEGREE = Math.PI / 180;
const SECOND = DEGREE / 3600;

/** @param parameters Seven or three; see `HelmertParameters`. */
export function shiftToWgs84(ellipsoid: Ellipsoid, parameters: HelmertParameters): LngLatShift {
  const { rows, shift } = matrixOf(parameters);
  return ([lng, lat]) => {
    const at = toGeocentric(ellipsoid, lng, lat);
    return toGeodetic(WGS84_ELLIPSOID, [
      dot(rows[0], at) + shift[0],
      dot(rows[1], at) + shift[1],
      dot(rows[2], at) + shift[2],
    ]);
  };
}

/** The other way round, exactly undoing `shiftToWgs84` up to the heights left out. */
export function shiftFromWgs84(ellipsoid: Ellipsoid, parameters: HelmertParameters): LngLatShift {
  const { rows, shift } = matrixOf(parameters);
  const back = invert(rows);
  return ([lng, lat]) => {
    const [x, y, z] = toGeocentric(WGS84_ELLIPSOID, lng, lat);
    const moved: Triple = [x - shift[0], y - shift[1], z - shift[2]];
    return toGeodetic(ellipsoid, [dot(back[0], moved), dot(back[1], moved), dot(back[2], moved)]);
  };
}

function matrixOf(parameters: HelmertParameters): { rows: readonly [Triple, Triple, Triple]; shift: Triple } {
  const [x = 0, y = 0, z = 0, rx = 0, ry = 0, rz = 0, ppm = 0] = parameters;
  const scale = 1 + ppm * 1e-6;
  const [a, b, c] = [rx, ry, rz].map((angle) => angle * SECOND * scale) as [number, number, number];
  return {
    rows: [
      [scale, -c, b],
      [c, scale, -a],
      [-b, a, scale],
    ],
    shift: [x, y, z],
  };
}

function invert([[a, b, c], [d, e, f], [g, h, i]]: readonly [Triple, Triple, Triple]): [Triple, Triple, Triple] {
  const determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
  const row = (p: number, q: number, r: number): Triple => [p / determinant, q / determinant, r / determinant];
  return [
    row(e * i - f * h, c * h - b * i, b * f - c * e),
    row(f * g - d * i, a * i - c * g, c * d - a * f),
    row(d * h - e * g, b * g - a * h, a * e - b * d),
  ];
}

function dot([a, b, c]: Triple, [x, y, z]: Triple): number {
  return a * x + b * y + c * z;
}

/** Square of the first eccentricity. */
export function eccentricitySquared({ inverseFlattening }: Ellipsoid): number {
  const flattening = inverseFlattening === 0 ? 0 : 1 / inverseFlattening;
  return flattening * (2 - flattening);
}

function toGeocentric(ellipsoid: Ellipsoid, lngDegrees: number, latDegrees: number): Triple {
  const [lng, lat] = [lngDegrees * DEGREE, latDegrees * DEGREE];
  const e2 = eccentricitySquared(ellipsoid);
  const normal = ellipsoid.semiMajorMetres / Math.sqrt(1 - e2 * Math.sin(lat) ** 2);
  const flat = normal * Math.cos(lat);
  return [flat * Math.cos(lng), flat * Math.sin(lng), normal * (1 - e2) * Math.sin(lat)];
}

function toGeodetic(ellipsoid: Ellipsoid, [x, y, z]: Triple): readonly [number, number] {
  const { semiMajorMetres: a } = ellipsoid;
  const e2 = eccentricitySquared(ellipsoid);
  const b = a * Math.sqrt(1 - e2);
  const flat = Math.hypot(x, y);
  let reduced = Math.atan2(a * z, b * flat);
  let lat = 0;
  // One round is good to micrometres on the ground; the second costs nothing.
  for (let round = 0; round < 2; round++) {
    const [sine, cosine] = [Math.sin(reduced), Math.cos(reduced)];
    lat = Math.atan2(z + ((e2 * a * a) / b) * sine ** 3, flat - e2 * a * cosine ** 3);
    reduced = Math.atan2(b * Math.sin(lat), a * Math.cos(lat));
  }
  return [Math.atan2(y, x) / DEGREE, lat / DEGREE];
}
