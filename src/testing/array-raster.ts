/** Rasters that live in arrays: what the engine's tests feed it instead of files. */
import type { Geotransform } from "../core/georef/geotransform";
import type { BandArray, DType } from "../core/raster/dtype";
import type { PixelRect, RasterFacts, RasterSource, ReadRequest, ReadResult } from "../core/raster/raster";
import type { BandRole } from "../core/vocabulary/band-roles";
import { allocateBand } from "../core/windows/row-ring";

export interface ArrayRasterOptions {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly roles: readonly BandRole[];
  readonly dtype?: DType;
  readonly nodata?: number | null;
  readonly geotransform?: Geotransform | null;
  readonly blockHeightPx?: number;
  /** Stored value of a band at (col, row). */
  readonly value: (band: number, col: number, row: number) => number;
  /** Pixels the file's mask calls missing. */
  readonly missing?: (col: number, row: number) => boolean;
}

export interface ArrayRaster extends RasterSource {
  /** Every rectangle read so far, in order. */
  readonly reads: PixelRect[];
  closed: boolean;
}

export function arrayRaster(options: ArrayRasterOptions): ArrayRaster {
  const { widthPx, heightPx, roles, dtype = "uint8", nodata = null, geotransform = null, missing } = options;
  const facts: RasterFacts = {
    fileName: "array.tif",
    fileBytes: 0,
    format: "geotiff",
    widthPx,
    heightPx,
    bands: roles.map((role, index) => ({
      index,
      dtype,
      name: null,
      role,
      roleReason: "set by the test",
      nodata,
      scale: 1,
      offset: 0,
    })),
    palette: null,
    blockWidthPx: widthPx,
    blockHeightPx: options.blockHeightPx ?? 64,
    levels: [{ widthPx, heightPx }],
    geotransform,
    crs: null,
    ...(missing !== undefined && { mask: "mask" }),
    notes: [],
  };
  const reads: PixelRect[] = [];
  return {
    facts,
    reads,
    closed: false,
    async read({ rect, bands, signal }: ReadRequest): Promise<ReadResult> {
      signal?.throwIfAborted();
      requireInside(rect, widthPx, heightPx);
      reads.push(rect);
      const arrays = bands.map((band) =>
        fill(allocateBand(dtype, rect.widthPx * rect.heightPx), rect, (col, row) => options.value(band, col, row)),
      );
      return { bands: arrays, valid: validity(rect, arrays, nodata, missing) };
    },
    close() {
      this.closed = true;
    },
  };
}

function fill(array: BandArray, rect: PixelRect, value: (col: number, row: number) => number): BandArray {
  for (let y = 0, at = 0; y < rect.heightPx; y++) {
    for (let x = 0; x < rect.widthPx; x++) array[at++] = value(rect.col + x, rect.row + y);
  }
  return array;
}

function validity(
  rect: PixelRect,
  arrays: readonly BandArray[],
  nodata: number | null,
  missing: ArrayRasterOptions["missing"],
): Uint8Array | null {
  const mayBeLost = missing !== undefined || nodata !== null || arrays.some((array) => array instanceof Float32Array);
  if (!mayBeLost) return null;
  const valid = new Uint8Array(rect.widthPx * rect.heightPx).fill(1);
  let any = false;
  for (let at = 0; at < valid.length; at++) {
    const col = rect.col + (at % rect.widthPx);
    const row = rect.row + Math.floor(at / rect.widthPx);
    const lost = missing?.(col, row) === true || arrays.some((a) => Number.isNaN(a[at]) || a[at] === nodata);
    if (lost) {
      valid[at] = 0;
      any = true;
    }
  }
  return any ? valid : null;
}

function requireInside(rect: PixelRect, widthPx: number, heightPx: number): void {
  const { col, row } = rect;
  if (col < 0 || row < 0 || rect.widthPx < 1 || rect.heightPx < 1)
    throw new RangeError("rectangle is empty or negative");
  if (col + rect.widthPx > widthPx || row + rect.heightPx > heightPx)
    throw new RangeError("rectangle leaves the raster");
}

/** Range of a band's valid pixels, read whole: the plain judge for streaming statistics. */
export async function measureWhole(source: RasterSource, band: number): Promise<{ min: number; max: number }> {
  const { widthPx, heightPx } = source.facts;
  const read = await source.read({ rect: { col: 0, row: 0, widthPx, heightPx }, bands: [band] });
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const [at, value] of read.bands[0]!.entries()) {
    if (read.valid !== null && read.valid[at] === 0) continue;
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  return { min, max };
}

/** A sequence of whole numbers 0 … 2³² − 1 that only depends on its arguments (Wang's integer hash). */
export function noise(seed: number, ...numbers: readonly number[]): number {
  let hash = seed >>> 0;
  for (const number of numbers) {
    hash = (hash ^ 61 ^ (hash >>> 16) ^ Math.imul(number + 1, 0x9e3779b1)) >>> 0;
    hash = Math.imul(hash, 9) >>> 0;
    hash = (hash ^ (hash >>> 4)) >>> 0;
    hash = Math.imul(hash, 0x27d4eb2d) >>> 0;
    hash = (hash ^ (hash >>> 15)) >>> 0;
  }
  return hash;
}
