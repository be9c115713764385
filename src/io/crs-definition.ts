/**
 * proj4 definitions worked out offline: from a file's own GeoTIFF keys, or from WKT beside an image.
 */
import proj4 from "proj4";
import type { Crs, GeoKeys } from "../core/georef/crs";
import { crsFromGeoKeys, decodeGeoKeys, GEO_KEY } from "../core/georef/geo-keys";

/** GeoTIFF key names the conversion library expects, by id (OGC 19-008r4 §7). */
const KEY_NAMES: Readonly<Record<number, string>> = {
  1024: "GTModelTypeGeoKey",
  1025: "GTRasterTypeGeoKey",
  2048: "GeographicTypeGeoKey",
  2050: "GeogGeodeticDatumGeoKey",
  2051: "GeogPrimeMeridianGeoKey",
  2052: "GeogLinearUnitsGeoKey",
  2053: "GeogLinearUnitSizeGeoKey",
  2054: "GeogAngularUnitsGeoKey",
  2055: "GeogAngularUnitSizeGeoKey",
  2056: "GeogEllipsoidGeoKey",
  2057: "GeogSemiMajorAxisGeoKey",
  2058: "GeogSemiMinorAxisGeoKey",
  2059: "GeogInvFlatteningGeoKey",
  2060: "GeogAzimuthUnitsGeoKey",
  2061: "GeogPrimeMeridianLongGeoKey",
  2062: "GeogTOWGS84GeoKey",
  3072: "ProjectedCSTypeGeoKey",
  3074: "ProjectionGeoKey",
  3075: "ProjCoordTransGeoKey",
  3076: "ProjLinearUnitsGeoKey",
  3077: "ProjLinearUnitSizeGeoKey",
  3078: "ProjStdParallel1GeoKey",
  3079: "ProjStdParallel2GeoKey",
  3080: "ProjNatOriginLongGeoKey",
  3081: "ProjNatOriginLatGeoKey",
  3082: "ProjFalseEastingGeoKey",
  3083: "ProjFalseNorthingGeoKey",
  3084: "ProjFalseOriginLongGeoKey",
  3085: "ProjFalseOriginLatGeoKey",
  3086: "ProjFalseOriginEastingGeoKey",
  3087: "ProjFalseOriginNorthingGeoKey",
  3088: "ProjCenterLongGeoKey",
  3089: "ProjCenterLatGeoKey",
  3090: "ProjCenterEastingGeoKey",
  3091: "ProjCenterNorthingGeoKey",
  3092: "ProjScaleAtNatOriginGeoKey",
  3093: "ProjScaleAtCenterGeoKey",
  3094: "ProjAzimuthAngleGeoKey",
  3095: "ProjStraightVertPoleLongGeoKey",
  3096: "ProjRectifiedGridAngleGeoKey",
};

/** The CRS of a file's keys; null when they describe none. Never fails: an unknown projection has `proj4: null`. */
export async function crsOfGeoKeys(keys: GeoKeys): Promise<Crs | null> {
  const wkt = wktInCitation(keys);
  return wkt === null ? crsFromGeoKeys(keys, await proj4OfGeoKeys(keys)) : { ...crsOfWkt(wkt), geoKeys: keys };
}

/** Esri and GDAL carry definitions that have no code as text in a citation. */
function wktInCitation(keys: GeoKeys): string | null {
  const decoded = decodeGeoKeys(keys);
  const isUserDefined = decoded.get(GEO_KEY.projectedCrs) === 32767 || decoded.get(GEO_KEY.projectedCrs) === undefined;
  const citation = decoded.get(GEO_KEY.projectedCitation);
  const prefix = "ESRI PE String = ";
  return isUserDefined && typeof citation === "string" && citation.startsWith(prefix)
    ? citation.slice(prefix.length)
    : null;
}

async function proj4OfGeoKeys(keys: GeoKeys): Promise<string | null> {
  const named: Record<string, unknown> = {};
  for (const [id, value] of decodeGeoKeys(keys)) {
    const name = KEY_NAMES[id];
    if (name !== undefined) named[name] = value;
  }
  // 1.5 MB of definitions: loaded when the first georeferenced file is opened.
  const { default: library } = await import("geotiff-geokeys-to-proj4");
  try {
    const result = library.toProj4(named as never);
    const blocking = Object.keys(result.errors).filter((error) => !HARMLESS_ERRORS.has(error));
    if (blocking.length > 0 || result.proj4 === "") return null;
    const { x, y } = result.coordinatesConversionParameters;
    // Geographic coordinates in grads or radians cannot be said in proj4js's language.
    if (x !== y || (result.isGCS && x !== 1)) return null;
    const definition = x === 1 ? result.proj4.trim() : `${result.proj4.trim()} +to_meter=${x}`;
    return isUsable(definition) ? definition : null;
  } catch {
    return null;
  }
}

/** Complaints that leave the horizontal definition intact. */
const HARMLESS_ERRORS = new Set([
  "bothGCSAndPCSAreSet",
  "verticalCsNotSupported",
  "verticalCsUnitsNotSupported",
  "verticalDatumsNotSupported",
]);

/** A CRS from the WKT of a `.prj` or `.aux.xml` file. */
export function crsOfWkt(wkt: string): Crs {
  const text = wkt.trim();
  const kind = /^(PROJCS|PROJCRS|PROJECTEDCRS)/i.test(text)
    ? "projected"
    : /^(GEOGCS|GEOGCRS|GEODCRS|GEODETICCRS)/i.test(text)
      ? "geographic"
      : "unknown";
  const title = /^\w+\[\s*"([^"]*)"/.exec(text)?.[1] ?? "CRS from WKT";
  const identifier = /(?:AUTHORITY\[\s*"EPSG"\s*,\s*"(\d+)"\s*\]|ID\[\s*"EPSG"\s*,\s*(\d+)\s*\])\s*\]\s*$/i.exec(text);
  const epsg = identifier === null ? epsgOfEsriName(title) : Number(identifier[1] ?? identifier[2]);
  const units = [...text.matchAll(/(?:LENGTHUNIT|UNIT)\[\s*"([^"]*)"\s*,\s*([0-9.eE+-]+)/gi)];
  const metresPerUnit = kind === "projected" ? Number(units.at(-1)?.[2] ?? 1) : null;
  return {
    name: epsg === null ? title : `EPSG:${epsg} (${title})`,
    epsg,
    kind,
    metresPerUnit,
    proj4: isUsable(text) ? text : null,
    geoKeys: null,
    wkt: text,
  };
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

function isUsable(definition: string): boolean {
  try {
    const [x, y] = proj4(definition).forward([0, 0]);
    return x !== undefined && y !== undefined;
  } catch {
    return false;
  }
}
