/**
 * What the GeoTIFF keys of a file say about its CRS, without a database.
 *
 * Source: OGC 19-008r4 (GeoTIFF 1.1) §7 and Annex; EPSG units of measure.
 */
import type { GeoKeys } from "./crs";

export const GEO_KEY = {
  modelType: 1024,
  rasterType: 1025,
  citation: 1026,
  geodeticCrs: 2048,
  geodeticCitation: 2049,
  geodeticDatum: 2050,
  primeMeridian: 2051,
  angularUnits: 2054,
  angularUnitSize: 2055,
  ellipsoid: 2056,
  semiMajorAxis: 2057,
  semiMinorAxis: 2058,
  inverseFlattening: 2059,
  primeMeridianLongitude: 2061,
  toWgs84: 2062,
  projectedCrs: 3072,
  projectedCitation: 3073,
  projection: 3074,
  coordinateTransformation: 3075,
  linearUnits: 3076,
  linearUnitSize: 3077,
  verticalCrs: 4096,
  verticalCitation: 4097,
  verticalUnits: 4099,
} as const;

/** The value of a code key whose meaning stands in other keys. */
export const USER_DEFINED = 32767;

/** Keys by id. */
export type DecodedKeys = ReadonlyMap<number, number | string | readonly number[]>;

/** Metres per unit, by EPSG unit code. */
export const LINEAR_UNIT_METRES: Readonly<Record<number, number>> = {
  9001: 1,
  9002: 0.3048,
  9003: 1200 / 3937,
  9005: 0.3047972654,
  9014: 1.8288,
  9030: 1852,
  9036: 1000,
  9093: 1609.344,
  9096: 0.9144,
};

/** Numbers or text. Damaged entries are left out. */
export function decodeGeoKeys(keys: GeoKeys): DecodedKeys {
  const { directory, doubles, ascii } = keys;
  const decoded = new Map<number, number | string | readonly number[]>();
  const count = directory[3] ?? 0;
  for (let index = 0; index < count; index++) {
    const at = 4 + index * 4;
    const [id, location, length, value] = directory.slice(at, at + 4);
    if (id === undefined || location === undefined || length === undefined || value === undefined) break;
    if (location === 0) decoded.set(id, value);
    else if (location === 34736) {
      const values = doubles.slice(value, value + length);
      if (values.length === length) decoded.set(id, length === 1 ? values[0]! : values);
    } else if (location === 34737) decoded.set(id, ascii.slice(value, value + length).replace(/[|\0]+$/, ""));
  }
  return decoded;
}

/** True when pixel coordinates in the file refer to pixel centres (RasterPixelIsPoint). */
export function isPixelIsPoint(keys: GeoKeys | null): boolean {
  return keys !== null && decodeGeoKeys(keys).get(GEO_KEY.rasterType) === 2;
}

/**
 * Name, code and kind of what the keys describe; its meaning is worked out in `io/crs`.
 *
 * @returns Null when the keys describe no CRS at all (a raster type alone, or a bare local frame).
 */
export function identifyGeoKeys(
  decoded: DecodedKeys,
): { readonly name: string; readonly epsg: number | null; readonly kind: "projected" | "geographic" } | null {
  const projected = code(decoded.get(GEO_KEY.projectedCrs));
  const geodetic = code(decoded.get(GEO_KEY.geodeticCrs));
  const modelType = decoded.get(GEO_KEY.modelType);
  const hasCrs = projected !== null || geodetic !== null || modelType === 1 || modelType === 2;
  if (!hasCrs) return null;
  const kind =
    modelType === 1 ? "projected" : modelType === 2 ? "geographic" : projected !== null ? "projected" : "geographic";
  const coded = kind === "projected" ? projected : geodetic;
  const epsg = coded === USER_DEFINED ? null : coded;
  const citationKeys =
    kind === "projected" ? [GEO_KEY.projectedCitation, GEO_KEY.citation] : [GEO_KEY.geodeticCitation, GEO_KEY.citation];
  const citation = citationKeys
    .map((key) => decoded.get(key))
    .find((value) => typeof value === "string" && value !== "");
  const title = typeof citation === "string" ? tidyCitation(citation) : null;
  return {
    name: epsg !== null ? `EPSG:${epsg}${title === null ? "" : ` (${title})`}` : (title ?? "user-defined CRS"),
    epsg,
    kind,
  };
}

function code(value: number | string | readonly number[] | undefined): number | null {
  return typeof value === "number" && value > 0 ? value : null;
}

/** Imagine and Esri write "PCS Name = X|Units = …" or "ESRI PE String = …" into citations. */
function tidyCitation(citation: string): string {
  const named = /(?:PCS|GCS) Name = ([^|]+)/.exec(citation)?.[1];
  const wktName = /ESRI PE String = [A-Z]+\["([^"]+)"/.exec(citation)?.[1];
  return (named ?? wktName ?? citation.split("|")[0]!).trim();
}
