/**
 * Missing heights closed from the rim of their holes before a network sees them: a film over coarse cells (docs/heights.md,
 * "Filling"), read in one pass from top to bottom. Left open they would become the lowest height there is.
 */
import type { CancelSignal } from "../cancel";
import type { BandArray } from "../raster/dtype";
import type { RasterSource } from "../raster/raster";
import { fillHolesOf } from "./fill-holes";
import { type GroundSurface, groundUnder } from "./ground-surface";

export interface ClosedHeights {
  /** The same raster without missing pixels. */
  readonly source: RasterSource;
  /** Part of its pixels that were missing, 0–1, above 0. */
  readonly closedShare: number;
}

const MOST_CELLS = 1_000_000;
const ROWS_PER_READ = 64;

/**
 * @param band 0-based; the closed raster is read for this band alone.
 * @returns Null when nothing is missing, or everything.
 */
export async function closeHoles(
  source: RasterSource,
  band: number,
  signal?: CancelSignal,
): Promise<ClosedHeights | null> {
  const { widthPx, heightPx, blockHeightPx } = source.facts;
  const cellPx = Math.max(1, Math.ceil(Math.sqrt((widthPx * heightPx) / MOST_CELLS)));
  const [cols, rows] = [Math.ceil(widthPx / cellPx), Math.ceil(heightPx / cellPx)];
  const total = new Float64Array(cols * rows);
  const count = new Uint32Array(cols * rows);
  const step = Math.ceil(ROWS_PER_READ / blockHeightPx) * blockHeightPx;
  let known = 0;
  for (let row = 0; row < heightPx; row += step) {
    const rect = { col: 0, row, widthPx, heightPx: Math.min(step, heightPx - row) };
    const { bands, valid } = await source.read({ rect, bands: [band], ...(signal && { signal }) });
    const heights = bands[0]!;
    for (let down = 0, pixel = 0; down < rect.heightPx; down++) {
      const line = Math.floor((row + down) / cellPx) * cols;
      for (let col = 0; col < widthPx; col++, pixel++) {
        if (valid !== null && valid[pixel] === 0) continue;
        const cell = line + Math.floor(col / cellPx);
        total[cell]! += heights[pixel]!;
        count[cell]!++;
        known++;
      }
    }
  }
  const missing = widthPx * heightPx - known;
  if (missing === 0 || known === 0) return null;
  const open = new Uint8Array(count.length);
  for (let cell = 0; cell < open.length; cell++) {
    if (count[cell] === 0) open[cell] = 1;
    else total[cell]! /= count[cell]!;
  }
  fillHolesOf({ cols, rows, heights: total, open });
  const film = { cols, rows, cellPx, heights: total };
  return { source: closed(source, film), closedShare: missing / (widthPx * heightPx) };
}

function closed(source: RasterSource, film: GroundSurface): RasterSource {
  return {
    facts: source.facts,
    close: () => source.close(),
    async read(request) {
      const { bands, valid } = await source.read(request);
      if (valid === null) return { bands, valid };
      const heights = groundUnder(film, request.rect);
      return { bands: bands.map((stored) => fillBand(stored, valid, heights)), valid: null };
    },
  };
}

/** In the file's own numbers, whole ones where it holds whole ones. */
function fillBand(stored: BandArray, valid: Uint8Array, heights: Float64Array): BandArray {
  const filled = stored.slice() as BandArray;
  const isReal = filled instanceof Float32Array || filled instanceof Float64Array;
  for (let pixel = 0; pixel < filled.length; pixel++) {
    if (valid[pixel] === 0) filled[pixel] = isReal ? heights[pixel]! : Math.round(heights[pixel]!);
  }
  return filled;
}
