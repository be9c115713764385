/** A sink that keeps the mask in memory and refuses rows that come twice. */
import type { FinishedRows, RowSink } from "../inference/backend";

export interface MemorySink extends RowSink {
  readonly classIds: Uint8Array;
  readonly confidence: Uint8Array;
  /** How often each pixel was written; all 1 after a run. */
  readonly writes: Uint8Array;
}

export function memorySink(widthPx: number, heightPx: number): MemorySink {
  const classIds = new Uint8Array(widthPx * heightPx);
  const confidence = new Uint8Array(widthPx * heightPx);
  const writes = new Uint8Array(widthPx * heightPx);
  return {
    classIds,
    confidence,
    writes,
    async writeRows(rows: FinishedRows) {
      for (let y = 0; y < rows.heightPx; y++) {
        const to = (rows.row + y) * widthPx + rows.col;
        const from = y * rows.widthPx;
        classIds.set(rows.classIds.subarray(from, from + rows.widthPx), to);
        if (rows.confidence !== null) confidence.set(rows.confidence.subarray(from, from + rows.widthPx), to);
        for (let x = 0; x < rows.widthPx; x++) writes[to + x]!++;
      }
    },
  };
}
