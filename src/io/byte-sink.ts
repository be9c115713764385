/**
 * Where an export's bytes go: a file on disk, or a Blob for download. Writers append data and come back once to the
 * start, when the directory of what they wrote is known.
 */

import { NadirError } from "../core/errors";
import { askStorage, openAccess, privateFolder, storageError, writeWhole } from "./private-storage";

export interface ByteSink {
  write(position: number, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  close(): Promise<void>;
}

/**
 * Collects a Blob; memory is the browser's, which spills large Blobs to disk.
 *
 * @param mostBytes  Beyond it writing fails.
 */
export function createBlobSink(type: string, mostBytes = Number.POSITIVE_INFINITY): ByteSink & { toBlob(): Blob } {
  const parts: { position: number; data: Blob }[] = [];
  let end = 0;
  return {
    async write(position, bytes) {
      if (position + bytes.length > mostBytes) throw exportTooLarge(mostBytes);
      if (position > end) parts.push({ position: end, data: new Blob([new Uint8Array(position - end)]) });
      if (position < end) {
        const replaced = parts.findIndex((part) => part.position === position && part.data.size === bytes.length);
        if (replaced < 0) throw new RangeError(`bytes at ${position} were not written as one piece`);
        parts[replaced] = { position, data: new Blob([bytes]) };
        return;
      }
      parts.push({ position, data: new Blob([bytes]) });
      end = position + bytes.length;
    },
    async close() {},
    toBlob: () =>
      new Blob(
        parts.map((part) => part.data),
        { type },
      ),
  };
}

/** A sink whose bytes can be fetched as a file when all is written. */
export interface FileSink extends ByteSink {
  /** After `close`. In browsers the file lies on disk, not in memory. */
  toBlob(): Promise<Blob>;
}

const EXPORT_FOLDER = "exports";

/** Of an export put together in memory: what browsers bear in one tab beside the masks themselves. */
const MOST_MEMORY_BYTES = 2 ** 30;

/**
 * For exports of any size: a file in the browser's private file system where there is one, which a download then reads
 * from disk; memory otherwise. Needs a dedicated worker to be on disk. Files of earlier exports are removed.
 *
 * @throws {NadirError} `storage`, from every call, when the storage fails, is full or does not answer;
 *   `out-of-memory` from `write` when there is only memory and the export is too large for it.
 */
export async function createExportSink(type: string): Promise<FileSink> {
  const file = await createExportFile();
  if (file === null) {
    const { toBlob, ...sink } = createBlobSink(type, MOST_MEMORY_BYTES);
    return { ...sink, toBlob: async () => toBlob() };
  }
  const access = await openAccess(file, "export");
  return {
    async write(position, bytes) {
      try {
        writeWhole(access, bytes, position, "export");
      } catch (error) {
        access.close();
        throw storageError("export", error);
      }
    },
    async close() {
      try {
        access.flush();
      } catch (error) {
        throw storageError("export", error);
      } finally {
        access.close();
      }
    },
    async toBlob() {
      const written = await askStorage("export", () => file.getFile());
      return written.slice(0, written.size, type);
    },
  };
}

async function createExportFile(): Promise<FileSystemFileHandle | null> {
  const isWorker = "FileSystemSyncAccessHandle" in globalThis && "DedicatedWorkerGlobalScope" in globalThis;
  const folder = isWorker ? await privateFolder(EXPORT_FOLDER) : null;
  if (folder === null) return null;
  await askStorage("export", () => removeOldExports(folder));
  return askStorage("export", () => folder.getFileHandle(crypto.randomUUID(), { create: true }));
}

/** A download may still be reading the last one, so only files an hour old go. */
async function removeOldExports(folder: FileSystemDirectoryHandle): Promise<void> {
  for await (const [name, entry] of folder.entries()) {
    const file = await (entry as FileSystemFileHandle).getFile();
    if (Date.now() - file.lastModified > 3_600_000) await folder.removeEntry(name).catch(() => undefined);
  }
}

function exportTooLarge(mostBytes: number): NadirError {
  return new NadirError({
    code: "out-of-memory",
    subject: "export",
    found: `It is larger than ${mostBytes / 2 ** 20} MiB, and this browser gives no private storage to put it together in.`,
    needed: "In memory an export must stay below that.",
    next: "Use a browser window that is not private, another browser, or the command line; PNG is smaller than GeoTIFF.",
  });
}
