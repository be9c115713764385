/**
 * One layer of polygons as a GeoPackage with its system and its style; equal contents are equal bytes.
 *
 * Rows go into SQLite one after the other and its pages into the sink; between the two lies the whole database, in
 * memory, at most 1 GiB.
 *
 * Source: OGC 12-128r18 (GeoPackage 1.3.1), annex C (tables), 2.1.3 (geometry blobs); QGIS for `layer_styles`.
 */
import type { Database, SqlValue } from "@sqlite.org/sqlite-wasm";
import type { CancelSignal } from "../../core/cancel";
import { NadirError } from "../../core/errors";
import type { Crs } from "../../core/georef/crs";
import type { ByteSink } from "../byte-sink";
import { quoted, withNewDatabase } from "./sqlite";
import { wktOfCrs } from "./wkt-of-crs";

export interface GeoPackageColumn {
  readonly name: string;
  readonly type: "INTEGER" | "REAL" | "TEXT" | "BOOLEAN";
}

export interface GeoPackageLayer {
  readonly name: string;
  readonly description: string;
  /** Null for coordinates without a known system. */
  readonly crs: Crs | null;
  readonly geometry: "POLYGON" | "MULTIPOLYGON";
  readonly columns: readonly GeoPackageColumn[];
  /** Style of QGIS; null for none. */
  readonly qml: string | null;
}

/** @param parts Polygons as of `VectorPolygon`; one alone in a layer of `POLYGON`. */
export type AddPolygon = (parts: readonly (readonly (readonly number[])[])[], values: readonly SqlValue[]) => void;

const PAGE_BYTES = 4096;
const MOST_BYTES = 2 ** 30;
const PAGES_AT_ONCE = 256;
/** It would be the one thing that differs from one time to the next. */
const NO_TIME = "1970-01-01T00:00:00.000Z";

const TABLES = `
PRAGMA page_size = ${PAGE_BYTES};
PRAGMA max_page_count = ${MOST_BYTES / PAGE_BYTES};
PRAGMA application_id = ${0x47504b47};
PRAGMA user_version = 10300;
CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
  description TEXT DEFAULT '', last_change DATETIME NOT NULL, min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE,
  srs_id INTEGER, CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL,
  srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
  CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name), CONSTRAINT uk_gc_table_name UNIQUE (table_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
INSERT INTO gpkg_spatial_ref_sys VALUES
  ('Undefined cartesian SRS', -1, 'NONE', -1, 'undefined', 'undefined cartesian coordinate reference system'),
  ('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', 'undefined geographic coordinate reference system'),
  ('WGS 84 geodetic', 4326, 'EPSG', 4326, 'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4326"]]', 'longitude and latitude in degrees on WGS 84');
`;

const STYLES = `
CREATE TABLE layer_styles (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT, f_table_schema TEXT,
  f_table_name TEXT, f_geometry_column TEXT, styleName TEXT, styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN,
  description TEXT, owner TEXT, ui TEXT, update_time DATETIME);
INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change) VALUES ('layer_styles', 'attributes', 'layer_styles', '${NO_TIME}');
`;

/**
 * @param fill Adds the polygons in their order.
 * @throws {NadirError} `out-of-memory` when it grows beyond 1 GiB.
 */
export async function writeGeoPackage(
  layer: GeoPackageLayer,
  fill: (add: AddPolygon) => Promise<void>,
  sink: ByteSink,
  signal?: CancelSignal,
): Promise<void> {
  await withNewDatabase(async (database) => {
    database.exec(TABLES);
    const srsId = addSystem(database, layer.crs);
    const { columns, name } = layer;
    const defined = columns.map((column) => `, ${quoted(column.name)} ${column.type}`).join("");
    database.exec(
      `CREATE TABLE ${quoted(name)} (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom ${layer.geometry}${defined})`,
    );
    const bounds = await addRows(database, layer, srsId, fill);
    database.exec({
      sql: "INSERT INTO gpkg_contents VALUES (?, 'features', ?, ?, ?, ?, ?, ?, ?, ?)",
      bind: [name, name, layer.description, NO_TIME, ...bounds, srsId],
    });
    database.exec({
      sql: "INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', ?, ?, 0, 0)",
      bind: [name, layer.geometry, srsId],
    });
    if (layer.qml !== null) {
      database.exec(STYLES);
      database.exec({
        sql: `INSERT INTO layer_styles VALUES (1, '', '', ?, 'geom', ?, ?, '', 1, '', '', NULL, '${NO_TIME}')`,
        bind: [name, name, layer.qml],
      });
    }
    await writePages(database, sink, signal);
  });
}

