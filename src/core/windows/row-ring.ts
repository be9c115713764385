/**
 * The raster rows that are in flight: a ring that holds the last `capacityRows` rows of some columns of a raster.
 *
 * Raster row r lives in slot r mod capacity. The GPU keeps the same ring in a buffer.
 */
import type { BandArray, DType } from "../raster/dtype";
import type { ReadResult } from "../raster/raster";

export interface RingShape {
  readonly firstCol: number;
  readonly widthPx: number;
  readonly capacityRows: number;
  readonly dtypes: readonly DType[];
}

export class RowRing {
  readonly shape: RingShape;
  readonly bands: readonly BandArray[];
  /** 1 = valid, per slot pixel; null as long as every row put so far was valid throughout. */
  valid: Uint8Array | null = null;

  constructor(shape: RingShape) {
    this.shape = shape;
    this.bands = shape.dtypes.map((dtype) => allocateBand(dtype, shape.widthPx * shape.capacityRows));
  }

  /** Stores `rowCount` rows starting at raster row `firstRow`; `rows` must be exactly as wide as the ring. */
  put(firstRow: number, rowCount: number, rows: ReadResult): void {
    const { widthPx } = this.shape;
    if (rows.valid !== null && this.valid === null) {
      this.valid = new Uint8Array(widthPx * this.shape.capacityRows).fill(1);
    }
    for (let index = 0; index < rowCount; index++) {
      const from = index * widthPx;
      const to = this.slotOf(firstRow + index) * widthPx;
      for (const [band, values] of rows.bands.entries()) {
        this.bands[band]!.set(values.subarray(from, from + widthPx) as never, to);
      }
      if (rows.valid !== null) this.valid!.set(rows.valid.subarray(from, from + widthPx), to);
      else this.valid?.fill(1, to, to + widthPx);
    }
  }

  /** Copy of `valid` for raster rows `[firstRow, firstRow + rowCount)`, row-major; null where all are valid. */
  validRows(firstRow: number, rowCount: number): Uint8Array | null {
    if (this.valid === null) return null;
    const { widthPx } = this.shape;
    const rows = new Uint8Array(rowCount * widthPx);
    for (let index = 0; index < rowCount; index++) {
      const from = this.slotOf(firstRow + index) * widthPx;
      rows.set(this.valid.subarray(from, from + widthPx), index * widthPx);
    }
    return rows;
  }

  slotOf(row: number): number {
    return row % this.shape.capacityRows;
  }

  /** Index of a raster pixel in `bands[i]` and `valid`. */
  indexOf(col: number, row: number): number {
    return this.slotOf(row) * this.shape.widthPx + col - this.shape.firstCol;
  }
}

/** Zeros in a band's own type. @param length Samples. */
export function allocateBand(dtype: DType, length: number): BandArray {
  switch (dtype) {
    case "uint8":
      return new Uint8Array(length);
    case "uint16":
      return new Uint16Array(length);
    case "uint32":
      return new Uint32Array(length);
    case "int8":
      return new Int8Array(length);
    case "int16":
      return new Int16Array(length);
    case "int32":
      return new Int32Array(length);
    case "float32":
      return new Float32Array(length);
    case "float64":
      return new Float64Array(length);
  }
}
