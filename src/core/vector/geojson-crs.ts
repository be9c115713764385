/**
 * Coordinate systems of GeoJSON. RFC 7946 knows longitude and latitude only; the `crs` member of the 2008 specification
 * is what GDAL and QGIS read and write for every other.
 */

/** The member and a comma after it; nothing where no system is named. */
export function crsMember(epsg: number | null): string {
  return epsg === null ? "" : `"crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::${epsg}"}},`;
}

/**
 * @param name "urn:ogc:def:crs:EPSG::25832", "EPSG:25832", "urn:ogc:def:crs:OGC:1.3:CRS84".
 * @returns Null for another spelling.
 */
export function epsgOfCrsName(name: string): number | null {
  if (/CRS84$/i.test(name)) return WGS84_EPSG;
  const code = /^(?:urn:(?:x-)?ogc:def:crs:)?EPSG:(?:[\d.]*:)?(\d{4,6})$/i.exec(name)?.[1];
  return code === undefined ? null : Number(code);
}

/** Longitude and latitude. */
export const WGS84_EPSG = 4326;
