/**
 * Accumulated logits → class ids and confidence bytes, and empty slots for the next rows. CPU twin of
 * `gpu/kernels/finalise.wgsl`.
 */
import { NODATA_CLASS_ID } from "../run/run-settings";
import type { LogitRing } from "./accumulate-window";
import { tapOf, type WorkingGrid } from "./working-grid";

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
  const means = new Float64Array(classCount);
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
        for (let c = 0; c < classCount; c++) means[c] = sums[c * planePx + at]! / weights![at]!;
        confidence[index * widthPx + x] = Math.round(255 * shareOf(means, response ?? best, best, outputKind));
      }
    }
    emptySlot(ring, firstRow + index);
  }
  return { classIds, confidence };
}

/** Which pixels of the image to give out, and the working rows nobody needs afterwards. */
export interface ScaledRows {
  readonly firstCol: number;
  readonly endCol: number;
  readonly firstRow: number;
  readonly endRow: number;
  readonly release: { readonly firstRow: number; readonly endRow: number };
}

/**
 * The same for a grid whose pixels are not the image's: the mean logits of four working pixels are interpolated at the
 * centre of each image pixel. Working pixels that no window saw drop out and the others' shares are scaled up. The ring
 * must keep its weights.
 *
 * @returns `(endRow − firstRow) × (endCol − firstCol)` pixels; 255 where no window saw any of the four.
 */
export function finaliseScaledRows(
  ring: LogitRing,
  grid: WorkingGrid,
  { firstCol, endCol, firstRow, endRow, release }: ScaledRows,
  outputKind: "logits" | "probabilities",
  confidenceWanted: boolean,
  response: number | null = null,
): FinalisedRows {
  const { widthPx, capacityRows, classCount, sums } = ring;
  const weights = ring.weights!;
  const planePx = widthPx * capacityRows;
  const cols = endCol - firstCol;
  const classIds = new Uint8Array(cols * (endRow - firstRow)).fill(NODATA_CLASS_ID);
  const confidence = confidenceWanted ? new Uint8Array(classIds.length) : null;
  const means = new Float64Array(classCount);
  const columnTaps = Array.from({ length: cols }, (_, index) => tapOf(firstCol + index, grid.scale, grid.widthPx));
  for (let row = firstRow; row < endRow; row++) {
    const down = tapOf(row, grid.scale, grid.heightPx);
    const slots = [(down.first % capacityRows) * widthPx, (down.second % capacityRows) * widthPx] as const;
    for (const [index, along] of columnTaps.entries()) {
      let total = 0;
      means.fill(0);
      for (let tap = 0; tap < 4; tap++) {
        const share = (tap & 1 ? along.share : 1 - along.share) * (tap & 2 ? down.share : 1 - down.share);
        const at = slots[tap & 2 ? 1 : 0] + (tap & 1 ? along.second : along.first) - ring.firstCol;
        if (share === 0 || weights[at] === 0) continue;
        total += share;
        for (let c = 0; c < classCount; c++) means[c]! += (share * sums[c * planePx + at]!) / weights[at]!;
      }
      if (total === 0) continue;
      let best = 0;
      for (let c = 0; c < classCount; c++) {
        means[c]! /= total;
        if (means[c]! > means[best]!) best = c;
      }
      const pixel = (row - firstRow) * cols + index;
      classIds[pixel] = best;
      if (confidence !== null) {
        confidence[pixel] = Math.round(255 * shareOf(means, response ?? best, best, outputKind));
      }
    }
  }
  for (let row = release.firstRow; row < release.endRow; row++) emptySlot(ring, row);
  return { classIds, confidence };
}

/** Makes room for a later row of the raster. */
function emptySlot({ widthPx, capacityRows, classCount, sums, weights }: LogitRing, row: number): void {
  const from = (row % capacityRows) * widthPx;
  for (let c = 0; c < classCount; c++) {
    const plane = c * widthPx * capacityRows;
    sums.fill(0, plane + from, plane + from + widthPx);
  }
  weights?.fill(0, from, from + widthPx);
}

/** Probability of one class from the means of all. */
function shareOf(means: Float64Array, classId: number, best: number, kind: "logits" | "probabilities"): number {
  if (kind === "probabilities") return Math.min(1, Math.max(0, means[classId]!));
  let total = 0;
  for (const mean of means) total += Math.exp(mean - means[best]!);
  return Math.exp(means[classId]! - means[best]!) / total;
}
