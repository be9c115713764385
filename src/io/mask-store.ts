/**
 * One-byte rasters (class ids, confidence) that a run writes and everybody else reads: in the browser's private file
 * system, so that the heap does not grow with the raster, or in memory where there is none (Node, private windows).
 *
 * Bytes are kept inverted in files: what was never written reads as 255, the nodata id, although new files are filled
 * with 0.
 */
import { NadirError } from "../core/errors";
import type { PixelRect } from "../core/raster/raster";
import type { GridSize } from "../core/raster/tile-grid";
import { SerialQueue } from "../core/serial-queue";
import { askStorage, openAccess, privateFolder, storageError, writeWhole } from "./private-storage";

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

/**
 * @throws {NadirError} `storage`, from every call, when the browser's storage fails or does not answer;
 *   `damaged-result` from `read` when the file is gone or was cut.
 */
export interface MaskStore extends MaskReader {
  readonly sink: MaskSink;
  /** Releases the file; what was written stays. Writing takes it again. */
  close(): Promise<void>;
  delete(): Promise<void>;
}

/** Where masks are kept. Files of the private file system outlive the page; memory belongs to whoever made the place. */
export interface MaskPlace {
  readonly kind: "opfs" | "memory";
  /** A new, empty mask; an older one with the same id is replaced. Writing files needs a dedicated worker. */
  create(id: string, size: GridSize): Promise<MaskStore>;
  /** A mask written earlier, perhaps before a reload; null when there is none of this size. */
  open(id: string, size: GridSize): Promise<MaskStore | null>;
  /** Does nothing when there is none. */
  delete(id: string): Promise<void>;
  list(): Promise<string[]>;
}

const FOLDER = "masks";

/** The private file system where the browser gives one, else memory. */
export async function findMaskPlace(): Promise<MaskPlace> {
  const folder = await privateFolder(FOLDER);
  return folder === null ? memoryMaskPlace() : opfsMaskPlace(folder);
}

export function memoryMaskPlace(): MaskPlace {
  const stores = new Map<string, MaskStore>();
  return {
    kind: "memory",
    async create(id, size) {
      const store = createMemoryMask(id, size);
      stores.set(id, { ...store, delete: async () => void stores.delete(id) });
      return stores.get(id)!;
    },
    async open(id, { widthPx, heightPx }) {
      const store = stores.get(id);
      return store?.widthPx === widthPx && store.heightPx === heightPx ? store : null;
    },
    async delete(id) {
      stores.delete(id);
    },
    list: async () => [...stores.keys()],
  };
}

/** @throws {NadirError} `out-of-memory` when the browser does not give that much. */
export function createMemoryMask(id: string, size: GridSize): MaskStore {
  checkSize(id, size);
  const { widthPx, heightPx } = size;
  const bytes = allocate(id, widthPx * heightPx).fill(255);
  const store: MaskStore = {
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
    async close() {},
    async delete() {},
  };
  return store;
}

function allocate(id: string, byteCount: number): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(byteCount);
  } catch (cause) {
    throw new NadirError(
      {
        code: "out-of-memory",
        subject: `result ${id}`,
        found: `There is no memory for ${byteCount} pixels.`,
        needed: "Where the browser gives no private storage, results are kept in memory, a byte for each pixel.",
        next: "Choose an area of interest, or use a browser window that is not private.",
      },
      { cause },
    );
  }
}

export function opfsMaskPlace(folder: FileSystemDirectoryHandle): MaskPlace {
  /** Of many access handles asked for at once Chromium 156 never hands some over. */
  const taking = new SerialQueue();
  const keepFile = (id: string, size: GridSize) => new FileMask(folder, id, size, { taking, remove });
  const remove = async (id: string): Promise<void> => {
    try {
      await askStorage(`result ${id}`, () => folder.removeEntry(fileName(id)));
    } catch (error) {
      if ((error as Error).name !== "NotFoundError") throw storageError(`result ${id}`, error);
    }
  };
  return {
    kind: "opfs",
    async create(id, size) {
      checkSize(id, size);
      await remove(id);
      const file = keepFile(id, size);
      await file.sink.writeRows({ col: 0, row: 0, widthPx: 1, heightPx: 1, values: UNWRITTEN });
      return file;
    },
    async open(id, size) {
      try {
        const { size: byteCount } = await fileOf(folder, id);
        return byteCount === size.widthPx * size.heightPx ? keepFile(id, size) : null;
      } catch (error) {
        if ((error as Error).name === "NotFoundError") return null;
        throw storageError(`result ${id}`, error);
      }
    },
    delete: remove,
    list: () =>
      askStorage("results", async () => {
        const ids: string[] = [];
        for await (const name of folder.keys()) if (name.endsWith(ENDING)) ids.push(name.slice(0, -ENDING.length));
        return ids;
      }),
  };
}

