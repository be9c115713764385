/** The stored masks of a run tidied up into masks of their own, with what a run's result says of its pixels. */
import type { CleaningPx } from "../core/cleaning/cleaning";
import { rowBands } from "../core/raster/row-bands";
import type { GridSize } from "../core/raster/tile-grid";
import type { RunResult } from "../core/run/run-result";
import { NODATA_CLASS_ID } from "../core/run/run-settings";
import { type WrittenPixels, withWrittenRows } from "../core/run/written-pixels";
import type { MaskReader } from "../io/mask-store";
import type { Masks } from "../io/open-masks";
import { type CleaningResult, cleanMask } from "./clean-mask";

interface MaskIds {
  readonly maskId: string;
  /** Null where the run kept none. */
  readonly confidenceId: string | null;
}

export interface CleanedMask
  extends CleaningResult,
    Pick<RunResult, "classPixels" | "nodataPixels">,
    Required<Pick<RunResult, "written">> {}

/** Nothing is left of the new masks when it fails or is cancelled. */
export async function cleanStored(
  masks: Masks,
  from: MaskIds,
  to: MaskIds,
  size: GridSize,
  cleaning: CleaningPx,
  signal: AbortSignal,
): Promise<CleanedMask> {
  const made = [to.maskId, to.confidenceId].filter((id) => id !== null);
  try {
    const mask = await masks.reader(from.maskId, size);
    const store = await masks.create(to.maskId, size);
    const result = { ...size, read: store.read.bind(store), writeRows: store.sink.writeRows.bind(store.sink) };
    const done = await cleanMask(mask, cleaning, result, signal);
    await store.close();
    if (from.confidenceId !== null && to.confidenceId !== null) {
      await masks.copy(from.confidenceId, to.confidenceId, size);
    }
    const confidence = to.confidenceId === null ? null : await masks.reader(to.confidenceId, size);
    return { ...done, ...(await countWritten(result, confidence, signal)) };
  } catch (error) {
    await masks.delete(made).catch(() => undefined);
    throw error;
  }
}

async function countWritten(
  mask: MaskReader,
  confidence: MaskReader | null,
  signal: AbortSignal,
): Promise<Pick<CleanedMask, "classPixels" | "nodataPixels" | "written">> {
  const counts = new Array<number>(256).fill(0);
  let written: readonly WrittenPixels[] = [];
  for (const band of rowBands(mask, signal)) {
    const classIds = await mask.read(band);
    for (const id of classIds) counts[id]!++;
    written = withWrittenRows(written, { ...band, classIds, confidence: confidence && (await confidence.read(band)) });
  }
  const nodataPixels = counts[NODATA_CLASS_ID]!;
  const last = counts.findLastIndex((count, id) => id !== NODATA_CLASS_ID && count > 0);
  return { classPixels: counts.slice(0, last + 1), nodataPixels, written };
}
