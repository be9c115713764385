/** A folder on disk as the place of a hand-over. */
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { HandOverPlace } from "../outputs/hand-over/write-hand-over";
import { onDisk } from "./disk-error";
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

/** @throws {NadirError} `unwritable`. */
export async function makeFolder(path: string): Promise<void> {
  await onDisk(path, () => mkdir(path, { recursive: true }));
}