/** @returns The id under which rows name it. */
function addSystem(database: Database, crs: Crs | null): number {
  if (crs === null || crs.epsg === 4326) return crs === null ? -1 : 4326;
  // Ids of systems without a code are a file's own; those of EPSG lie below.
  const srsId = crs.epsg ?? 100_000;
  const organisation = crs.epsg === null ? "NONE" : "EPSG";
  database.exec({
    sql: "INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, NULL)",
    bind: [crs.name, srsId, organisation, srsId, wktOfCrs(crs) ?? "undefined"],
  });
  return srsId;
}

async function addRows(
  database: Database,
  { name, columns, geometry }: GeoPackageLayer,
  srsId: number,
  fill: (add: AddPolygon) => Promise<void>,
): Promise<readonly (number | null)[]> {
  const places = ["geom", ...columns.map((column) => column.name)];
  const insert = database.prepare(
    `INSERT INTO ${quoted(name)} (${places.map(quoted).join(", ")}) VALUES (${places.map(() => "?").join(", ")})`,
  );
  const all = [Infinity, Infinity, -Infinity, -Infinity];
  database.exec("BEGIN");
  try {
    await fill((parts, values) => {
      const box = boundsOf(parts);
      for (const at of [0, 1]) {
        all[at] = Math.min(all[at]!, box[at]!);
        all[at + 2] = Math.max(all[at + 2]!, box[at + 2]!);
      }
      insert.bind([geometryBlob(parts, geometry, srsId, box), ...values]).stepReset();
    });
  } catch (cause) {
    if ((cause as { resultCode?: number }).resultCode === SQLITE_FULL) throw tooLarge();
    throw cause;
  } finally {
    insert.finalize();
  }
  database.exec("COMMIT");
  return all.map((value) => (Number.isFinite(value) ? value : null));
}

const SQLITE_FULL = 13;

/** [left, bottom, right, top]. */
function boundsOf(parts: Parameters<AddPolygon>[0]): number[] {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [outline] of parts) {
    for (let at = 0; at < outline!.length; at++) {
      const axis = at % 2;
      box[axis] = Math.min(box[axis]!, outline![at]!);
      box[axis + 2] = Math.max(box[axis + 2]!, outline![at]!);
    }
  }
  return box;
}

/** Header with a bounding box, then well-known binary; rings closed. */
function geometryBlob(
  parts: Parameters<AddPolygon>[0],
  kind: GeoPackageLayer["geometry"],
  srsId: number,
  [left, bottom, right, top]: readonly number[],
): Uint8Array {
  const ringBytes = (ring: readonly number[]) => 4 + 8 * (ring.length + 2);
  const partBytes = (rings: readonly (readonly number[])[]) => rings.reduce((sum, ring) => sum + ringBytes(ring), 9);
  const isMulti = kind === "MULTIPOLYGON";
  const length = 40 + (isMulti ? 9 : 0) + parts.reduce((sum, rings) => sum + partBytes(rings), 0);
  const view = new DataView(new ArrayBuffer(length));
  let at = 0;
  const number = (value: number) => {
    view.setFloat64(at, value, true);
    at += 8;
  };
  const count = (value: number) => {
    view.setInt32(at, value, true);
    at += 4;
  };
  const head = (type: number) => {
    view.setUint8(at++, 1);
    count(type);
  };
  // "GP", version 0, little endian with a box of two dimensions.
  for (const byte of [0x47, 0x50, 0, 0b011]) view.setUint8(at++, byte);
  count(srsId);
  for (const value of [left!, right!, bottom!, top!]) number(value);
  if (isMulti) {
    head(6);
    count(parts.length);
  }
  for (const rings of parts) {
    head(3);
    count(rings.length);
    for (const ring of rings) {
      count(ring.length / 2 + 1);
      for (const value of ring) number(value);
      number(ring[0]!);
      number(ring[1]!);
    }
  }
  return new Uint8Array(view.buffer);
}

async function writePages(database: Database, sink: ByteSink, signal?: CancelSignal): Promise<void> {
  const pages = Number(database.selectValue("PRAGMA page_count"));
  for (let first = 1; first <= pages; first += PAGES_AT_ONCE) {
    signal?.throwIfAborted();
    const found = database.selectValues("SELECT data FROM sqlite_dbpage WHERE pgno >= ? AND pgno < ? ORDER BY pgno", [
      first,
      first + PAGES_AT_ONCE,
    ]) as Uint8Array[];
    const bytes = new Uint8Array(found.length * PAGE_BYTES);
    for (const [index, page] of found.entries()) bytes.set(page, index * PAGE_BYTES);
    await sink.write((first - 1) * PAGE_BYTES, bytes);
  }
  await sink.close();
}

function tooLarge(): NadirError {
  return new NadirError({
    code: "out-of-memory",
    found: `The GeoPackage would be larger than ${MOST_BYTES / 2 ** 30} GiB.`,
    needed: "It is put together in memory.",
    next: "Save the polygons as GeoJSON, or clean the map of small patches first.",
  });
}