function fileOf(folder: FileSystemDirectoryHandle, id: string): Promise<File> {
  return askStorage(`result ${id}`, async () => (await folder.getFileHandle(fileName(id))).getFile());
}

/** A mask in a file. Whoever writes holds the file; reading needs no hold. */
class FileMask implements MaskStore {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly sink: MaskSink = { writeRows: (rows) => this.#writeRows(rows) };
  readonly #subject: string;
  #writer: Promise<FileSystemSyncAccessHandle> | null = null;

  constructor(
    private readonly folder: FileSystemDirectoryHandle,
    private readonly id: string,
    { widthPx, heightPx }: GridSize,
    private readonly place: { readonly taking: SerialQueue; readonly remove: (id: string) => Promise<void> },
  ) {
    this.widthPx = widthPx;
    this.heightPx = heightPx;
    this.#subject = `result ${id}`;
  }

  async read(rect: PixelRect): Promise<Uint8Array<ArrayBuffer>> {
    checkRect(this, rect);
    const { widthPx } = this;
    const out = new Uint8Array(rect.widthPx * rect.heightPx);
    const first = rect.row * widthPx;
    const wholeRows = rect.col === 0 && rect.widthPx === widthPx;
    const span = wholeRows ? out.length : (rect.heightPx - 1) * widthPx + rect.widthPx;
    const bytes = await this.#readSpan(first + rect.col, span);
    if (wholeRows) out.set(bytes);
    else {
      for (let row = 0; row < rect.heightPx; row++) {
        out.set(bytes.subarray(row * widthPx, row * widthPx + rect.widthPx), row * rect.widthPx);
      }
    }
    for (let index = 0; index < out.length; index++) out[index] = 255 - out[index]!;
    return out;
  }

  async close(): Promise<void> {
    const closing = this.#writer;
    this.#writer = null;
    (await closing?.catch(() => null))?.close();
  }

  async delete(): Promise<void> {
    await this.close();
    await this.place.remove(this.id);
  }

  async #writeRows(rows: MaskRows): Promise<void> {
    checkRect(this, rows);
    const handle = await this.#openWriter();
    const inverted = rows.values.map((value) => 255 - value) as Uint8Array<ArrayBuffer>;
    const step = rows.widthPx === this.widthPx ? inverted.length : rows.widthPx;
    try {
      for (let from = 0, row = rows.row; from < inverted.length; from += step, row++) {
        writeWhole(handle, inverted.subarray(from, from + step), row * this.widthPx + rows.col, this.#subject);
      }
      handle.flush();
    } catch (error) {
      throw storageError(this.#subject, error);
    }
  }

  #openWriter(): Promise<FileSystemSyncAccessHandle> {
    this.#writer ??= this.#takeFile().catch((cause) => {
      this.#writer = null;
      throw storageError(this.#subject, cause);
    });
    return this.#writer;
  }

  async #takeFile(): Promise<FileSystemSyncAccessHandle> {
    const bytes = this.widthPx * this.heightPx;
    const file = await askStorage(this.#subject, () => this.folder.getFileHandle(fileName(this.id), { create: true }));
    const handle = await this.place.taking.add(() => openAccess(file, this.#subject));
    try {
      if (handle.getSize() !== bytes) handle.truncate(bytes);
      return handle;
    } catch (error) {
      handle.close();
      throw error;
    }
  }

  async #readSpan(offset: number, length: number): Promise<Uint8Array> {
    const subject = this.#subject;
    try {
      const bytes = new Uint8Array(length);
      if (this.#writer !== null) {
        const read = (await this.#writer).read(bytes, { at: offset });
        if (read === length) return bytes;
      } else {
        // A File taken before another worker wrote can no longer be read; a fresh one can.
        const part = await askStorage(subject, async () => {
          const file = await (await this.folder.getFileHandle(fileName(this.id))).getFile();
          return file.slice(offset, offset + length).arrayBuffer();
        });
        if (part.byteLength === length) return new Uint8Array(part);
      }
      throw lostResult(subject, "Its file has become shorter.");
    } catch (error) {
      if ((error as Error).name !== "NotFoundError") throw storageError(subject, error);
      throw lostResult(subject, "It is not in the browser’s storage any more.");
    }
  }
}

/** What something else has taken away or cut: no attempt brings it back. */
export function lostResult(subject: string, found: string): NadirError {
  return new NadirError({
    code: "damaged-result",
    subject,
    found,
    needed: "Its pixels are needed to show, score or save it.",
    next: "Run the model again.",
  });
}

const ENDING = ".mask";
const UNWRITTEN = Uint8Array.of(255);

function fileName(id: string): string {
  return `${id.replace(/[^\w.-]/g, "_")}${ENDING}`;
}

function checkSize(id: string, { widthPx, heightPx }: GridSize): void {
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
