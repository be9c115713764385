/** A file on disk as the writers' sink: filled beside its final place, and put there whole when it is closed. */
import { type FileHandle, open, realpath, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import type { ByteSink } from "../io/byte-sink";
import { onDisk } from "./disk-error";
import { clearLeftBehind, ownTag } from "./left-behind";

export interface DiskSink extends ByteSink {
  /** Takes away what an export that did not end has left. */
  discard(): Promise<void>;
}

/**
 * A new file that appears under its name only when it is complete and on the disk; a link leads to it as before.
 *
 * @throws {NadirError} `unwritable`, from every call, when the system refuses it.
 */
export async function createDiskSink(path: string): Promise<DiskSink> {
  const target = await realpath(path).catch(() => path);
  const partial = partialOf(target);
  const handle = await onDisk(path, () => open(partial, "wx"));
  let isOpen = true;
  const letGo = async () => {
    if (isOpen) await handle.close();
    isOpen = false;
  };
  return {
    write: (position, bytes) => onDisk(path, () => writeAll(handle, bytes, position)),
    close: () =>
      onDisk(path, async () => {
        await handle.sync();
        await letGo();
        await rename(partial, target);
        await syncFolder(dirname(target));
      }),
    async discard() {
      await letGo().catch(() => undefined);
      await rm(partial, { force: true });
    },
  };
}

/** A small file as a whole, put in the place of an older one. @throws {NadirError} `unwritable`. */
export async function writeWholeFile(path: string, content: string | Uint8Array): Promise<void> {
  const sink = await createDiskSink(path);
  try {
    await sink.write(
      0,
      typeof content === "string" ? new TextEncoder().encode(content) : (content as Uint8Array<ArrayBuffer>),
    );
    await sink.close();
  } catch (error) {
    await sink.discard();
    throw error;
  }
}

/**
 * @returns What killed writers of this file had left beside it, and is gone now.
 * @throws {NadirError} `unwritable` when no file can be made where `createDiskSink` would make it.
 */
export async function probeFolder(path: string): Promise<readonly string[]> {
  const target = await realpath(path).catch(() => path);
  const partial = partialOf(target);
  await onDisk(path, async () => (await open(partial, "wx")).close());
  await rm(partial, { force: true });
  return clearParts(target);
}

/** Takes away what killed writers have left beside a file. */
export function clearParts(path: string): Promise<readonly string[]> {
  return clearLeftBehind(`${path}.`);
}

/** Writes every byte, however few the system takes at once. */
export async function writeAll(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    done += (await handle.write(bytes, done, bytes.length - done, position + done)).bytesWritten;
  }
}

function partialOf(path: string): string {
  return `${path}.${ownTag()}${crypto.randomUUID().slice(0, 4)}.part`;
}

/** A renamed file survives a power cut only when its folder is on the disk too; some systems cannot be asked for it. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r").catch(() => null);
  await folder?.sync().catch(() => undefined);
  await folder?.close();
}
