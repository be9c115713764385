/** The stored masks of a run tidied up into masks of their own, with what a run's result says of its pixels. */
import type { CleaningPx } from "../core/cleaning/cleaning";
import { rowBands } from "../core/raster/row-bands";
import type { GridSize } from "../core/raster/tile-grid";
import type { RunResult } from "../core/run/run-result";
import { NODATA_CLASS_ID } from "../core/run/run-settings";
import { type WrittenPixels, withWrittenRows } from "../core/run/written-pixels";
import type { MaskReader } from "../io/mask-store";
import type { Masks } from "../io/open-masks";
import { type CleaningResult, cleaningPasses, cleanMask, type Pass } from "./clean-mask";

interface MaskIds {
  readonly maskId: string;
  /** Null where the run kept none. */
  readonly confidenceId: string | null;
}

export interface CleanedMask
  extends CleaningResult,
    Pick<RunResult, "classPixels">,
    Required<Pick<RunResult, "written">> {}

/** Nothing is left of the new masks when it fails or is cancelled. @param onShare Told how much of it is done, 0–1. */
export async function cleanStored(
  masks: Masks,
  from: MaskIds,
  to: MaskIds,
  size: GridSize,
  cleaning: CleaningPx,
  signal: AbortSignal,
  onShare: (share: number) => void,
): Promise<CleanedMask> {
  const made = [to.maskId, to.confidenceId].filter((id) => id !== null);
  // Once more for what is counted of the result.
  const rowsTotal = size.heightPx * (cleaningPasses(cleaning) + 1);
  let rowsDone = 0;
  const onRows = (rows: number) => {
    rowsDone += rows;
    onShare(rowsDone / rowsTotal);
  };
  try {
    const mask = await masks.reader(from.maskId, size);
    const store = await masks.create(to.maskId, size);
    const result = { ...size, read: store.read.bind(store), writeRows: store.sink.writeRows.bind(store.sink) };
    const done = await cleanMask(mask, cleaning, result, { signal, onRows });
    await store.close();
    if (from.confidenceId !== null && to.confidenceId !== null) {
      await masks.copy(from.confidenceId, to.confidenceId, size);
    }
    const confidence = to.confidenceId === null ? null : await masks.reader(to.confidenceId, size);
    return { ...done, ...(await countWritten(result, confidence, { signal, onRows })) };
  } catch (error) {
    await masks.delete(made).catch(() => undefined);
    throw error;
  }
}

async function countWritten(
  mask: MaskReader,
  confidence: MaskReader | null,
  { signal, onRows }: Required<Pass>,
): Promise<Pick<CleanedMask, "classPixels" | "written">> {
  const counts = new Array<number>(256).fill(0);
  let written: readonly WrittenPixels[] = [];
  for await (const band of rowBands(mask, signal)) {
    const classIds = await mask.read(band);
    for (const id of classIds) counts[id]!++;
    written = withWrittenRows(written, { ...band, classIds, confidence: confidence && (await confidence.read(band)) });
    onRows(band.heightPx);
  }
  const last = counts.findLastIndex((count, id) => id !== NODATA_CLASS_ID && count > 0);
  return { classPixels: counts.slice(0, last + 1), written };
}
