/** A class map tidied up: majority filter, then holes, then patches that are too small; the map it is made of stays. */
import type { CleaningPx } from "../core/cleaning/cleaning";
import { createHoleCloser } from "../core/cleaning/close-holes";
import { createMajorityFilter } from "../core/cleaning/majority";
import type { PatchFilter } from "../core/cleaning/patch-filter";
import { createSieve } from "../core/cleaning/sieve";
import { pixelAreaByRow } from "../core/georef/pixel-area";
import type { PixelRect, RasterFacts } from "../core/raster/raster";
import { rowBands } from "../core/raster/row-bands";
import { NODATA_CLASS_ID } from "../core/run/run-settings";
import type { MaskReader, MaskSink } from "../io/mask-store";
import { toOwnLngLat } from "../io/reproject";

export interface CleaningResult {
  readonly changedPixels: number;
  readonly closedHoles: number;
  readonly mergedPatches: number;
}

/** How it goes over a map, again and again. */
export interface Pass {
  readonly signal: AbortSignal;
  /** Told of rows after each band. */
  readonly onRows?: (rows: number) => void;
}

/** How often `cleanMask` goes over the rows of a map. */
export function cleaningPasses({ holesBelowPx, patchesBelowPx }: CleaningPx): number {
  const filters = Number(holesBelowPx > 1) + Number(patchesBelowPx.some((size) => size > 1));
  return 2 + 3 * filters;
}

/** @param result Takes every row; read again while patches are looked at. */
export async function cleanMask(
  mask: MaskReader,
  { majorityPx, holesBelowPx, patchesBelowPx }: CleaningPx,
  result: MaskReader & MaskSink,
  pass: Pass,
): Promise<CleaningResult> {
  const { widthPx } = mask;
  await smooth(mask, majorityPx, result, pass);
  const leastOf = (id: number) => patchesBelowPx[id] ?? 0;
  const closer = holesBelowPx > 1 ? createHoleCloser(widthPx, holesBelowPx, NODATA_CLASS_ID) : null;
  const closedHoles = closer === null ? 0 : await filterPatches(result, closer, pass);
  const isSieved = patchesBelowPx.some((size) => size > 1);
  const sieve = isSieved ? createSieve(widthPx, leastOf, NODATA_CLASS_ID) : null;
  const mergedPatches = sieve === null ? 0 : await filterPatches(result, sieve, pass);
  let changedPixels = 0;
  await eachBand(mask, pass, async (rows, band) => {
    const cleaned = await result.read(band);
    for (let at = 0; at < rows.length; at++) changedPixels += Number(rows[at] !== cleaned[at]);
  });
  return { changedPixels, closedHoles, mergedPatches };
}

/** Square metres of a pixel in the middle of a map, for sizes on the ground; null where it has no known unit. */
export function meanPixelArea({
  geotransform,
  crs,
  widthPx,
  heightPx,
}: Pick<RasterFacts, "geotransform" | "crs" | "widthPx" | "heightPx">): number | null {
  const areaOf = pixelAreaByRow({ geotransform, crs, widthPx }, crs && toOwnLngLat(crs));
  return areaOf === null ? null : areaOf(Math.floor(heightPx / 2));
}

async function smooth(mask: MaskReader, sidePx: number, result: MaskSink, pass: Pass): Promise<void> {
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
  await eachBand(mask, pass, async (values) => {
    const rows = rowsOf(values, widthPx);
    await write(filter === null ? rows : rows.map((row) => filter.push(row)).filter((row) => row !== null));
  });
  await write(filter?.finish() ?? []);
}

async function filterPatches(mask: MaskReader & MaskSink, filter: PatchFilter, pass: Pass): Promise<number> {
  const { widthPx } = mask;
  for (const look of [filter.measure, filter.compare]) {
    await eachBand(mask, pass, async (values) => rowsOf(values, widthPx).forEach(look));
  }
  await eachBand(mask, pass, async (values, band) => {
    rowsOf(values, widthPx).forEach(filter.rewrite);
    await mask.writeRows({ ...band, values });
  });
  return filter.takenIn();
}

/** Views of the rows of a band. */
function rowsOf(values: Uint8Array, widthPx: number): Uint8Array[] {
  return Array.from({ length: values.length / widthPx }, (_, row) =>
    values.subarray(row * widthPx, (row + 1) * widthPx),
  );
}

async function eachBand(
  mask: MaskReader,
  { signal, onRows }: Pass,
  use: (values: Uint8Array<ArrayBuffer>, band: PixelRect) => Promise<void>,
): Promise<void> {
  for await (const band of rowBands(mask, signal)) {
    await use(await mask.read(band), band);
    onRows?.(band.heightPx);
  }
}
