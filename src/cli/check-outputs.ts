/**
 * Everything that can be wrong with the files a run will write, found before it begins: an output never takes the
 * place of something it is made from, and two outputs never share a file, whatever they are called.
 */
import { type BigIntStats, constants } from "node:fs";
import { access, lstat, realpath, stat, statfs } from "node:fs/promises";
import { basename, dirname, join, resolve, sep } from "node:path";
import { NadirError } from "../core/errors";
import { diskError, onDisk } from "./disk-error";
import { probeFolder } from "./file-sink";

/** A file and what it is, as the user knows it: "--dsm". */
export interface NamedPath {
  readonly name: string;
  readonly path: string;
}

/**
 * @param outputs    Every file that will be written, those beside the main ones too.
 * @param runFolder  Is filled and removed.
 * @returns Notes: what killed runs had left in the place of these outputs and is gone now.
 * @throws {NadirError} `unwritable`, naming the option at fault.
 */
export async function requireOutputs(
  outputs: readonly NamedPath[],
  inputs: readonly NamedPath[],
  runFolder: string,
): Promise<readonly string[]> {
  const taken = new Map<string, string>();
  const folder = await realFolder(runFolder);
  for (const { name, path } of inputs) {
    const facts = await stat(path, { bigint: true }).catch(() => null);
    if (facts !== null) taken.set(fileKey(facts), name);
    if (facts !== null && isBelow(await realpath(path), folder)) throw inRunFolder(name, path, runFolder);
  }
  for (const output of outputs) {
    const place = await placeOf(output.path);
    const other = place.keys.map((key) => taken.get(key)).find((found) => found !== undefined);
    if (other !== undefined) throw sameFile(output, other);
    if (isBelow(place.path, folder)) throw inRunFolder(output.name, output.path, runFolder);
    for (const key of place.keys) taken.set(key, output.name);
  }
  const found = await stat(runFolder).catch(() => null);
  if (found !== null && !found.isDirectory()) {
    throw unwritable(runFolder, "This is a file.", "Rows are kept in a folder of this name while the run goes.");
  }
  const left: string[] = [];
  for (const { path } of outputs) left.push(...(await probeFolder(path)));
  return left.map((path) => `Removed ${path}, which a killed run had left.`);
}

/** @throws {NadirError} `unwritable` when there is no room for `bytes` more in the folder of a path. */
export async function requireRoom(path: string, bytes: number): Promise<void> {
  const room = await statfs(dirname(path)).catch(() => null);
  if (room !== null && room.bavail * room.bsize < bytes) {
    throw new NadirError({
      code: "unwritable",
      subject: path,
      found: `Its disk has room for ${inGigabytes(room.bavail * room.bsize)}.`,
      needed: `While it goes, the run keeps its rows beside the output: ${inGigabytes(bytes)}.`,
      next: "Free space, or choose an area with --aoi in a smaller image.",
    });
  }
}

function inGigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

interface Place {
  /** Links followed. */
  readonly path: string;
  /** What no other file may share with it. */
  readonly keys: readonly string[];
}

async function placeOf(path: string): Promise<Place> {
  const folder = await stat(dirname(path), { bigint: true }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw diskError(path, error);
  });
  if (folder?.isDirectory() !== true) {
    throw unwritable(path, "Its folder does not exist.", "A file in a folder that is there is needed.");
  }
  // Some file systems take names that differ in case, or in how letters are composed, for one.
  const byName = `${fileKey(folder)}/${basename(path).normalize("NFC").toLowerCase()}`;
  const facts = await factsOf(path);
  if (facts === null) return { path: join(await realpath(dirname(path)), basename(path)), keys: [byName] };
  if (!facts.isFile()) {
    const found = facts.isDirectory() ? "This is a folder." : "This is a device or a pipe, not a file.";
    throw unwritable(path, found, "A file in a folder that is there is needed.");
  }
  await onDisk(path, () => access(path, constants.W_OK));
  return { path: await realpath(path), keys: [byName, fileKey(facts)] };
}

/** Null for what is not there yet. */
async function factsOf(path: string): Promise<BigIntStats | null> {
  try {
    return await stat(path, { bigint: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw diskError(path, error);
  }
  if ((await lstat(path).catch(() => null)) !== null) {
    throw unwritable(path, "This is a link to a file that is not there.", "A file, or a link to one, is needed.");
  }
  return null;
}

function fileKey({ dev, ino }: BigIntStats): string {
  return `${dev}:${ino}`;
}

/** Links followed as far as there is something. */
async function realFolder(path: string): Promise<string> {
  const parent = await realpath(dirname(path)).catch(() => resolve(dirname(path)));
  return realpath(path).catch(() => join(parent, basename(path)));
}

function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}${sep}`);
}

function sameFile({ name, path }: NamedPath, other: string): NadirError {
  const found = name === other ? "It would be written twice." : `${name} is the same file as ${other}.`;
  return unwritable(path, found, "Every output needs a file of its own.");
}

function inRunFolder(name: string, path: string, runFolder: string): NadirError {
  return unwritable(path, `${name} lies in ${runFolder}.`, "That folder is the run's own and removed at its end.");
}

function unwritable(subject: string, found: string, needed: string): NadirError {
  return new NadirError({ code: "unwritable", subject, found, needed, next: "Give another path." });
}
