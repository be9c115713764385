/**
 * A coordinate system as text, for files that want one beside its code: as it was read, or put together for the systems
 * of degrees and the transverse Mercator ones (all of UTM and Gauss–Krüger).
 *
 * Source: OGC 01-009 (WKT 1).
 */
import type { Crs } from "../../core/georef/crs";

/** @returns Null where it is neither. */
export function wktOfCrs({ name, epsg, proj4, datum, wkt, metresPerUnit }: Crs): string | null {
  if (wkt !== null) return wkt;
  if (proj4 === null || datum === undefined) return null;
  const words = new Map(proj4.split(" ").map((word) => word.replace(/^\+/, "").split("=") as [string, string]));
  if (words.has("axis") || words.has("pm")) return null;
  const { semiMajorMetres, inverseFlattening } = datum.ellipsoid;
  const geographic = (authority: string) =>
    `GEOGCS["${name}",DATUM["${datum.name}",SPHEROID["${datum.name}",${semiMajorMetres},${inverseFlattening}]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]${authority}]`;
  const authority = epsg === null ? "" : `,AUTHORITY["EPSG","${epsg}"]`;
  if (words.get("proj") === "longlat") return geographic(authority);
  if (words.get("proj") !== "tmerc" || metresPerUnit !== 1) return null;
  const parameters = [
    ["latitude_of_origin", words.get("lat_0") ?? "0"],
    ["central_meridian", words.get("lon_0") ?? "0"],
    ["scale_factor", words.get("k") ?? "1"],
    ["false_easting", words.get("x_0") ?? "0"],
    ["false_northing", words.get("y_0") ?? "0"],
  ].map(([key, value]) => `PARAMETER["${key}",${value}]`);
  return `PROJCS["${name}",${geographic("")},PROJECTION["Transverse_Mercator"],${parameters.join(",")},UNIT["metre",1]${authority}]`;
}
