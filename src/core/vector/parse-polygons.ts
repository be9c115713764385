/**
 * Polygons with attributes from GeoJSON of any origin: sizes are checked before anything is copied, every fault is said
 * with the number of its feature.
 *
 * Source: RFC 7946 (longitude and latitude, WGS 84); the `crs` member of its 2008 draft, which GDAL and QGIS still write,
 * names any other system by its EPSG code.
 */
import { NadirError } from "../errors";
import { epsgOfCrsName, WGS84_EPSG } from "./geojson-crs";

export interface VectorPolygon {
  /** The feature's own attributes. */
  readonly properties: Readonly<Record<string, unknown>>;
  /** As it stands in the file. */
  readonly geometry: object;
  /** Each with its outline first, then its holes; rings of [x, y, …] in map coordinates, not closed. */
  readonly parts: readonly (readonly (readonly number[])[])[];
}

export interface VectorFile {
  readonly polygons: readonly VectorPolygon[];
  /** EPSG code of the coordinates; 4326 where the file names none. */
  readonly epsg: number;
}

const MOST_FEATURES = 1_000_000;

/**
 * @param fileName Named in messages.
 * @throws {NadirError} `bad-vector` when it is no collection of polygons, or its system has no EPSG code.
 */
export function parsePolygons(text: string, fileName: string): VectorFile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw badVector(fileName, `It is no JSON (${(cause as Error).message}).`);
  }
  if (!isObject(value) || !Array.isArray(value.features)) {
    throw badVector(fileName, "It has no list of features.");
  }
  const { features } = value;
  if (features.length > MOST_FEATURES) throw badVector(fileName, `It has ${features.length} features.`);
  return {
    epsg: epsgOf(value.crs, fileName),
    polygons: features.map((feature, index) => readFeature(feature, index, fileName)),
  };
}

function readFeature(feature: unknown, index: number, fileName: string): VectorPolygon {
  const geometry = isObject(feature) ? feature.geometry : null;
  const kind = isObject(geometry) ? geometry.type : null;
  const coordinates = isObject(geometry) ? geometry.coordinates : null;
  const parts = kind === "Polygon" ? [coordinates] : kind === "MultiPolygon" ? coordinates : null;
  if (!isObject(geometry) || !Array.isArray(parts)) {
    throw badVector(fileName, `Feature ${index + 1} is ${kind === null ? "without a shape" : `a ${String(kind)}`}.`);
  }
  const properties = isObject(feature) && isObject(feature.properties) ? feature.properties : {};
  return { properties, geometry, parts: parts.map((rings) => readRings(rings, index, fileName)) };
}

function readRings(rings: unknown, index: number, fileName: string): number[][] {
  const fault = () =>
    badVector(fileName, `Feature ${index + 1} has a ring without at least three points of two numbers.`);
  if (!Array.isArray(rings) || rings.length === 0) throw fault();
  return rings.map((ring: unknown) => {
    if (!Array.isArray(ring)) throw fault();
    const points = ring.map((point: unknown): [number, number] => {
      const [x, y] = Array.isArray(point) ? (point as unknown[]) : [];
      if (!Number.isFinite(x) || !Number.isFinite(y)) throw fault();
      return [x as number, y as number];
    });
    const [first, last] = [points[0], points.at(-1)];
    const isClosed = first !== undefined && first[0] === last![0] && first[1] === last![1];
    const open = isClosed ? points.slice(0, -1) : points;
    if (open.length < 3) throw fault();
    return open.flat();
  });
}

function epsgOf(crs: unknown, fileName: string): number {
  if (crs === undefined || crs === null) return WGS84_EPSG;
  const name = isObject(crs) && isObject(crs.properties) ? String(crs.properties.name) : "";
  const epsg = epsgOfCrsName(name);
  if (epsg === null) throw badVector(fileName, `Its coordinate system is ${JSON.stringify(name)}.`);
  return epsg;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function badVector(subject: string, found: string): NadirError {
  return new NadirError({
    code: "bad-vector",
    subject,
    found,
    needed: "GeoJSON with polygons is needed, in longitude and latitude or in a system that it names by its EPSG code.",
    next: 'Save the layer as GeoJSON (in QGIS: "Save Features As…") and try again.',
  });
}
