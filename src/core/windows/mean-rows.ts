/**
 * Rows of an image, one after another, as rows of a working grid: each working pixel is the mean of the valid image
 * pixels under it, weighted by the area they share (no aliasing, whatever the factor). A working pixel over no valid
 * pixel is missing.
 *
 * Holds one row of sums. Rows come in order; after a jump the first working row that is covered whole is the next.
 */
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
  private readonly taps: readonly { readonly from: number; readonly weights: Float64Array }[];
  private readonly rowSums: readonly Float64Array[];
  private readonly rowWeights: Float64Array;
  private readonly sums: readonly Float64Array[];
  private readonly weights: Float64Array;
  private beganAtRow = 0;
  private nextImageRow = -1;

  constructor(private readonly shape: MeanRowsShape) {
    const { scale, firstCol, widthPx, imageFirstCol, imageWidthPx, bandCount } = shape;
    this.taps = Array.from({ length: widthPx }, (_, index) => {
      const from = Math.max(imageFirstCol, Math.floor((firstCol + index) * scale + SLACK));
      const to = Math.min(imageFirstCol + imageWidthPx, Math.ceil((firstCol + index + 1) * scale - SLACK));
      const weights = Float64Array.from({ length: Math.max(0, to - from) }, (_, col) =>
        overlap(from + col, firstCol + index, scale),
      );
      return { from: from - imageFirstCol, weights };
    });
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
    for (const [col, { from, weights }] of this.taps.entries()) {
      let total = 0;
      for (let tap = 0; tap < weights.length; tap++) {
        if (valid === null || valid[start + from + tap] === 1) total += weights[tap]!;
      }
      this.rowWeights[col] = total;
      for (let band = 0; band < bands.length; band++) {
        const values = bands[band]!;
        let sum = 0;
        for (let tap = 0; tap < weights.length; tap++) {
          if (valid === null || valid[start + from + tap] === 1) sum += weights[tap]! * values[start + from + tap]!;
        }
        this.rowSums[band]![col] = sum;
      }
    }
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

/** How much of an image pixel lies in a working pixel, along one axis, in image pixels. */
function overlap(imagePx: number, workingPx: number, scale: number): number {
  return Math.max(0, Math.min(imagePx + 1, (workingPx + 1) * scale) - Math.max(imagePx, workingPx * scale));
}
