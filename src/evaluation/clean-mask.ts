/** A class map tidied up: majority filter first, then patches that are too small; the map it is made of stays. */
import { createMajorityFilter } from "../core/cleaning/majority";
import { createSieve } from "../core/cleaning/sieve";
import type { PixelRect } from "../core/raster/raster";
import { rowBands } from "../core/raster/row-bands";
import { NODATA_CLASS_ID } from "../core/run/run-settings";
import type { MaskReader, MaskSink } from "../io/mask-store";

export interface Cleaning {
  /** Side of the majority filter's square, odd; 1 for none. */
  readonly majorityPx: number;
  /** Patches of fewer pixels become part of their largest neighbour; 1 for none. */
  readonly leastPx: number;
}

export interface CleaningResult {
  readonly changedPixels: number;
  readonly mergedPatches: number;
}

/** @param result Takes every row; read again while patches are looked at. */
export async function cleanMask(
  mask: MaskReader,
  { majorityPx, leastPx }: Cleaning,
  result: MaskReader & MaskSink,
  signal: AbortSignal,
): Promise<CleaningResult> {
  await smooth(mask, majorityPx, result, signal);
  const mergedPatches = leastPx > 1 ? await removeSmall(result, leastPx, signal) : 0;
  let changedPixels = 0;
  await eachBand(mask, signal, async (rows, band) => {
    const cleaned = await result.read(band);
    for (let at = 0; at < rows.length; at++) changedPixels += Number(rows[at] !== cleaned[at]);
  });
  return { changedPixels, mergedPatches };
}

/** "majority of 3 × 3 px, patches below 25 px", for what stands in files. */
export function spellCleaning({ majorityPx, leastPx }: Cleaning): string {
  return [
    ...(majorityPx > 1 ? [`majority of ${majorityPx} x ${majorityPx} px`] : []),
    ...(leastPx > 1 ? [`patches below ${leastPx} px joined to their largest neighbour`] : []),
  ].join(", ");
}

async function smooth(mask: MaskReader, sidePx: number, result: MaskSink, signal: AbortSignal): Promise<void> {
  const { widthPx } = mask;
  const filter = sidePx > 1 ? createMajorityFilter(widthPx, sidePx, NODATA_CLASS_ID) : null;
  let next = 0;
  const write = async (rows: readonly Uint8Array[]) => {
    if (rows.length === 0) return;
    const values = new Uint8Array(widthPx * rows.length);
    for (const [index, row] of rows.entries()) values.set(row, index * widthPx);
    await result.writeRows({ col: 0, row: next, widthPx, heightPx: rows.length, values });
    next += rows.length;
  };
  await eachBand(mask, signal, async (values) => {
    const rows = rowsOf(values, widthPx);
    await write(filter === null ? rows : rows.map((row) => filter.push(row)).filter((row) => row !== null));
  });
  await write(filter?.finish() ?? []);
}

async function removeSmall(mask: MaskReader & MaskSink, leastPx: number, signal: AbortSignal): Promise<number> {
  const { widthPx } = mask;
  const sieve = createSieve(widthPx, leastPx, NODATA_CLASS_ID);
  for (const pass of [sieve.measure, sieve.compare]) {
    await eachBand(mask, signal, async (values) => rowsOf(values, widthPx).forEach(pass));
  }
  await eachBand(mask, signal, async (values, band) => {
    rowsOf(values, widthPx).forEach(sieve.rewrite);
    await mask.writeRows({ ...band, values });
  });
  return sieve.mergedPatches();
}

/** Views of the rows of a band. */
function rowsOf(values: Uint8Array, widthPx: number): Uint8Array[] {
  return Array.from({ length: values.length / widthPx }, (_, row) =>
    values.subarray(row * widthPx, (row + 1) * widthPx),
  );
}

async function eachBand(
  mask: MaskReader,
  signal: AbortSignal,
  use: (values: Uint8Array<ArrayBuffer>, band: PixelRect) => Promise<void>,
): Promise<void> {
  for (const band of rowBands(mask, signal)) {
    await use(await mask.read(band), band);
  }
}
