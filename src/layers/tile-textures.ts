/**
 * Textures of the tiles that were seen lately, shared by every pane and layer of one canvas.
 *
 * A tile is loaded once however many panes show it, uploaded once, and destroyed when the budget is spent and it has
 * not been drawn for longest. Requests run newest first: what was scrolled past is loaded last.
 */
import type { Device, Texture } from "@luma.gl/core";
import { TILE_PX, type TileAddress } from "../core/raster/tile-grid";
import type { TileSource } from "./tile-source";

const MAX_IN_FLIGHT = 6;
const MAX_WAITING = 96;
const BUDGET_BYTES = 512 * 1024 * 1024;

interface Entry {
  readonly sourceId: string;
  readonly revision: number;
  readonly bytes: number;
  data: Uint8Array | null;
  texture: Texture | null;
  usedAt: number;
}

interface Wanted {
  readonly key: string;
  readonly source: TileSource;
  readonly tile: TileAddress;
}

export class TileTextures {
  /** Called when a tile has arrived and a redraw is worth it. */
  onArrival: () => void = () => {};
  /** Called when a tile could not be loaded; it is not asked for again. */
  onFailure: (source: TileSource, error: unknown) => void = () => {};

  readonly #entries = new Map<string, Entry>();
  readonly #inFlight = new Map<string, { readonly controller: AbortController; readonly revision: number }>();
  readonly #failed = new Set<string>();
  #waiting: Wanted[] = [];
  #clock = 0;
  #bytes = 0;
  /** Class-id and image tiles uploaded since the start; palette changes must not move it. */
  #uploads = 0;

  get bytes(): number {
    return this.#bytes;
  }

  get uploads(): number {
    return this.#uploads;
  }

  /** True while nothing is being loaded or waits to be. */
  get settled(): boolean {
    return this.#inFlight.size === 0 && this.#waiting.length === 0;
  }

  /** The texture if it is here; otherwise null, and the tile is asked for when `ask` is set. */
  get(device: Device, source: TileSource, tile: TileAddress, ask: boolean): Texture | null {
    const key = tileKey(source, tile);
    const entry = this.#entries.get(key);
    if (entry === undefined) {
      if (ask) {
        this.#request({ key, source, tile });
      }
      return null;
    }
    if (ask && entry.revision < (source.revision ?? 0)) {
      this.#request({ key, source, tile });
    }
    entry.usedAt = ++this.#clock;
    if (entry.texture === null && entry.data !== null) {
      entry.texture = createTileTexture(device, key, source.format, entry.data);
      entry.data = null;
      this.#uploads++;
    }
    return entry.texture;
  }

  /** Drops every tile of a source, for pixels that no longer exist; those on their way are not waited for. */
  forget(sourceId: string): void {
    const isOfIt = (key: string) => key.startsWith(`${sourceId}/`);
    this.#waiting = this.#waiting.filter(({ source }) => source.id !== sourceId);
    for (const [key, { controller }] of this.#inFlight) {
      if (isOfIt(key)) {
        controller.abort();
      }
    }
    for (const key of [...this.#failed].filter(isOfIt)) {
      this.#failed.delete(key);
    }
    for (const [key, entry] of this.#entries) {
      if (entry.sourceId === sourceId) {
        this.#drop(key, entry);
      }
    }
  }

  destroy(): void {
    for (const { controller } of this.#inFlight.values()) {
      controller.abort();
    }
    this.#waiting = [];
    for (const [key, entry] of this.#entries) {
      this.#drop(key, entry);
    }
  }

  #request(wanted: Wanted): void {
    const coming = this.#inFlight.get(wanted.key);
    if (this.#failed.has(wanted.key) || (coming !== undefined && coming.revision >= (wanted.source.revision ?? 0))) {
      return;
    }
    this.#waiting = [wanted, ...this.#waiting.filter(({ key }) => key !== wanted.key)].slice(0, MAX_WAITING);
    this.#pump();
  }

  #pump(): void {
    while (this.#inFlight.size < MAX_IN_FLIGHT) {
      // A newer revision of a tile that is on its way waits for it.
      const next = this.#waiting.find(({ key }) => !this.#inFlight.has(key));
      if (next === undefined) {
        return;
      }
      this.#waiting = this.#waiting.filter((wanted) => wanted !== next);
      void this.#load(next);
    }
  }

  async #load({ key, source, tile }: Wanted): Promise<void> {
    const controller = new AbortController();
    this.#inFlight.set(key, { controller, revision: source.revision ?? 0 });
    try {
      const data = await source.load(tile, controller.signal);
      if (controller.signal.aborted) {
        return;
      }
      const older = this.#entries.get(key);
      if (older !== undefined) {
        this.#drop(key, older);
      }
      this.#entries.set(key, {
        sourceId: source.id,
        revision: source.revision ?? 0,
        bytes: data.byteLength,
        data,
        texture: null,
        usedAt: ++this.#clock,
      });
      this.#bytes += data.byteLength;
      this.#evict();
    } catch (error) {
      if (!controller.signal.aborted) {
        this.#failed.add(key);
        this.onFailure(source, error);
      }
    } finally {
      this.#inFlight.delete(key);
      this.#pump();
      this.onArrival();
    }
  }

  #evict(): void {
    if (this.#bytes <= BUDGET_BYTES) {
      return;
    }
    const oldest = [...this.#entries].sort(([, first], [, second]) => first.usedAt - second.usedAt);
    for (const [key, entry] of oldest) {
      if (this.#bytes <= BUDGET_BYTES * 0.8) {
        return;
      }
      this.#drop(key, entry);
    }
  }

  #drop(key: string, entry: Entry): void {
    entry.texture?.destroy();
    this.#entries.delete(key);
    this.#bytes -= entry.bytes;
  }
}

function tileKey(source: TileSource, { level, x, y }: TileAddress): string {
  return `${source.id}/${level}/${x}/${y}`;
}

function createTileTexture(device: Device, id: string, format: TileSource["format"], data: Uint8Array): Texture {
  // Labels are never interpolated. Photos are smoothed when shrunk and show their real pixels when enlarged.
  const minFilter = format === "ids" ? "nearest" : "linear";
  const texture = device.createTexture({
    id,
    width: TILE_PX,
    height: TILE_PX,
    format: format === "ids" ? "r8unorm" : "rgba8unorm",
    mipLevels: 1,
    sampler: { minFilter, magFilter: "nearest", addressModeU: "clamp-to-edge", addressModeV: "clamp-to-edge" },
  });
  texture.writeData(data);
  return texture;
}
