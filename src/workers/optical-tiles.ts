/**
 * Display tiles of an optical raster as RGBA.
 *
 * Coarser levels come from the file's overviews where it has them, else from averaging four finer tiles, and far out
 * from sampled blocks.
 */
import type { RasterFacts, RasterSource, ReadResult } from "../core/raster/raster";
import { placeTile, TILE_PX, type TileAddress } from "../core/raster/tile-grid";
import { type DisplayStretch, writeShown } from "../io/display-stretch";
import { readSampled } from "../io/read-preview";

const CACHED_TILES = 160;
/** Above this size averaging everything for the first picture would keep the user waiting; about 12 000 × 12 000. */
const HUGE_PX = 150_000_000;
/** Coarser tiles of huge rasters are sampled. */
const SAMPLED_LEVEL = 4;

export class OpticalTiles {
  readonly #source: RasterSource;
  readonly #stretch: DisplayStretch;
  readonly #cache = new Map<string, Promise<Uint8Array>>();

  constructor(source: RasterSource, stretch: DisplayStretch) {
    this.#source = source;
    this.#stretch = stretch;
  }

  /** RGBA texels, `TILE_PX * TILE_PX * 4` bytes, straight alpha; 0 alpha where the raster has no data. */
  async tile(address: TileAddress, signal?: AbortSignal): Promise<Uint8Array> {
    signal?.throwIfAborted();
    const key = `${address.level}/${address.x}/${address.y}`;
    const cached = this.#cache.get(key);
    if (cached !== undefined) {
      this.#cache.delete(key);
      this.#cache.set(key, cached);
      return cached;
    }
    const made = this.#make(address, signal);
    // Full-resolution tiles live on in the page's textures; only what coarser tiles are made of is kept here.
    if (address.level > 0) {
      this.#cache.set(key, made);
      made.catch(() => this.#cache.delete(key));
      if (this.#cache.size > CACHED_TILES) {
        this.#cache.delete(this.#cache.keys().next().value!);
      }
    }
    return made;
  }

  async #make(address: TileAddress, signal?: AbortSignal): Promise<Uint8Array> {
    if (address.level === 0) {
      return this.#read(address, 0, signal);
    }
    const overview = overviewFor(this.#source.facts, address.level);
    if (overview !== null) {
      return this.#read(address, overview, signal);
    }
    const { widthPx, heightPx } = this.#source.facts;
    const isSampled = address.level >= SAMPLED_LEVEL && widthPx * heightPx > HUGE_PX;
    return isSampled ? this.#sample(address, signal) : this.#fromFiner(address, signal);
  }

  /** Far out over a raster without overviews: the nearest samples of as many blocks as can be decoded in time. */
  async #sample(address: TileAddress, signal?: AbortSignal): Promise<Uint8Array> {
    const { facts } = this.#source;
    const { left, top, right, bottom } = placeTile(facts, address);
    const reduction = 2 ** address.level;
    const region = { col: left, row: top, widthPx: right - left, heightPx: bottom - top };
    const size = {
      widthPx: Math.max(1, Math.ceil(region.widthPx / reduction)),
      heightPx: Math.max(1, Math.ceil(region.heightPx / reduction)),
    };
    const bands = [...new Set(this.#stretch.bands)];
    const read = await readSampled(this.#source, { region, ...size, bands, ...(signal && { signal }) });
    return paint(read, size.widthPx, size.heightPx, this.#stretch, facts);
  }

  async #read(address: TileAddress, overview: number, signal?: AbortSignal): Promise<Uint8Array> {
    const { facts } = this.#source;
    const level = facts.levels[overview]!;
    const placed = placeTile(facts, address);
    const scaleX = level.widthPx / facts.widthPx;
    const scaleY = level.heightPx / facts.heightPx;
    const col = Math.floor(placed.left * scaleX);
    const row = Math.floor(placed.top * scaleY);
    const rect = {
      col,
      row,
      widthPx: Math.max(1, Math.min(level.widthPx, Math.ceil(placed.right * scaleX)) - col),
      heightPx: Math.max(1, Math.min(level.heightPx, Math.ceil(placed.bottom * scaleY)) - row),
    };
    const read = await this.#source.read({
      rect,
      bands: [...new Set(this.#stretch.bands)],
      level: overview,
      ...(signal && { signal }),
    });
    return paint(read, rect.widthPx, rect.heightPx, this.#stretch, facts);
  }

  async #fromFiner({ level, x, y }: TileAddress, signal?: AbortSignal): Promise<Uint8Array> {
    const { facts } = this.#source;
    const half = TILE_PX / 2;
    const out = new Uint8Array(TILE_PX * TILE_PX * 4);
    for (const [dx, dy] of [
      [0, 0],
      [1, 0],
      [0, 1],
      [1, 1],
    ] as const) {
      const child = { level: level - 1, x: 2 * x + dx, y: 2 * y + dy };
      const { left, top } = placeTile(facts, child);
      if (left < facts.widthPx && top < facts.heightPx) {
        halveInto(out, await this.tile(child, signal), dx * half, dy * half);
      }
    }
    return out;
  }
}

/** Overview whose reduction is that of the level (within 7 %), or null. */
function overviewFor(facts: RasterFacts, level: number): number | null {
  const found = facts.levels.findIndex(
    ({ widthPx }, index) => index > 0 && Math.abs(Math.log2(facts.widthPx / widthPx) - level) < 0.1,
  );
  return found > 0 ? found : null;
}

function paint(read: ReadResult, widthPx: number, heightPx: number, stretch: DisplayStretch, facts: RasterFacts) {
  const out = new Uint8Array(TILE_PX * TILE_PX * 4);
  const order = [...new Set(stretch.bands)];
  const channels = stretch.bands.map((band) => read.bands[order.indexOf(band)]!);
  const { palette } = facts;
  for (let row = 0; row < Math.min(heightPx, TILE_PX); row++) {
    for (let col = 0; col < Math.min(widthPx, TILE_PX); col++) {
      const pixel = row * widthPx + col;
      const at = (row * TILE_PX + col) * 4;
      if (read.valid !== null && read.valid[pixel] === 0) {
        continue;
      }
      writeShown(stretch, channels, pixel, palette, out, at);
      out[at + 3] = 255;
    }
  }
  return out;
}

/** Averages 2 × 2 texels, leaving transparent ones out, into a quadrant of `out`. */
function halveInto(out: Uint8Array, fine: Uint8Array, offsetX: number, offsetY: number): void {
  const half = TILE_PX / 2;
  for (let row = 0; row < half; row++) {
    for (let col = 0; col < half; col++) {
      const first = (2 * row * TILE_PX + 2 * col) * 4;
      const corners = [first, first + 4, first + TILE_PX * 4, first + TILE_PX * 4 + 4];
      let [red, green, blue, count] = [0, 0, 0, 0];
      for (const at of corners) {
        if (fine[at + 3]! > 0) {
          red += fine[at]!;
          green += fine[at + 1]!;
          blue += fine[at + 2]!;
          count++;
        }
      }
      if (count > 0) {
        const at = ((offsetY + row) * TILE_PX + offsetX + col) * 4;
        out[at] = red / count;
        out[at + 1] = green / count;
        out[at + 2] = blue / count;
        out[at + 3] = 255;
      }
    }
  }
}
