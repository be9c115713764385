/**
 * Polygons with attributes from GeoJSON of any origin: sizes are checked before anything is copied, every fault is said
 * with the number of its feature.
 *
 * Source: RFC 7946 (longitude and latitude, WGS 84); the `crs` member of its 2008 draft, which GDAL and QGIS still write,
 * names any other system by its EPSG code.
 */
import { epsgOfCrsName, WGS84_EPSG } from "../../core/vector/geojson-crs";
import {
  badRing,
  badVector,
  leftOutNotes,
  MOST_FEATURES,
  MOST_TEXT_BYTES,
  openRing,
  type VectorLayer,
  type VectorPolygon,
} from "../../core/vector/vector-layer";
import { knownCrs } from "./known-crs";

/** @throws {NadirError} `bad-vector` when it is no collection of polygons, or its system has no EPSG code. */
export async function readGeoJson(file: Blob, fileName: string): Promise<VectorLayer> {
  if (file.size > MOST_TEXT_BYTES) throw badVector(fileName, `It has ${file.size} bytes of text.`);
  const { features, crs, name } = parse(await file.text(), fileName);
  if (features.length > MOST_FEATURES) throw badVector(fileName, `It has ${features.length} features.`);
  const kinds = new Set<string>();
  const polygons = features.flatMap((feature: unknown, index) => {
    const geometry = isObject(feature) ? feature.geometry : null;
    const parts = partsOf(geometry, index, fileName);
    if (parts === null) kinds.add(isObject(geometry) ? String(geometry.type) : "nothing");
    return parts === null ? [] : [{ properties: propertiesOf(feature), parts } satisfies VectorPolygon];
  });
  if (polygons.length === 0 && kinds.size > 0) {
    throw badVector(
      fileName,
      `None of its ${features.length} features is a polygon; they are: ${[...kinds].join(", ")}.`,
    );
  }
  return {
    name: typeof name === "string" ? name : fileName,
    crs: await knownCrs(epsgOf(crs, fileName), fileName),
    polygons,
    notes: leftOutNotes(features.length - polygons.length, fileName),
  };
}

function parse(text: string, fileName: string): { features: unknown[]; crs?: unknown; name?: unknown } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw badVector(fileName, `It is no JSON (${(cause as Error).message}).`);
  }
  if (isObject(value) && value.type === "Feature") return { features: [value] };
  if (!isObject(value) || !Array.isArray(value.features)) throw badVector(fileName, "It has no list of features.");
  return { ...value, features: value.features };
}

/** Null when it is another shape than a polygon. */
function partsOf(geometry: unknown, index: number, fileName: string): VectorPolygon["parts"] | null {
  if (!isObject(geometry)) return null;
  const { type, coordinates } = geometry;
  const parts: unknown = type === "Polygon" ? [coordinates] : type === "MultiPolygon" ? coordinates : null;
  if (!Array.isArray(parts) || parts.length === 0) return null;
  return parts.map((rings: unknown) => {
    if (!Array.isArray(rings) || rings.length === 0) throw badRing(fileName, index);
    return rings.map((ring) => readRing(ring, index, fileName));
  });
}

function readRing(ring: unknown, index: number, fileName: string): readonly number[] {
  if (!Array.isArray(ring)) throw badRing(fileName, index);
  const points = ring.flatMap((point: unknown) => {
    const [x, y] = Array.isArray(point) ? (point as unknown[]) : [];
    if (typeof x !== "number" || typeof y !== "number") throw badRing(fileName, index);
    return [x, y];
  });
  const open = openRing(points);
  if (open === null) throw badRing(fileName, index);
  return open;
}

function propertiesOf(feature: unknown): Readonly<Record<string, unknown>> {
  return isObject(feature) && isObject(feature.properties) ? feature.properties : {};
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
