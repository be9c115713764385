/** EPSG's datums, projections and systems from the table; read once, when the first position asks for it. */
import type { Datum, DatumWay, Ellipsoid, ShiftFile } from "../../core/georef/crs";

export interface Epsg {
  ellipsoid(code: number): Ellipsoid | null;
  /** Degrees east of Greenwich. */
  meridian(code: number): number | null;
  datum(code: number): PlacedDatum | null;
  /** By any name that EPSG, Esri or GDAL give it; case, spaces and underscores do not count. */
  datumNamed(name: string): PlacedDatum | null;
  geographic(code: number): GeographicSystem | null;
  /** Words of proj4 without an ellipsoid; `!method` where the method is not converted. */
  conversion(code: number): string | null;
  projected(code: number): ProjectedSystem | null;
}

export interface PlacedDatum {
  readonly datum: Datum;
  /** Degrees east of Greenwich. */
  readonly meridianDegrees: number;
}

export interface GeographicSystem extends PlacedDatum {
  readonly degreesPerUnit: number;
}

export interface ProjectedSystem {
  readonly base: GeographicSystem;
  readonly conversion: string;
  readonly metresPerUnit: number;
  /** "enu" where empty. */
  readonly axis: string;
}

/** Names as they are compared: Esri's `D_` and EPSG's "ensemble" are no part of them. */
function plainName(name: string): string {
  return name
    .toLowerCase()
    .replace(/^d_/, "")
    .replace(/\bensemble\b/, "")
    .replace(/[^\p{L}\p{N}]/gu, "");
}

const opened = new Map<"epsg", Promise<Epsg>>();

/** The table, in a part of its own: whoever opens only unplaced images never loads it. */
export function loadEpsg(): Promise<Epsg> {
  const epsg = opened.get("epsg") ?? import("./epsg-table").then(({ EPSG_TABLE }) => readEpsgTable(EPSG_TABLE));
  opened.set("epsg", epsg);
  return epsg;
}

/** Lines by kind and code, and codes of datums by every plain name. */
function indexLines(text: string): { tables: Map<string, Map<number, string[]>>; byName: Map<string, number> } {
  const tables = new Map<string, Map<number, string[]>>();
  const byName = new Map<string, number>();
  for (const line of text.split("\n")) {
    const kind = line[0];
    if (kind === undefined) continue;
    const space = line.indexOf(" ", 2);
    const code = Number(line.slice(2, space));
    const rest = line.slice(space + 1);
    // Both kinds of ways stay in one list, in their order.
    const table = kind === "g" ? "s" : kind;
    const entries = tables.get(table) ?? new Map<number, string[]>();
    tables.set(table, entries);
    entries.set(code, [...(entries.get(code) ?? []), rest]);
    if (kind !== "d") continue;
    for (const name of rest.split(" ").slice(2).join(" ").split("|")) {
      if (!byName.has(plainName(name))) byName.set(plainName(name), code);
    }
  }
  return { tables, byName };
}

function readEpsgTable(text: string): Epsg {
  const { tables, byName } = indexLines(text);
  const words = (kind: string, code: number): string[] | null => tables.get(kind)?.get(code)?.[0]?.split(" ") ?? null;

  const nameOf = (datum: number) => firstName(words("d", datum)?.slice(2) ?? []);

  const epsg: Epsg = {
    ellipsoid(code) {
      const [a, rf] = words("e", code) ?? [];
      return a === undefined ? null : { semiMajorMetres: Number(a), inverseFlattening: Number(rf) };
    },
    meridian: (code) => Number(words("m", code)?.[0] ?? Number.NaN) || (code === 8901 ? 0 : null),
    datum(code) {
      const [ellipsoidCode, meridian, ...names] = words("d", code) ?? [];
      const ellipsoid = epsg.ellipsoid(Number(ellipsoidCode));
      if (ellipsoid === null) return null;
      const name = firstName(names);
      const ways = (tables.get("s")?.get(code) ?? []).map(readWay);
      const shiftFiles = (tables.get("n")?.get(code) ?? []).map((line) => readShiftFile(line, nameOf));
      // "Not specified (based on …)" is EPSG's way of saying that there is no datum.
      return {
        datum: { name, ellipsoid, ways, ...(shiftFiles.length > 0 && { shiftFiles }) },
        meridianDegrees: Number(meridian),
      };
    },
    datumNamed(name) {
      const code = byName.get(plainName(name));
      return code === undefined ? null : epsg.datum(code);
    },
    geographic(code) {
      const [datum, degrees = "1"] = words("c", code) ?? [];
      const placed = datum === undefined ? null : epsg.datum(Number(datum));
      return placed === null ? null : { ...placed, degreesPerUnit: Number(degrees) };
    },
    conversion: (code) => tables.get("v")?.get(code)?.[0] ?? null,
    projected(code) {
      const [geographic, conversion, metres, axis = ""] = words("p", code) ?? [];
      const base = epsg.geographic(Number(geographic));
      const text = epsg.conversion(Number(conversion));
      return base === null || text === null ? null : { base, conversion: text, metresPerUnit: Number(metres), axis };
    },
  };
  return epsg;
}

function firstName(names: readonly string[]): string {
  return names.join(" ").split("|")[0]!;
}

function readShiftFile(text: string, nameOf: (datum: number) => string): ShiftFile {
  const [west, south, east, north, total, datum, accuracy, ...name] = text.split(" ");
  return {
    name: name.join(" "),
    area: [Number(west), Number(south), Number(east), Number(north)],
    accuracyMetres: Number(total),
    to: { datum: nameOf(Number(datum)), accuracyMetres: Number(accuracy) },
  };
}

function readWay(text: string): DatumWay {
  const [west, south, east, north, accuracy, ...what] = text.split(" ");
  return {
    area: [Number(west), Number(south), Number(east), Number(north)],
    accuracyMetres: Number(accuracy),
    by: Number.isNaN(Number(what[0])) ? { grid: what[0]! } : what.map(Number),
  };
}
