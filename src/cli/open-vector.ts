/** A file of polygons on disk, with what lies beside it. */
import { readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { VectorLayer } from "../core/vector/vector-layer";
import { besideVector, readVector } from "../io/vector/read-vector";
import { openFile } from "./file-blob";

const VECTOR = /\.(gpkg|shp|shz|geojson|kml|kmz|zip)$/i;

export function isVectorPath(path: string): boolean {
  return VECTOR.test(path);
}

/**
 * @param layer Of a GeoPackage; null for the first of polygons.
 * @throws {NadirError} As `readVector` does; `storage` when there is no such file.
 */
export async function openVector(path: string, layer: string | null): Promise<VectorLayer> {
  const file = await openFile(path);
  const wanted = besideVector(file.name);
  const names = wanted.length === 0 ? [] : await readdir(dirname(path));
  const beside = names.filter((name) => wanted.includes(name.toLowerCase()));
  return readVector(file, await Promise.all(beside.map((name) => openFile(join(dirname(path), name)))), layer);
}
