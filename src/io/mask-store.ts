/**
 * One-byte rasters (class ids, confidence) that a run writes and everybody else reads: in the browser's private file
 * system (OPFS), so that the heap does not grow with the raster, or in memory where there is none (Node, old browsers).
 *
 * Bytes are kept inverted: what was never written reads as 255, the nodata id, although new files are filled with 0.
 */
import { NadirError } from "../core/errors";
import type { PixelRect } from "../core/raster/raster";

/** A block of finished pixels; `values` is row-major, `widthPx * heightPx` bytes. */
export interface MaskRows extends PixelRect {
  readonly values: Uint8Array;
}

export interface MaskSink {
  writeRows(rows: MaskRows): Promise<void>;
}

export interface MaskReader {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Row-major bytes of a rectangle inside the raster; 255 where nothing was written. */
  read(rect: PixelRect): Promise<Uint8Array<ArrayBuffer>>;
}

export interface MaskStore extends MaskReader {
  readonly id: string;
  readonly kind: "opfs" | "memory";
  readonly sink: MaskSink;
  /**
   * Takes the file for writing, as the first write would. Done before a run begins: in Chromium 156 a file asked for
   * while the worker was busy inside WebAssembly for seconds was sometimes never handed over.
   */
  open(): Promise<void>;
  /** Releases the file; what was written stays. Reading and writing open it again. */
  close(): Promise<void>;
  delete(): Promise<void>;
}

const FOLDER = "masks";

/**
 * A new, empty store; an older one with the same id is replaced.
 *
 * In browsers writing needs a dedicated worker; reading works everywhere and from several workers at once.
 */
export async function createMaskStore(id: string, widthPx: number, heightPx: number): Promise<MaskStore> {
  checkSize(id, widthPx, heightPx);
  const folder = await privateFolder();
  if (folder === null) return createMemoryMaskStore(id, widthPx, heightPx);
  const store = opfsStore(folder, id, widthPx, heightPx);
  await store.delete();
  return store;
}

/** A store written earlier, perhaps by another worker or before a reload; null when there is none of this size. */
export async function openMaskStore(id: string, widthPx: number, heightPx: number): Promise<MaskStore | null> {
  const folder = await privateFolder();
  if (folder === null) return memoryStores.get(id) ?? null;
  try {
    await folder.getFileHandle(fileName(id));
  } catch {
    return null;
  }
  return opfsStore(folder, id, widthPx, heightPx);
}

/** Bytes of a kept store, which are its pixels; null when there is none. */
export async function maskStoreBytes(id: string): Promise<number | null> {
  const folder = await privateFolder();
  if (folder === null) {
    const store = memoryStores.get(id);
    return store === undefined ? null : store.widthPx * store.heightPx;
  }
  try {
    return (await (await folder.getFileHandle(fileName(id))).getFile()).size;
  } catch {
    return null;
  }
}

/** Ids of all stores kept in this browser (or process). */
export async function listMaskStores(): Promise<string[]> {
  const folder = await privateFolder();
  if (folder === null) return [...memoryStores.keys()];
  const ids: string[] = [];
  for await (const name of folder.keys()) if (name.endsWith(".mask")) ids.push(name.slice(0, -5));
  return ids;
}

const memoryStores = new Map<string, MaskStore>();

export function createMemoryMaskStore(id: string, widthPx: number, heightPx: number): MaskStore {
  checkSize(id, widthPx, heightPx);
  const bytes = new Uint8Array(widthPx * heightPx).fill(255);
  const store: MaskStore = {
    id,
    kind: "memory",
    widthPx,
    heightPx,
    sink: {
      async writeRows(rows) {
        checkRect(store, rows);
        for (let row = 0; row < rows.heightPx; row++) {
          const from = row * rows.widthPx;
          bytes.set(rows.values.subarray(from, from + rows.widthPx), (rows.row + row) * widthPx + rows.col);
        }
      },
    },
    async read(rect) {
      checkRect(store, rect);
      const out = new Uint8Array(rect.widthPx * rect.heightPx);
      for (let row = 0; row < rect.heightPx; row++) {
        const from = (rect.row + row) * widthPx + rect.col;
        out.set(bytes.subarray(from, from + rect.widthPx), row * rect.widthPx);
      }
      return out;
    },
    async open() {},
    async close() {},
    async delete() {
      memoryStores.delete(id);
    },
  };
  memoryStores.set(id, store);
  return store;
}

