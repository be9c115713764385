/**
 * The files of a folder or of a `.zip` archive, folders and archives in it followed: what the page gets of a drop.
 *
 * Members of archives are unpacked to a folder on the disk for as long as a command runs, under the same paths and
 * times every time, so that an interrupted run finds its inputs again.
 */
import { openAsBlob } from "node:fs";
import { readdir, rm, stat, utimes, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative, sep } from "node:path";
import { NadirError } from "../core/errors";
import { isArchive, isSystemFile } from "../io/file-place";
import type { PlacedFile } from "../io/group-files";
import { type RefusedMember, unpackMembers } from "../io/unpack-archive";
import { onDisk } from "./disk-error";
import { makeFolder } from "./disk-place";

/** Its folder is the one below what was given, archives counted as folders. */
export type FoundFile = PlacedFile<{ readonly name: string; readonly path: string }>;

export interface FoundFiles {
  readonly files: readonly FoundFile[];
  /** Of archives, what is not taken. */
  readonly refused: readonly RefusedMember[];
}

/**
 * @param unpacked  Folder for what archives hold.
 * @throws {NadirError} `unwritable` when it cannot be filled.
 */
export async function folderFiles(path: string, unpacked: string): Promise<FoundFiles> {
  const facts = await stat(path);
  const top = facts.isDirectory() ? path : dirname(path);
  const found = facts.isDirectory() ? await filesBelow(path) : [path];
  const placed = (root: string, file: string): FoundFile => ({
    file: { name: basename(file), path: file },
    folder: relative(root, dirname(file)).replaceAll(sep, "/"),
  });
  const files: FoundFile[] = [];
  const refused: RefusedMember[] = [];
  for (const file of found) {
    if (!isArchive(file)) {
      files.push(placed(top, file));
      continue;
    }
    const inside = await unpackTo(join(unpacked, relative(top, file)), file);
    refused.push(...inside.refused);
    files.push(...inside.paths.map((member) => placed(unpacked, member)));
  }
  return { files, refused };
}

/** Lends a folder beside the outputs of a command for what archives hold; it is gone afterwards. */
export async function withUnpacked<T>(outFolder: string, use: (unpacked: string) => Promise<T>): Promise<T> {
  const unpacked = join(outFolder, "unpacked.nadir-run");
  const clear = () => rm(unpacked, { recursive: true, force: true });
  await onDisk(unpacked, clear);
  try {
    return await use(unpacked);
  } finally {
    await clear();
  }
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.flatMap((entry) => (entry.isFile() ? [join(entry.parentPath, entry.name)] : []));
  return files.filter((path) => !isSystemFile(relative(folder, path).replaceAll(sep, "/"))).sort();
}

async function unpackTo(folder: string, archivePath: string): Promise<{ paths: string[]; refused: RefusedMember[] }> {
  const archive = Object.assign(await openAsBlob(archivePath), { name: basename(archivePath) });
  const { mtime } = await stat(archivePath);
  const paths: string[] = [];
  const refused: RefusedMember[] = [];
  try {
    for await (const member of unpackMembers(archive)) {
      if ("error" in member) {
        refused.push(member);
        continue;
      }
      const path = join(folder, ...member.folder.split("/").slice(1), member.file.name);
      await makeFolder(dirname(path));
      await onDisk(path, async () => {
        await writeFile(path, member.file.stream());
        await utimes(path, mtime, mtime);
      });
      paths.push(path);
    }
  } catch (error) {
    if (!(error instanceof NadirError) || error.code === "unwritable") throw error;
    refused.push({ fileName: archive.name, error: error.facts });
  }
  return { paths: paths.sort(), refused };
}
