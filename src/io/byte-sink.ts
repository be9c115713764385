/**
 * Where an export's bytes go: a file on disk, or a Blob for download. Writers append data and come back once to the
 * start, when the directory of what they wrote is known.
 */

import { NadirError } from "../core/errors";

export interface ByteSink {
  write(position: number, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  close(): Promise<void>;
}

/** Collects a Blob; memory is the browser's, which spills large Blobs to disk. */
export function createBlobSink(type: string): ByteSink & { toBlob(): Blob } {
  const parts: { position: number; data: Blob }[] = [];
  let end = 0;
  return {
    async write(position, bytes) {
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

/**
 * For exports of any size: a file in the browser's private file system where there is one, which a download then reads
 * from disk; memory otherwise. Needs a dedicated worker to be on disk. Files of earlier exports are removed.
 */
export async function createExportSink(type: string): Promise<FileSink> {
  const handle = await createExportFile();
  if (handle === null) {
    const { toBlob, ...sink } = createBlobSink(type);
    return { ...sink, toBlob: async () => toBlob() };
  }
  const access = await handle.createSyncAccessHandle();
  return {
    async write(position, bytes) {
      const written = access.write(bytes, { at: position });
      if (written !== bytes.length) {
        access.close();
        throw new NadirError({
          code: "storage",
          found: "The browser's storage is full.",
          needed: "The export is put together there.",
          next: "Delete older runs, or free disk space.",
        });
      }
    },
    async close() {
      access.flush();
      access.close();
    },
    async toBlob() {
      const file = await handle.getFile();
      return file.slice(0, file.size, type);
    },
  };
}

async function createExportFile(): Promise<FileSystemFileHandle | null> {
  const { navigator } = globalThis as { navigator?: { storage?: Partial<StorageManager> } };
  const { storage } = navigator ?? {};
  const isWorker = "FileSystemSyncAccessHandle" in globalThis && "DedicatedWorkerGlobalScope" in globalThis;
  if (storage?.getDirectory === undefined || !isWorker) return null;
  try {
    const root = await (storage as StorageManager).getDirectory();
    const folder = await root.getDirectoryHandle(EXPORT_FOLDER, { create: true });
    await removeOldExports(folder);
    return await folder.getFileHandle(crypto.randomUUID(), { create: true });
  } catch {
    // Private windows may refuse; memory then has to do.
    return null;
  }
}

/** A download may still be reading the last one, so only files an hour old go. */
async function removeOldExports(folder: FileSystemDirectoryHandle): Promise<void> {
  for await (const [name, entry] of folder.entries()) {
    const file = await (entry as FileSystemFileHandle).getFile();
    if (Date.now() - file.lastModified > 3_600_000) await folder.removeEntry(name).catch(() => undefined);
  }
}
