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
  const { classCount } = ring;
  const cols = endCol - firstCol;
  const classIds = new Uint8Array(cols * (endRow - firstRow)).fill(NODATA_CLASS_ID);
  const confidence = confidenceWanted ? new Uint8Array(classIds.length) : null;
  const means = new Float64Array(classCount);
  const taps = Array.from({ length: cols }, (_, index) => tapOf(firstCol + index, grid.scale, grid.widthPx));
  const left = Int32Array.from(taps, ({ first }) => first - ring.firstCol);
  const right = Int32Array.from(taps, ({ first, second, share }) => (share === 0 ? first : second) - ring.firstCol);
  const along = Float64Array.from(taps, ({ share }) => share);
  const rows = [emptyMeans(ring), emptyMeans(ring)] as const;
  const between = emptyMeans(ring);
  const { logits, seen } = between;
  for (let row = firstRow, pixel = 0; row < endRow; row++) {
    const down = tapOf(row, grid.scale, grid.heightPx);
    const [upper, lower] = [rows[down.first & 1]!, rows[down.second & 1]!];
    takeMeans(ring, down.first, upper);
    takeMeans(ring, down.second, lower);
    mixRows(upper, lower, down.share, between);
    for (let col = 0; col < cols; col++, pixel++) {
      const east = along[col]!;
      const [first, second] = [left[col]!, right[col]!];
      const total = seen[first]! * (1 - east) + seen[second]! * east;
      if (total === 0) continue;
      let best = 0;
      let most = Number.NEGATIVE_INFINITY;
      for (let c = 0, from = first * classCount, to = second * classCount; c < classCount; c++) {
        const mean = logits[from + c]! * (1 - east) + logits[to + c]! * east;
        means[c] = mean;
        if (mean <= most) continue;
        most = mean;
        best = c;
      }
      classIds[pixel] = best;
      if (confidence !== null) {
        for (let c = 0; c < classCount; c++) means[c]! /= total;
        confidence[pixel] = Math.round(255 * shareOf(means, response ?? best, best, outputKind));
      }
    }
  }
  for (let row = release.firstRow; row < release.endRow; row++) emptySlot(ring, row);
  return { classIds, confidence };
}

/** Mean logits along a row of the working grid. */
interface RowOfMeans {
  row: number;
  /** Class by class within a pixel; 0 where no window saw it. */
  readonly logits: Float64Array;
  /** 1 where a window saw the pixel, else 0; between two rows the share of those that did. */
  readonly seen: Float64Array;
}

function emptyMeans({ widthPx, classCount }: LogitRing): RowOfMeans {
  return { row: -1, logits: new Float64Array(widthPx * classCount), seen: new Float64Array(widthPx) };
}

/** Fills `into` unless it holds that row already: several rows of the image lie between the same two. */
function takeMeans(ring: LogitRing, row: number, into: RowOfMeans): void {
  if (into.row === row) return;
  const { widthPx, capacityRows, classCount, sums, weights } = ring;
  const planePx = widthPx * capacityRows;
  const slot = (row % capacityRows) * widthPx;
  into.row = row;
  for (let x = 0; x < widthPx; x++) {
    const weight = weights![slot + x]!;
    into.seen[x] = weight === 0 ? 0 : 1;
    for (let c = 0; c < classCount; c++) {
      into.logits[x * classCount + c] = weight === 0 ? 0 : sums[c * planePx + slot + x]! / weight;
    }
  }
}

function mixRows(upper: RowOfMeans, lower: RowOfMeans, share: number, into: RowOfMeans): void {
  mix(upper.seen, lower.seen, share, into.seen);
  mix(upper.logits, lower.logits, share, into.logits);
}

/** What has no share does not count, whatever it is. */
function mix(one: Float64Array, other: Float64Array, share: number, into: Float64Array): void {
  if (share === 0) into.set(one);
  else for (let at = 0; at < into.length; at++) into[at] = one[at]! * (1 - share) + other[at]! * share;
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
