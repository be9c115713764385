/** A coordinate reference system as read from a file, kept verbatim so that exports carry the same one. */
export interface Crs {
  /** For people: "EPSG:25832", "ETRS89 / UTM zone 32N", or the citation of a user-defined CRS. */
  readonly name: string;
  readonly epsg: number | null;
  readonly kind: "projected" | "geographic" | "unknown";
  /** Metres per map unit of a projected CRS (0.3048006… for US survey feet); null when geographic or unknown. */
  readonly metresPerUnit: number | null;
  /** A proj4 definition worked out from the file's own keys; null when that was not possible. */
  readonly proj4: string | null;
  /** GeoTIFF keys, verbatim (OGC 19-008r4 §7); null when the CRS came from a .prj or .aux.xml file. */
  readonly geoKeys: GeoKeys | null;
  /** WKT from a side file, verbatim; null otherwise. */
  readonly wkt: string | null;
}

/** The three GeoTIFF key tags: GeoKeyDirectory (34735), GeoDoubleParams (34736), GeoAsciiParams (34737). */
export interface GeoKeys {
  readonly directory: readonly number[];
  readonly doubles: readonly number[];
  readonly ascii: string;
}

/** True when two CRS are the same as far as the files tell: code, definition or keys agree. */
export function isSameCrs(a: Crs, b: Crs): boolean {
  if (a.epsg !== null && b.epsg !== null) return a.epsg === b.epsg;
  if (a.proj4 !== null && b.proj4 !== null) return a.proj4 === b.proj4;
  return a.geoKeys !== null && b.geoKeys !== null
    ? JSON.stringify(a.geoKeys) === JSON.stringify(b.geoKeys)
    : a.wkt !== null && a.wkt === b.wkt;
}
