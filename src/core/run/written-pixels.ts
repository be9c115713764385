/** What a run has put into its masks, so that whoever opens them later can tell whether they still hold it. */
import { crc32 } from "../crc32";
import { NadirError } from "../errors";
import type { PixelRect } from "../raster/raster";

/** A rectangle of finished rows with the CRC-32 of its row-major bytes, in masks of one byte a pixel. */
export interface WrittenPixels extends PixelRect {
  readonly classIds: number;
  /** Null where the run kept no confidence. */
  readonly confidence: number | null;
}

/** Rows that were just written; below those of the same columns they go on their sum. */
export function withWrittenRows(
  written: readonly WrittenPixels[],
  {
    classIds,
    confidence,
    ...rect
  }: PixelRect & { readonly classIds: Uint8Array; readonly confidence: Uint8Array | null },
): readonly WrittenPixels[] {
  const above = written.findIndex(
    ({ col, row, widthPx, heightPx }) => col === rect.col && widthPx === rect.widthPx && row + heightPx === rect.row,
  );
  const before = written[above];
  const sums = {
    classIds: crc32(classIds, before?.classIds),
    confidence: confidence && crc32(confidence, before?.confidence ?? undefined),
  };
  return before === undefined
    ? [...written, { ...rect, ...sums }]
    : written.with(above, { ...before, heightPx: before.heightPx + rect.heightPx, ...sums });
}

/** One raster of those a run writes, as far as it is looked at here. */
interface ReadPixels {
  read(rect: PixelRect): Promise<Uint8Array>;
}

const BYTES_AT_ONCE = 1 << 22;

/**
 * Reads what was written once more.
 *
 * @param subject  What the mask is called, for the sentence.
 * @throws {NadirError} `damaged-result` when a pixel is not what was written, and whatever reading throws.
 */
export async function requireWritten(
  mask: ReadPixels,
  written: readonly WrittenPixels[],
  which: "classIds" | "confidence",
  subject: string,
): Promise<void> {
  for (const { col, row, widthPx, heightPx, [which]: expected } of written) {
    if (expected === null) continue;
    const rowsAtOnce = Math.max(1, Math.floor(BYTES_AT_ONCE / widthPx));
    let sum = 0;
    for (let done = 0; done < heightPx; done += rowsAtOnce) {
      const part = { col, row: row + done, widthPx, heightPx: Math.min(rowsAtOnce, heightPx - done) };
      sum = crc32(await mask.read(part), sum);
    }
    if (sum !== expected) throw damaged(subject, row, row + heightPx);
  }
}

function damaged(subject: string, row: number, endRow: number): NadirError {
  return new NadirError({
    code: "damaged-result",
    subject,
    found: `Between rows ${row} and ${endRow} it does not hold what the run wrote.`,
    needed: "Every finished pixel is needed as it was written.",
    next: "Something else changed it: run the model again.",
  });
}
