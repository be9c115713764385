/** Polygons from a file of any of the formats that are read, told by content and name; packed ones are unpacked. */
import { NadirError } from "../../core/errors";
import { badVector, type VectorLayer } from "../../core/vector/vector-layer";
import { readZip, type ZipMember } from "../read-zip";
import { readGeoJson } from "./read-geojson";
import { readGeoPackage } from "./read-geopackage";
import { readKml } from "./read-kml";
import { readShapefile, type ShapefileParts } from "./read-shapefile";

export type NamedFile = Blob & { readonly name: string };

/** Of all that is unpacked of one archive. */
const MOST_UNPACKED_BYTES = 2 ** 30;
const MOST_TRIED = 20;
const VECTOR_ENDING = /\.(shp|gpkg|geojson|json|kml)$/i;
const BESIDE = ["dbf", "prj", "cpg"] as const;

/** Names, in lower case, of the files that explain this one: a Shapefile's table, system and encoding. */
export function besideVector(name: string): readonly string[] {
  return /\.shp$/i.test(name) ? BESIDE.map((ending) => `${stemOf(name)}.${ending}`) : [];
}

/**
 * @param beside Files that lie beside it; others than `besideVector` names are passed over.
 * @param layer  Of a GeoPackage; null for the first of polygons.
 * @throws {NadirError} `bad-vector` when it is none of the formats, damaged, without polygons or without a system.
 */
export async function readVector(
  file: NamedFile,
  beside: readonly NamedFile[] = [],
  layer: string | null = null,
): Promise<VectorLayer> {
  const head = new Uint8Array(await file.slice(0, 16).arrayBuffer());
  const start = String.fromCharCode(...head);
  if (start.startsWith("PK\x03\x04")) return readArchive(file, layer);
  if (start.startsWith("SQLite format 3\0")) return readGeoPackage(file, file.name, layer);
  if (layer !== null) throw badVector(file.name, "It has no layers to choose from.");
  if (start.startsWith("\0\0\x27\x0a")) return readShapefile(partsOf(file, beside), file.name);
  const text = start.replace(/^\xef\xbb\xbf/, "").trimStart();
  return text.startsWith("<") ? readKml(file, file.name) : readGeoJson(file, file.name);
}

function partsOf(shp: NamedFile, beside: readonly NamedFile[]): ShapefileParts {
  const find = (ending: string) =>
    beside.find(({ name }) => name.toLowerCase() === `${stemOf(shp.name)}.${ending}`) ?? null;
  const [dbf, prj, cpg] = BESIDE.map(find) as [Blob | null, Blob | null, Blob | null];
  return { shp, dbf, prj, cpg };
}

/** The first of its files that is one of polygons: Google Earth's archives begin with one that only names others. */
async function readArchive(archive: NamedFile, layer: string | null): Promise<VectorLayer> {
  const members = await readZip(archive, archive.name);
  const files = members.filter(({ path }) => VECTOR_ENDING.test(path));
  let refusal: unknown = badVector(archive.name, "It is an archive without such a file.");
  for (const main of files.slice(0, MOST_TRIED)) {
    try {
      const read = await readMember(archive.name, main, members, layer);
      const others = files.length > 1 ? [`${archive.name}: ${main.path} is read, of ${files.length} such files.`] : [];
      return { ...read, notes: [...others, ...read.notes] };
    } catch (error) {
      if (!(error instanceof NadirError)) throw error;
      refusal = error;
    }
  }
  throw refusal;
}

async function readMember(archiveName: string, main: ZipMember, members: readonly ZipMember[], layer: string | null) {
  const wanted = new Set(besideVector(main.path));
  const beside = members.filter(({ path }) => wanted.has(path.toLowerCase()));
  const bytes = [main, ...beside].reduce((sum, member) => sum + member.bytes, 0);
  if (bytes > MOST_UNPACKED_BYTES) throw badVector(archiveName, `Unpacked it has ${bytes} bytes.`, "Unpack it first.");
  return readVector(await unpack(main), await Promise.all(beside.map(unpack)), layer);
}

async function unpack(member: ZipMember): Promise<NamedFile> {
  return Object.assign(await member.unpack(), { name: member.path });
}

function stemOf(name: string): string {
  return name.replace(/\.[^.]*$/, "").toLowerCase();
}
