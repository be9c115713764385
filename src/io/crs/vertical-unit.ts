/** In what unit a file's coordinate system counts heights: said by GeoTIFF keys, EPSG's code or well-known text. */
import type { GeoKeys } from "../../core/georef/crs";
import { decodeGeoKeys, GEO_KEY, USER_DEFINED } from "../../core/georef/geo-keys";
import { child, epsgOf, parseWkt, textOf } from "./wkt";

const METRE = "metre";
const FOOT = "foot";
const US_FOOT = "US survey foot";
const BRITISH_FOOT = "British foot (1936)";

/** By EPSG unit code. */
const UNITS: Readonly<Record<number, string>> = { 9001: METRE, 9002: FOOT, 9003: US_FOOT, 9070: BRITISH_FOOT };

/** Vertical systems that do not count in metres (EPSG 12.054, pyproj 3.7.2, `query_crs_info`). */
const SYSTEMS_IN_FEET: Readonly<Record<number, string>> = {
  ...Object.fromEntries([5614, 6130, 6131, 6132, 8050, 8051, 8228, 8897].map((code) => [code, FOOT])),
  5754: BRITISH_FOOT,
  ...Object.fromEntries([5702, 6358, 6359, 6360, 8052, 8053].map((code) => [code, US_FOOT])),
};

/** In words; null when the keys name none. */
export function verticalUnitOfKeys(keys: GeoKeys | null): string | null {
  if (keys === null) return null;
  const decoded = decodeGeoKeys(keys);
  const unit = decoded.get(GEO_KEY.verticalUnits);
  if (typeof unit === "number" && UNITS[unit] !== undefined) return UNITS[unit];
  const system = decoded.get(GEO_KEY.verticalCrs);
  if (typeof system === "number" && system > 0 && system !== USER_DEFINED) return SYSTEMS_IN_FEET[system] ?? METRE;
  const citation = decoded.get(GEO_KEY.verticalCitation);
  if (typeof citation === "string" && /\bft ?US\b/i.test(citation)) return US_FOOT;
  if (typeof citation === "string" && /\b(ft|feet|foot)\b/i.test(citation)) return FOOT;
  // Esri carries whole definitions in citations.
  return verticalUnitOfWkt(keys.ascii);
}

/** The same of WKT 1, 2 or Esri's, in which the vertical system may stand behind the horizontal one. */
export function verticalUnitOfWkt(text: string): string | null {
  const start = text.search(/\bVERT(ICAL)?_?CR?S\s*[[(]/i);
  const node = start < 0 ? null : parseWkt(text.slice(start));
  if (node === null) return null;
  const unit = child(node, "UNIT", "LENGTHUNIT") ?? child(child(node, "AXIS"), "UNIT", "LENGTHUNIT");
  const code = epsgOf(node);
  return textOf(unit) ?? (code === null ? null : (SYSTEMS_IN_FEET[code] ?? METRE));
}
