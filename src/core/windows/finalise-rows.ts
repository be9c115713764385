/**
 * Accumulated logits → class ids and confidence bytes, and empty slots for the next rows. CPU twin of
 * `gpu/kernels/finalise.wgsl`.
 */
import { NODATA_CLASS_ID } from "../run/run-settings";
import type { LogitRing } from "./accumulate-window";

export interface FinalisedRows {
  /** `rowCount × ring.widthPx` class ids; 255 where `valid` is 0. Ties go to the lower id. */
  readonly classIds: Uint8Array;
  /** Probability of that class, or of the class asked for, × 255; null unless the ring kept its weights. */
  readonly confidence: Uint8Array | null;
}

/**
 * @param valid       Whether raster pixel (col, row) is to be predicted.
 * @param outputKind  `logits` turn into probabilities by softmax of their weighted mean; probabilities are averaged.
 * @param response    Class whose probability the confidence is to be; null for that of the predicted class.
 */
export function finaliseRows(
  ring: LogitRing,
  firstRow: number,
  rowCount: number,
  valid: (col: number, row: number) => boolean,
  outputKind: "logits" | "probabilities",
  response: number | null = null,
): FinalisedRows {
  const { widthPx, capacityRows, classCount, sums, weights } = ring;
  const planePx = widthPx * capacityRows;
  const classIds = new Uint8Array(rowCount * widthPx).fill(NODATA_CLASS_ID);
  const confidence = weights === null ? null : new Uint8Array(rowCount * widthPx);
  for (let index = 0; index < rowCount; index++) {
    const slot = (firstRow + index) % capacityRows;
    for (let x = 0; x < widthPx; x++) {
      if (!valid(ring.firstCol + x, firstRow + index)) continue;
      const at = slot * widthPx + x;
      let best = 0;
      for (let c = 1; c < classCount; c++) {
        if (sums[c * planePx + at]! > sums[best * planePx + at]!) best = c;
      }
      classIds[index * widthPx + x] = best;
      if (confidence !== null) {
        const probability = probabilityOf(ring, at, response ?? best, best, weights![at]!, outputKind);
        confidence[index * widthPx + x] = Math.round(255 * probability);
      }
    }
    for (let c = 0; c < classCount; c++) {
      const from = c * planePx + slot * widthPx;
      sums.fill(0, from, from + widthPx);
    }
    weights?.fill(0, slot * widthPx, (slot + 1) * widthPx);
  }
  return { classIds, confidence };
}

function probabilityOf(
  ring: LogitRing,
  at: number,
  classId: number,
  best: number,
  weight: number,
  kind: "logits" | "probabilities",
): number {
  const planePx = ring.widthPx * ring.capacityRows;
  const meanOf = (c: number) => ring.sums[c * planePx + at]! / weight;
  if (kind === "probabilities") return Math.min(1, Math.max(0, meanOf(classId)));
  const largest = meanOf(best);
  let total = 0;
  for (let c = 0; c < ring.classCount; c++) total += Math.exp(meanOf(c) - largest);
  return Math.exp(meanOf(classId) - largest) / total;
}
