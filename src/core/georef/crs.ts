import type { DegreeBounds } from "./degrees";
import type { ShiftGrid } from "./shift-grid";

/** A coordinate reference system as read from a file, kept verbatim so that exports carry the same one. */
export interface Crs {
  /** For people: "EPSG:25832", "ETRS89 / UTM zone 32N", or the citation of a user-defined CRS. */
  readonly name: string;
  readonly epsg: number | null;
  readonly kind: "projected" | "geographic" | "unknown";
  /** Metres per map unit of a projected CRS (0.3048006… for US survey feet); null when geographic or unknown. */
  readonly metresPerUnit: number | null;
  /** Degrees per map unit of a geographic CRS that is not in degrees (0.9 for grads). */
  readonly degreesPerUnit?: number;
  /**
   * The projection in proj4's words on the datum's own ellipsoid, without any datum shift; null when it cannot be
   * converted exactly.
   */
  readonly proj4: string | null;
  /** Why `proj4` is null, for a sentence: "the method Laborde Oblique Mercator is not converted". */
  readonly notConverted?: string;
  /** What its latitudes and longitudes refer to; absent when nothing says it. */
  readonly datum?: Datum;
  /** GeoTIFF keys, verbatim (OGC 19-008r4 §7); null when the CRS came from a .prj or .aux.xml file. */
  readonly geoKeys: GeoKeys | null;
  /** WKT from a side file, verbatim; null otherwise. */
  readonly wkt: string | null;
}

export interface Datum {
  /** Two CRS whose datums have one name need no shift between them. */
  readonly name: string;
  readonly ellipsoid: Ellipsoid;
  /** How its positions become WGS 84's, best first; empty when nobody says. */
  readonly ways: readonly DatumWay[];
  /** Files that users may have and that do it point by point; absent when none is known. */
  readonly shiftFiles?: readonly ShiftFile[];
}

/** An NTv2 file as EPSG knows it. */
export interface ShiftFile {
  /** "BETA2007.gsb". */
  readonly name: string;
  readonly area: DegreeBounds;
  /** To WGS 84, in metres. */
  readonly accuracyMetres: number;
  /** The datum that the file leads to, which EPSG takes as WGS 84 to an accuracy of its own, and how well. */
  readonly to: { readonly datum: string; readonly accuracyMetres: number };
}

export interface Ellipsoid {
  readonly semiMajorMetres: number;
  /** 0 for a sphere. */
  readonly inverseFlattening: number;
}

/** One transformation to WGS 84, by seven (or three) parameters or by a grid file, which is here or not. */
export interface DatumWay {
  readonly area: DegreeBounds;
  /** As EPSG states it; null when the parameters came without. */
  readonly accuracyMetres: number | null;
  readonly by: HelmertParameters | { readonly grid: string } | LoadedGrid;
}

/** A grid file that was given, around the raster it is used for. */
interface LoadedGrid {
  readonly grid: string;
  readonly nodes: ShiftGrid;
  readonly to: ShiftFile["to"];
}

/** Position vector convention (EPSG 9606): shifts in metres, rotations in seconds of arc, scale in parts per million. */
export type HelmertParameters = readonly number[];

/** The three GeoTIFF key tags: GeoKeyDirectory (34735), GeoDoubleParams (34736), GeoAsciiParams (34737). */
export interface GeoKeys {
  readonly directory: readonly number[];
  readonly doubles: readonly number[];
  readonly ascii: string;
}

/** True when two CRS are the same as far as the files tell: code, or definition and datum, or keys agree. */
export function isSameCrs(a: Crs, b: Crs): boolean {
  if (a.epsg !== null && b.epsg !== null) return a.epsg === b.epsg;
  if (a.proj4 !== null && b.proj4 !== null) {
    return a.proj4 === b.proj4 && a.datum?.name === b.datum?.name && a.degreesPerUnit === b.degreesPerUnit;
  }
  return a.geoKeys !== null && b.geoKeys !== null
    ? JSON.stringify(a.geoKeys) === JSON.stringify(b.geoKeys)
    : a.wkt !== null && a.wkt === b.wkt;
}

/** A datum as it is around a place: only the ways and files made for there. @param place Longitude and latitude in degrees. */
export function datumAt(datum: Datum, place: readonly [number, number]): Datum {
  const { shiftFiles, ...rest } = datum;
  const files = shiftFiles?.filter(({ area }) => isInside(area, place)) ?? [];
  return {
    ...rest,
    ways: datum.ways.filter(({ area }) => isInside(area, place)),
    ...(files.length > 0 && { shiftFiles: files }),
  };
}

function isInside([west, south, east, north]: DegreeBounds, [lng, lat]: readonly [number, number]): boolean {
  const isBetween = west <= east ? lng >= west && lng <= east : lng >= west || lng <= east;
  return isBetween && lat >= south && lat <= north;
}

/** Why positions in one CRS cannot become positions in the other, naming which and why; null when they can. */
export function whyNotConverted(a: Crs, b: Crs): string | null {
  for (const crs of [a, b]) {
    if (crs.proj4 === null) return `${crs.name}: ${crs.notConverted ?? "what it means is not known"}`;
  }
  if (a.datum !== undefined && a.datum.name === b.datum?.name) return null;
  for (const { name, datum } of [a, b]) {
    if (datum === undefined) return `${name}: it does not say what datum its positions refer to`;
    if (usableWay(datum) !== null) continue;
    const grid = datum.ways.map(({ by }) => ("grid" in by ? by.grid : null)).find((file) => file !== null);
    return grid === undefined
      ? `${name}: how ${datum.name} lies to WGS 84 is not known for this place`
      : `${name}: ${datum.name} comes to WGS 84 by the grid ${grid} only`;
  }
  return null;
}

/** A way that can be gone: by parameters, or by a grid that is here. */
export type UsableWay = DatumWay & { readonly by: HelmertParameters | LoadedGrid };

/** The best one. */
export function usableWay(datum: Datum): UsableWay | null {
  return datum.ways.find((way): way is UsableWay => !("grid" in way.by) || "nodes" in way.by) ?? null;
}
