/**
 * Rows of an image, one after another, as rows of a working grid: each working pixel is the mean of the valid image
 * pixels under it, weighted by the area they share (no aliasing, whatever the factor). A working pixel over no valid
 * pixel is missing.
 *
 * Holds one row of sums. Rows come in order; after a jump the first working row that is covered whole is the next.
 */
import type { BandArray } from "../raster/dtype";
import type { ReadResult } from "../raster/raster";

export interface MeanRowsShape {
  /** Image pixels along the side of a working pixel. */
  readonly scale: number;
  /** Working columns `[firstCol, firstCol + widthPx)`. */
  readonly firstCol: number;
  readonly widthPx: number;
  /** The image columns that are handed in. */
  readonly imageFirstCol: number;
  readonly imageWidthPx: number;
  readonly imageHeightPx: number;
  readonly bandCount: number;
}

export type TakeRows = (firstRow: number, rowCount: number, rows: ReadResult) => void;

/** Slack for factors that are no binary fractions. */
const SLACK = 1e-9;

export class MeanRows {
  private readonly taps: Taps;
  private readonly rowSums: readonly Float64Array[];
  private readonly rowWeights: Float64Array;
  private readonly sums: readonly Float64Array[];
  private readonly weights: Float64Array;
  private beganAtRow = 0;
  private nextImageRow = -1;

  constructor(private readonly shape: MeanRowsShape) {
    const { widthPx, bandCount } = shape;
    this.taps = tapsOf(shape);
    const rowOf = () => new Float64Array(widthPx);
    this.rowSums = Array.from({ length: bandCount }, rowOf);
    this.sums = Array.from({ length: bandCount }, rowOf);
    this.rowWeights = rowOf();
    this.weights = rowOf();
  }

  /** Takes image rows, exactly as wide as `imageWidthPx`, and hands on the working rows they complete, at once. */
  add(firstRow: number, rowCount: number, rows: ReadResult, take: TakeRows): void {
    const { scale, widthPx, imageHeightPx, bandCount } = this.shape;
    if (firstRow !== this.nextImageRow) this.beginAt(firstRow);
    this.nextImageRow = firstRow + rowCount;
    const most = Math.ceil(rowCount / scale) + 2;
    const bands = Array.from({ length: bandCount }, () => new Float32Array(most * widthPx));
    const valid = new Uint8Array(most * widthPx);
    let first = -1;
    let done = 0;
    for (let index = 0; index < rowCount; index++) {
      const imageRow = firstRow + index;
      this.sumRow(rows, index);
      for (let row = Math.floor(imageRow / scale + SLACK); row * scale < imageRow + 1 - SLACK; row++) {
        this.addRow(overlap(imageRow, row, scale));
        if (Math.min((row + 1) * scale, imageHeightPx) > imageRow + 1 + SLACK) continue;
        if (row * scale >= this.beganAtRow - SLACK) {
          if (first < 0) first = row;
          this.meanInto(bands, valid, done * widthPx);
          done++;
        }
        this.clear();
      }
    }
    if (done > 0) {
      const length = done * widthPx;
      const known = valid.subarray(0, length);
      take(first, done, {
        bands: bands.map((band) => band.subarray(0, length)),
        valid: known.includes(0) ? known : null,
      });
    }
  }

  private beginAt(row: number): void {
    this.beganAtRow = row;
    this.clear();
  }

  private clear(): void {
    for (const sum of this.sums) sum.fill(0);
    this.weights.fill(0);
  }

  /** Sums along one image row under each working column. */
  private sumRow({ bands, valid }: ReadResult, index: number): void {
    const start = index * this.shape.imageWidthPx;
    if (valid === null) this.rowWeights.set(this.taps.totals);
    else sumValid(this.taps, valid, start, this.rowWeights);
    for (const [band, values] of bands.entries()) sumUnder(this.taps, values, start, valid, this.rowSums[band]!);
  }

  private addRow(share: number): void {
    for (let col = 0; col < this.weights.length; col++) {
      this.weights[col]! += share * this.rowWeights[col]!;
      for (let band = 0; band < this.sums.length; band++) this.sums[band]![col]! += share * this.rowSums[band]![col]!;
    }
  }

  private meanInto(bands: readonly Float32Array[], valid: Uint8Array, at: number): void {
    for (let col = 0; col < this.weights.length; col++) {
      const weight = this.weights[col]!;
      valid[at + col] = weight > SLACK ? 1 : 0;
      for (let band = 0; band < bands.length; band++) {
        bands[band]![at + col] = weight > SLACK ? this.sums[band]![col]! / weight : 0;
      }
    }
  }
}

/** Which pixels of an image row lie under each working column, and with how much of their width. */
interface Taps {
  /** First pixel under each column, from the first that is handed in. */
  readonly from: Int32Array;
  /** Where each column's weights begin; one number more than there are columns. */
  readonly starts: Int32Array;
  readonly weights: Float64Array;
  /** Sum of each column's weights. */
  readonly totals: Float64Array;
}

function tapsOf({ scale, firstCol, widthPx, imageFirstCol, imageWidthPx }: MeanRowsShape): Taps {
  const from = new Int32Array(widthPx);
  const starts = new Int32Array(widthPx + 1);
  const totals = new Float64Array(widthPx);
  const weights: number[] = [];
  for (let col = 0; col < widthPx; col++) {
    const first = Math.max(imageFirstCol, Math.floor((firstCol + col) * scale + SLACK));
    const end = Math.min(imageFirstCol + imageWidthPx, Math.ceil((firstCol + col + 1) * scale - SLACK));
    from[col] = first - imageFirstCol;
    for (let pixel = first; pixel < end; pixel++) {
      const weight = overlap(pixel, firstCol + col, scale);
      weights.push(weight);
      totals[col]! += weight;
    }
    starts[col + 1] = weights.length;
  }
  return { from, starts, weights: Float64Array.from(weights), totals };
}

/** Weighted sums of the row that begins at `start`, into one number a working column. */
function sumUnder(
  { from, starts, weights }: Taps,
  values: BandArray,
  start: number,
  valid: Uint8Array | null,
  into: Float64Array,
): void {
  for (let col = 0; col < from.length; col++) {
    let sum = 0;
    let pixel = start + from[col]!;
    for (let tap = starts[col]!; tap < starts[col + 1]!; tap++, pixel++) {
      if (valid === null || valid[pixel] === 1) sum += weights[tap]! * values[pixel]!;
    }
    into[col] = sum;
  }
}

/** The same of the valid pixels' weights alone. */
function sumValid({ from, starts, weights }: Taps, valid: Uint8Array, start: number, into: Float64Array): void {
  for (let col = 0; col < from.length; col++) {
    let sum = 0;
    let pixel = start + from[col]!;
    for (let tap = starts[col]!; tap < starts[col + 1]!; tap++, pixel++) {
      if (valid[pixel] === 1) sum += weights[tap]!;
    }
    into[col] = sum;
  }
}

/** How much of an image pixel lies in a working pixel, along one axis, in image pixels. */
function overlap(imagePx: number, workingPx: number, scale: number): number {
  return Math.max(0, Math.min(imagePx + 1, (workingPx + 1) * scale) - Math.max(imagePx, workingPx * scale));
}
