/** A patch of a class map: the pixels of one class that hang together by their sides, found by runs of pixels. */
import type { CancelSignal } from "../cancel";
import type { PixelRect } from "../raster/raster";
import type { GridSize } from "../raster/tile-grid";

/** A class map as far as it is looked at here. */
export interface ReadIds extends GridSize {
  /** Row-major. */
  read(rect: PixelRect): Promise<Uint8Array>;
}

/** Runs of pixels by row: first column and the one after the last, pair after pair from the left. */
export type PatchRuns = ReadonlyMap<number, readonly number[]>;

const BAND_BYTES = 1 << 20;
const MOST_BANDS = 16;

/**
 * Memory: the runs of the patch, and at most 16 MiB of rows.
 *
 * @param col Of a pixel in the patch, which must lie in the map.
 */
export async function findPatch(ids: ReadIds, col: number, row: number, signal?: CancelSignal): Promise<PatchRuns> {
  const rowAt = bandCache(ids, signal);
  const start = await rowAt(row);
  const classId = start[col]!;
  const runs = new Map<number, number[]>();
  const left: (readonly [row: number, first: number, end: number])[] = [];
  const take = (at: number, [first, end]: readonly [number, number]) => {
    const known = runs.get(at) ?? [];
    runs.set(at, known);
    const place = placeOf(known, first);
    if (known[place] === first) return;
    known.splice(place, 0, first, end);
    left.push([at, first, end]);
  };
  take(row, runAt(start, classId, col));
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const [from, first, end] = next;
    for (const at of [from - 1, from + 1]) {
      if (at < 0 || at >= ids.heightPx) continue;
      const values = await rowAt(at);
      for (let column = first; column < end; column++) {
        if (values[column] !== classId) continue;
        const run = runAt(values, classId, column);
        take(at, run);
        column = run[1];
      }
    }
  }
  return runs;
}

/** Where a run that begins at `first` stands, or would stand. */
function placeOf(runs: readonly number[], first: number): number {
  let [low, high] = [0, runs.length / 2];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (runs[2 * middle]! < first) low = middle + 1;
    else high = middle;
  }
  return 2 * low;
}

function runAt(values: Uint8Array, classId: number, column: number): readonly [first: number, end: number] {
  let [first, end] = [column, column + 1];
  while (first > 0 && values[first - 1] === classId) first--;
  while (end < values.length && values[end] === classId) end++;
  return [first, end];
}

/** Rows as they are asked for; the bands that were asked for last are kept. */
function bandCache(ids: ReadIds, signal: CancelSignal | undefined): (row: number) => Promise<Uint8Array> {
  const { widthPx, heightPx } = ids;
  const bandRows = Math.max(1, Math.floor(BAND_BYTES / widthPx));
  const bands = new Map<number, Uint8Array>();
  return async (row) => {
    const band = Math.floor(row / bandRows);
    let values = bands.get(band);
    if (values === undefined) {
      signal?.throwIfAborted();
      const first = band * bandRows;
      values = await ids.read({ col: 0, row: first, widthPx, heightPx: Math.min(bandRows, heightPx - first) });
      if (bands.size === MOST_BANDS) bands.delete(bands.keys().next().value!);
    } else bands.delete(band);
    bands.set(band, values);
    const from = (row - band * bandRows) * widthPx;
    return values.subarray(from, from + widthPx);
  };
}
