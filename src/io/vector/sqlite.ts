/** SQLite, in memory, by its own WebAssembly build: what GeoPackages are read and written with. */
import type { Database, Sqlite3Static } from "@sqlite.org/sqlite-wasm";
import { loadOnce } from "../../core/load-once";

const loadSqlite = loadOnce(async () => {
  const { default: init } = await import("@sqlite.org/sqlite-wasm");
  return (init as (options: object) => Promise<Sqlite3Static>)({ print: () => undefined, printErr: () => undefined });
});

/** Uses an empty database, closed afterwards. */
export async function withNewDatabase<T>(use: (database: Database) => Promise<T>): Promise<T> {
  const { oo1 } = await loadSqlite();
  const database = new oo1.DB(":memory:");
  try {
    return await use(database);
  } finally {
    database.close();
  }
}

/**
 * Uses a database file of any origin, which is not changed, closed afterwards.
 *
 * @param bytes Are changed where the file is in WAL mode.
 * @throws What SQLite throws when it is no database or is damaged.
 */
export async function withDatabaseOf<T>(bytes: Uint8Array, use: (database: Database) => T): Promise<T> {
  const { oo1, capi, wasm } = await loadSqlite();
  // Read and write version (file format, 1.3.3): what a log beside the file may still hold cannot be had here.
  if (bytes[18] === 2 && bytes[19] === 2) bytes.fill(1, 18, 20);
  const database = new oo1.DB(":memory:");
  try {
    const flags = capi.SQLITE_DESERIALIZE_FREEONCLOSE | capi.SQLITE_DESERIALIZE_READONLY;
    const { length } = bytes;
    const rc = capi.sqlite3_deserialize(
      database.pointer!,
      "main",
      wasm.allocFromTypedArray(bytes),
      length,
      length,
      flags,
    );
    database.checkRc(rc);
    database.exec("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;");
    return use(database);
  } finally {
    database.close();
  }
}

/** A name as it stands in SQL. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