function opfsStore(folder: FileSystemDirectoryHandle, id: string, widthPx: number, heightPx: number): MaskStore {
  let writer: FileSystemSyncAccessHandle | null = null;

  async function openWriter(): Promise<FileSystemSyncAccessHandle> {
    if (writer !== null) return writer;
    try {
      const handle = await folder.getFileHandle(fileName(id), { create: true });
      writer = await handle.createSyncAccessHandle();
      if (writer.getSize() !== widthPx * heightPx) writer.truncate(widthPx * heightPx);
      return writer;
    } catch (cause) {
      throw storageError(id, cause);
    }
  }

  const store: MaskStore = {
    id,
    kind: "opfs",
    widthPx,
    heightPx,
    sink: {
      async writeRows(rows) {
        checkRect(store, rows);
        const handle = await openWriter();
        const inverted = rows.values.map((value) => 255 - value);
        const step = rows.widthPx === widthPx ? inverted.length : rows.widthPx;
        for (let from = 0, row = rows.row; from < inverted.length; from += step, row++) {
          const chunk = inverted.subarray(from, from + step);
          const written = handle.write(chunk, { at: row * widthPx + rows.col });
          if (written !== chunk.length)
            throw storageError(id, new Error(`${written} of ${chunk.length} bytes written`));
        }
        handle.flush();
      },
    },
    async read(rect) {
      checkRect(store, rect);
      const out = new Uint8Array(rect.widthPx * rect.heightPx);
      const first = rect.row * widthPx;
      const wholeRows = rect.col === 0 && rect.widthPx === widthPx;
      const span = wholeRows ? out.length : (rect.heightPx - 1) * widthPx + rect.widthPx;
      const bytes = await readSpan(first + rect.col, span);
      if (wholeRows) out.set(bytes);
      else {
        for (let row = 0; row < rect.heightPx; row++) {
          out.set(bytes.subarray(row * widthPx, row * widthPx + rect.widthPx), row * rect.widthPx);
        }
      }
      for (let index = 0; index < out.length; index++) out[index] = 255 - out[index]!;
      return out;
    },
    async open() {
      await openWriter();
    },
    async close() {
      writer?.close();
      writer = null;
    },
    async delete() {
      await store.close();
      await folder.removeEntry(fileName(id)).catch((error: unknown) => {
        if ((error as Error).name !== "NotFoundError") throw storageError(id, error);
      });
    },
  };

  /** A File taken before another worker wrote can no longer be read; a fresh one can. */
  async function readSpan(offset: number, length: number): Promise<Uint8Array> {
    if (writer !== null) {
      const bytes = new Uint8Array(length);
      writer.read(bytes, { at: offset });
      return bytes;
    }
    for (let attempt = 0; ; attempt++) {
      try {
        const handle = await folder.getFileHandle(fileName(id));
        const file = await handle.getFile();
        const bytes = new Uint8Array(length);
        bytes.set(new Uint8Array(await file.slice(offset, offset + length).arrayBuffer()));
        return bytes;
      } catch (error) {
        const { name } = error as Error;
        if (name === "NotFoundError") return new Uint8Array(length);
        if (attempt >= 3) throw storageError(id, error);
      }
    }
  }

  return store;
}

async function privateFolder(): Promise<FileSystemDirectoryHandle | null> {
  const { navigator } = globalThis as { navigator?: { storage?: Partial<StorageManager> } };
  const { storage } = navigator ?? {};
  if (storage?.getDirectory === undefined) return null;
  try {
    const root = await (storage as StorageManager).getDirectory();
    return await root.getDirectoryHandle(FOLDER, { create: true });
  } catch {
    // Private windows may refuse; the run then lives in memory.
    return null;
  }
}

function fileName(id: string): string {
  return `${id.replace(/[^\w.-]/g, "_")}.mask`;
}

function checkSize(id: string, widthPx: number, heightPx: number): void {
  if (!Number.isInteger(widthPx) || !Number.isInteger(heightPx) || widthPx < 1 || heightPx < 1) {
    throw new RangeError(`mask ${id} of ${widthPx} × ${heightPx} pixels`);
  }
}

function checkRect(store: MaskReader, rect: PixelRect): void {
  const { col, row, widthPx, heightPx } = rect;
  if (
    col < 0 ||
    row < 0 ||
    widthPx < 1 ||
    heightPx < 1 ||
    col + widthPx > store.widthPx ||
    row + heightPx > store.heightPx
  ) {
    throw new RangeError(
      `rectangle ${widthPx}×${heightPx} at (${col}, ${row}) leaves the mask of ${store.widthPx}×${store.heightPx}`,
    );
  }
}

function storageError(id: string, cause: unknown): NadirError {
  const { message, name } = cause as Error;
  const full = name === "QuotaExceededError";
  return new NadirError(
    {
      code: "storage",
      subject: `result ${id}`,
      found: full ? "The browser's storage is full." : `The browser's private storage failed (${message}).`,
      needed: "Results are kept there while the studio is open.",
      next: full ? "Delete older runs, or free disk space." : "Reload the page and try again.",
    },
    { cause },
  );
}
