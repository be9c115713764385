/**
 * The masks of one studio by id: whatever is written, read and deleted goes through one object, made by whoever serves
 * them (the raster worker, a process), so that two writers never meet in one file and nobody reads half a result.
 */
import type { PixelRect } from "../core/raster/raster";
import type { GridSize } from "../core/raster/tile-grid";
import { SerialQueue } from "../core/serial-queue";
import { lostResult, type MaskPlace, type MaskReader, type MaskSink, type MaskStore } from "./mask-store";

/** @throws {NadirError} `storage`, from every call, when the browser's storage fails or does not answer. */
export interface Masks {
  /** In "memory" everything is gone when the page is closed. */
  kind(): Promise<MaskPlace["kind"]>;
  /** @throws AbortError when the mask was deleted, {NadirError} `damaged-result` when it is not there. */
  reader(maskId: string, size: GridSize): Promise<MaskReader>;
  /** A new mask that can be read, and gone on with, while it is being written: a run's. */
  create(maskId: string, size: GridSize): Promise<MaskStore>;
  /** A mask written in part, to be written further. @throws {NadirError} `damaged-result` when it is not there. */
  goOn(maskId: string, size: GridSize): Promise<MaskStore>;
  /**
   * Masks made from others, one call after the other. `write` fills them aside; they are put in the place of older ones
   * when all are complete, and nothing is left when it fails. What is deleted meanwhile is gone afterwards.
   *
   * @param maskIds  Null where one is not wanted; there is then no sink for it.
   */
  derive<T>(
    maskIds: readonly (string | null)[],
    size: GridSize,
    write: (sinks: readonly (MaskSink | null)[]) => Promise<T>,
  ): Promise<T>;
  delete(maskIds: readonly string[]): Promise<void>;
  /** Ids of all masks that lie in the place, whoever's they are. */
  list(): Promise<string[]>;
  /** True when masks of these names and of this size are there. */
  has(maskIds: readonly string[], size: GridSize): Promise<boolean>;
  /** The same pixels under another name. */
  copy(fromId: string, toId: string, size: GridSize): Promise<void>;
}

const COPIED_BYTES = 1 << 22;

export function createMasks(place: Promise<MaskPlace>): Masks {
  return new PlacedMasks(place);
}

class PlacedMasks implements Masks {
  readonly #place: Promise<MaskPlace>;
  /** By id; what replaces a mask has a name of its own. */
  readonly #open = new Map<string, MaskStore>();
  readonly #making = new Set<string>();
  readonly #deleted = new Set<string>();
  readonly #jobs = new SerialQueue();
  #lastReplacement = 0;

  constructor(place: Promise<MaskPlace>) {
    this.#place = place;
  }

  async kind() {
    return (await this.#place).kind;
  }

  async reader(maskId: string, size: GridSize): Promise<MaskReader> {
    const { widthPx, heightPx } = await this.goOn(maskId, size);
    return { widthPx, heightPx, read: (rect) => this.#readNewest(maskId, size, rect) };
  }

  async create(maskId: string, size: GridSize): Promise<MaskStore> {
    await this.#open.get(maskId)?.delete();
    const store = await (await this.#place).create(maskId, size);
    this.#open.set(maskId, store);
    this.#deleted.delete(maskId);
    return store;
  }

  async goOn(maskId: string, size: GridSize): Promise<MaskStore> {
    const store = await this.#find(maskId, size);
    if (store !== null) return store;
    if (this.#deleted.has(maskId)) throw new DOMException(`mask ${maskId} was deleted`, "AbortError");
    throw lostResult(`result ${maskId}`, "It is not in the browser’s storage any more.");
  }

  derive<T>(
    maskIds: readonly (string | null)[],
    size: GridSize,
    write: (sinks: readonly (MaskSink | null)[]) => Promise<T>,
  ): Promise<T> {
    const wanted = maskIds.filter((maskId) => maskId !== null);
    for (const maskId of wanted) this.#deleted.delete(maskId);
    return this.#jobs.add(async () => {
      const made = new Map<string, MaskStore>();
      try {
        for (const maskId of wanted) {
          this.#making.add(maskId);
          const name = this.#open.has(maskId) ? `${maskId}.${++this.#lastReplacement}` : maskId;
          made.set(maskId, await (await this.#place).create(name, size));
        }
        const result = await write(maskIds.map((maskId) => made.get(maskId ?? "")?.sink ?? null));
        for (const [maskId, store] of made) await this.#replace(maskId, store);
        return result;
      } catch (error) {
        for (const store of made.values()) await store.delete().catch(() => undefined);
        throw error;
      } finally {
        for (const maskId of wanted) this.#making.delete(maskId);
      }
    });
  }

  async delete(maskIds: readonly string[]): Promise<void> {
    for (const maskId of maskIds) await this.#remove(maskId);
  }

  async list() {
    return (await this.#place).list();
  }

  async has(maskIds: readonly string[], size: GridSize): Promise<boolean> {
    for (const maskId of maskIds) if ((await this.#find(maskId, size)) === null) return false;
    return true;
  }

  async copy(fromId: string, toId: string, size: GridSize): Promise<void> {
    const from = await this.reader(fromId, size);
    const to = await this.create(toId, size);
    try {
      const rowsAtOnce = Math.max(1, Math.floor(COPIED_BYTES / size.widthPx));
      for (let row = 0; row < size.heightPx; row += rowsAtOnce) {
        const rect = { col: 0, row, widthPx: size.widthPx, heightPx: Math.min(rowsAtOnce, size.heightPx - row) };
        await to.sink.writeRows({ ...rect, values: await from.read(rect) });
      }
      await to.close();
    } catch (error) {
      await this.#remove(toId).catch(() => undefined);
      throw error;
    }
  }

  async #find(maskId: string, size: GridSize): Promise<MaskStore | null> {
    const open = this.#open;
    if (!open.has(maskId) && this.#making.has(maskId)) return null;
    const store = open.get(maskId) ?? (await (await this.#place).open(maskId, size));
    if (store !== null && !open.has(maskId) && !this.#deleted.has(maskId)) open.set(maskId, store);
    return open.get(maskId) ?? null;
  }

  /** A mask may be replaced while it is read; the new one then answers. */
  async #readNewest(maskId: string, size: GridSize, rect: PixelRect): Promise<Uint8Array<ArrayBuffer>> {
    const store = await this.goOn(maskId, size);
    try {
      return await store.read(rect);
    } catch (error) {
      if (this.#open.get(maskId) === store) throw error;
      return this.#readNewest(maskId, size, rect);
    }
  }

  /** Puts a mask that is complete in the place of the older one, unless it was deleted meanwhile. */
  async #replace(maskId: string, store: MaskStore): Promise<void> {
    await store.close();
    if (this.#deleted.has(maskId)) return store.delete();
    const older = this.#open.get(maskId);
    this.#open.set(maskId, store);
    // What cannot be deleted now is when the next visit cleans up.
    await older?.delete().catch(() => undefined);
  }

  async #remove(maskId: string): Promise<void> {
    const store = this.#open.get(maskId);
    this.#open.delete(maskId);
    this.#deleted.add(maskId);
    if (store !== undefined) await store.delete();
    else if (!this.#making.has(maskId)) await (await this.#place).delete(maskId);
  }
}
