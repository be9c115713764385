/**
 * A layer of polygons from a GeoPackage of any origin.
 *
 * Source: OGC 12-128r18 (GeoPackage 1.3.1), 1.1.1 (tables), 2.1.3 (geometry blobs), annex F.10 (WKT 2).
 */
import type { Database, SqlValue } from "@sqlite.org/sqlite-wasm";
import { NadirError } from "../../core/errors";
import type { Crs } from "../../core/georef/crs";
import {
  badRing,
  badVector,
  leftOutNotes,
  MOST_FEATURES,
  type VectorLayer,
  type VectorPolygon,
} from "../../core/vector/vector-layer";
import { crsOfEpsg, crsOfWkt } from "../crs-definition";
import { readWkbPolygon } from "./read-wkb";
import { quoted, withDatabaseOf } from "./sqlite";

/** It is held as a whole while it is read. */
const MOST_BYTES = 2 ** 29;

/** Bytes of the numbers of a bounding box, by its kind. */
const ENVELOPE_BYTES = [0, 32, 48, 48, 64];

interface Table {
  readonly name: string;
  readonly geometry: string;
  readonly srsId: number;
}

/**
 * @param layer Which one; null for the first that holds polygons.
 * @throws {NadirError} `bad-vector` when it holds no polygons, or its system is not said.
 */
export async function readGeoPackage(file: Blob, fileName: string, layer: string | null): Promise<VectorLayer> {
  if (file.size > MOST_BYTES) throw badVector(fileName, `It has ${file.size} bytes, ${MOST_BYTES} are taken.`);
  const bytes = new Uint8Array(await file.arrayBuffer());
  try {
    const { system, ...read } = await withDatabaseOf(bytes, (database) => readDatabase(database, fileName, layer));
    return { ...read, crs: await crsOf(system, fileName) };
  } catch (cause) {
    if (cause instanceof NadirError) throw cause;
    throw badVector(fileName, `SQLite cannot read it (${(cause as Error).message}).`);
  }
}

function readDatabase(database: Database, fileName: string, layer: string | null) {
  const tables = polygonTables(database, fileName);
  const table = layer === null ? tables[0] : tables.find(({ name }) => name === layer);
  const names = tables.map(({ name }) => name).join(", ");
  if (table === undefined) {
    throw badVector(
      fileName,
      layer === null || names === "" ? "It has no layer of polygons." : `It has no layer "${layer}", but ${names}.`,
    );
  }
  const { polygons, leftOut } = readTable(database, table, fileName);
  if (polygons.length === 0 && leftOut > 0)
    throw badVector(fileName, `None of the features of ${table.name} is a polygon.`);
  const others =
    layer === null && tables.length > 1 ? [`${fileName}: ${table.name} is read, of the layers ${names}.`] : [];
  return {
    name: table.name,
    ...(tables.length > 1 && { layers: tables.map(({ name }) => name) }),
    polygons,
    system: systemOf(database, table.srsId),
    notes: [...others, ...leftOutNotes(leftOut, fileName)],
  };
}

/** Layers that may hold polygons; views are left out, which may run for ever. */
function polygonTables(database: Database, fileName: string): Table[] {
  const known = database.selectValue("SELECT count(*) FROM sqlite_schema WHERE name = 'gpkg_geometry_columns'");
  if (known === 0) throw badVector(fileName, "It is an SQLite database, but no GeoPackage.");
  return database
    .selectArrays(
      `SELECT c.table_name, c.column_name, c.srs_id, c.geometry_type_name
       FROM gpkg_geometry_columns c JOIN sqlite_schema s ON s.name = c.table_name AND s.type = 'table'
       WHERE upper(c.geometry_type_name) NOT IN ('POINT', 'MULTIPOINT', 'LINESTRING', 'MULTILINESTRING')
       ORDER BY upper(c.geometry_type_name) NOT LIKE '%POLYGON', s.rowid LIMIT 1000`,
    )
    .map(([name, geometry, srsId]) => ({ name: String(name), geometry: String(geometry), srsId: Number(srsId) }));
}

function readTable(database: Database, { name, geometry }: Table, fileName: string) {
  const count = Number(database.selectValue(`SELECT count(*) FROM ${quoted(name)}`));
  if (count > MOST_FEATURES) throw badVector(fileName, `It has ${count} features.`);
  const described = database.selectObjects("SELECT name, upper(type) AS type, pk FROM pragma_table_info(?)", [name]);
  const named = (is: (column: (typeof described)[number]) => boolean) =>
    new Set(described.filter(is).map((column) => String(column.name)));
  const booleans = named(({ type }) => type === "BOOLEAN");
  // The number of a row is no attribute.
  const keys = named(({ pk }) => pk !== 0);
  const statement = database.prepare(`SELECT * FROM ${quoted(name)}`);
  const polygons: VectorPolygon[] = [];
  let seen = 0;
  try {
    const columns = statement.getColumnNames();
    for (; statement.step(); seen++) {
      const properties: Record<string, unknown> = {};
      let parts: VectorPolygon["parts"] | null = null;
      for (const [index, column] of columns.entries()) {
        const value: SqlValue = statement.get(index);
        if (column === geometry) parts = partsOf(value, seen, fileName);
        else if (!(value instanceof Uint8Array || keys.has(column)))
          properties[column] = plain(value, booleans.has(column));
      }
      if (parts !== null) polygons.push({ properties, parts });
    }
  } finally {
    statement.finalize();
  }
  return { polygons, leftOut: seen - polygons.length };
}

function plain(value: SqlValue, isBoolean: boolean): unknown {
  if (value === null) return null;
  return isBoolean ? Boolean(value) : typeof value === "bigint" ? Number(value) : value;
}

function partsOf(value: SqlValue, index: number, fileName: string): VectorPolygon["parts"] | null {
  if (!(value instanceof Uint8Array)) return null;
  if (value[0] !== 0x47 || value[1] !== 0x50) throw badVector(fileName, `Feature ${index + 1} is no geometry.`);
  const flags = value[3]!;
  const envelope = ENVELOPE_BYTES[(flags >> 1) & 7];
  // An extended geometry is none of those that are known here.
  if ((flags & 0x20) !== 0 || envelope === undefined) return null;
  try {
    return readWkbPolygon(value.subarray(8 + envelope));
  } catch (cause) {
    if (cause instanceof RangeError) throw badRing(fileName, index);
    throw cause;
  }
}

interface WrittenSystem {
  readonly organisation: string;
  readonly code: number;
  readonly definitions: readonly string[];
}

function systemOf(database: Database, srsId: number): WrittenSystem | null {
  const row = database.selectObject("SELECT * FROM gpkg_spatial_ref_sys WHERE srs_id = ?", [srsId]);
  if (row === undefined || srsId <= 0) return null;
  const definitions = [row.definition_12_063, row.definition].filter(
    (text): text is string => typeof text === "string" && text.trim() !== "" && text !== "undefined",
  );
  return { organisation: String(row.organization), code: Number(row.organization_coordsys_id), definitions };
}

async function crsOf(system: WrittenSystem | null, fileName: string): Promise<Crs> {
  const named = system !== null && /^epsg$/i.test(system.organisation) ? await crsOfEpsg(system.code) : null;
  const [definition] = system?.definitions ?? [];
  const crs = named ?? (definition === undefined ? null : await crsOfWkt(definition));
  if (crs === null) throw badVector(fileName, "Its layer does not say in what system its coordinates are.");
  return crs;
}
