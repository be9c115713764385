/** What a file says about its CRS, worked out offline: from its own GeoTIFF keys, or from WKT beside an image. */
import type { Crs, GeoKeys } from "../core/georef/crs";
import { type DecodedKeys, decodeGeoKeys, GEO_KEY, identifyGeoKeys, USER_DEFINED } from "../core/georef/geo-keys";
import { loadEpsg } from "./crs/epsg";
import { meaningOfGeoKeys } from "./crs/geo-key-meaning";
import { epsgOf, parseWkt, textOf } from "./crs/wkt";
import { horizontalPart, meaningOfWkt } from "./crs/wkt-meaning";

/** GTModelTypeGeoKey of OGC 19-008r4. */
const GEOCENTRIC = 3;

/** The CRS of a file's keys; null when they describe none. Never fails: what is not converted has `proj4: null`. */
export async function crsOfGeoKeys(keys: GeoKeys): Promise<Crs | null> {
  const decoded = decodeGeoKeys(keys);
  const wkt = wktInCitation(decoded);
  if (wkt !== null) return { ...(await crsOfWkt(wkt)), geoKeys: keys };
  const identity = identifyGeoKeys(decoded);
  if (identity === null) return null;
  if (decoded.get(GEO_KEY.modelType) === GEOCENTRIC) {
    const notConverted = "its coordinates are distances from the middle of the earth, in which no image lies";
    return { ...identity, kind: "unknown", metresPerUnit: null, proj4: null, notConverted, geoKeys: keys, wkt: null };
  }
  const meaning = meaningOfGeoKeys(decoded, identity.kind, await loadEpsg());
  return { ...identity, ...meaning, geoKeys: keys, wkt: null };
}

/** A CRS by its EPSG code alone; null when it is none of the systems that are known here. */
export async function crsOfEpsg(code: number): Promise<Crs | null> {
  const epsg = await loadEpsg();
  const kind = epsg.projected(code) !== null ? "projected" : epsg.geographic(code) !== null ? "geographic" : null;
  if (kind === null) return null;
  const [model, key] = kind === "projected" ? [1, GEO_KEY.projectedCrs] : [2, GEO_KEY.geodeticCrs];
  const directory = [1, 1, 0, 2, GEO_KEY.modelType, 0, 1, model, key, 0, 1, code];
  return crsOfGeoKeys({ directory, doubles: [], ascii: "" });
}

/** Esri and GDAL carry definitions that have no code as text in a citation. */
function wktInCitation(decoded: DecodedKeys): string | null {
  const isUserDefined = [USER_DEFINED, undefined].includes(decoded.get(GEO_KEY.projectedCrs) as number | undefined);
  const citation = decoded.get(GEO_KEY.projectedCitation);
  const prefix = "ESRI PE String = ";
  return isUserDefined && typeof citation === "string" && citation.startsWith(prefix)
    ? citation.slice(prefix.length)
    : null;
}

/** A CRS from the WKT (1, 2 or Esri's) of a `.prj` or `.aux.xml` file. */
export async function crsOfWkt(wkt: string): Promise<Crs> {
  const text = wkt.trim();
  const horizontal = horizontalPart(parseWkt(text));
  if (horizontal === null) {
    const notConverted = "its text is no system that is known here";
    const name = /^\w+\[\s*"([^"]*)"/.exec(text)?.[1] ?? "CRS from WKT";
    return {
      name,
      epsg: null,
      kind: "unknown",
      metresPerUnit: null,
      proj4: null,
      notConverted,
      geoKeys: null,
      wkt: text,
    };
  }
  const { node, kind } = horizontal;
  const title = textOf(node) ?? "CRS from WKT";
  const epsg = epsgOf(node) ?? epsgOfEsriName(title);
  const meaning = meaningOfWkt(node, kind, epsg, await loadEpsg());
  return { name: epsg === null ? title : `EPSG:${epsg} (${title})`, epsg, kind, ...meaning, geoKeys: null, wkt: text };
}

/** Esri writes `.prj` files without codes; its names of the common systems tell them. */
function epsgOfEsriName(name: string): number | null {
  const zone = /^(WGS_1984|ETRS_1989|NAD_1983)_UTM_Zone_(\d{1,2})([NS])$/.exec(name);
  if (zone !== null) {
    const [, datum, number, half] = zone;
    const isNorth = half === "N";
    if (datum === "WGS_1984") return (isNorth ? 32600 : 32700) + Number(number);
    if (datum === "ETRS_1989" && isNorth) return 25800 + Number(number);
    if (datum === "NAD_1983" && isNorth) return 26900 + Number(number);
    return null;
  }
  return ESRI_NAMES[name] ?? null;
}

const ESRI_NAMES: Readonly<Record<string, number>> = {
  GCS_WGS_1984: 4326,
  GCS_ETRS_1989: 4258,
  GCS_North_American_1983: 4269,
  WGS_1984_Web_Mercator_Auxiliary_Sphere: 3857,
  RGF_1993_Lambert_93: 2154,
  British_National_Grid: 27700,
  RD_New: 28992,
  CH1903_LV03: 21781,
  "CH1903+_LV95": 2056,
};
