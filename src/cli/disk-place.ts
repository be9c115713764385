/** A folder on disk as the place of a hand-over. */
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { HandOverPlace } from "../outputs/hand-over/write-hand-over";
import { diskError, onDisk } from "./disk-error";
import { createDiskSink } from "./file-sink";

/** Files appear under their names when they are complete. */
export function diskPlace(root: string): HandOverPlace {
  return {
    async open(path) {
      const target = join(root, path);
      await makeFolder(dirname(target));
      return createDiskSink(target);
    },
  };
}

/**
 * With the folders it lies in. Not Node's own way of it, which under /proc never comes to an end (Node 20).
 *
 * @throws {NadirError} `unwritable`.
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return;
    const parent = dirname(path);
    if (code !== "ENOENT" || parent === path) throw diskError(path, error);
    await makeFolder(parent);
    await onDisk(path, () => mkdir(path));
  }
}
