/**
 * The raw rows in flight on the GPU: the ring of `core/windows/row-ring.ts` as words in two buffers, samples as stored
 * and one bit per missing pixel. Every row is uploaded once.
 */
import type { BandArray, DType } from "../core/raster/dtype";
import type { ReadResult } from "../core/raster/raster";
import type { RingShape } from "../core/windows/row-ring";
import { wordBytes } from "./kernel";

/** Codes of `gather.wgsl`. Doubles are uploaded as singles. */
const DTYPE_CODES: Record<DType, number> = {
  uint8: 0,
  int8: 1,
  uint16: 2,
  int16: 3,
  uint32: 4,
  int32: 5,
  float32: 6,
  float64: 6,
};

const SAMPLE_BYTES: Record<DType, 1 | 2 | 4> = {
  uint8: 1,
  int8: 1,
  uint16: 2,
  int16: 2,
  uint32: 4,
  int32: 4,
  float32: 4,
  float64: 4,
};

export interface BandPlane {
  readonly firstWord: number;
  readonly rowWords: number;
  readonly dtypeCode: number;
  readonly dtype: DType;
}

export class GpuRowRing {
  readonly samples: GPUBuffer;
  readonly missing: GPUBuffer;
  readonly planes: readonly BandPlane[];
  readonly missingRowWords: number;
  /** False as long as every row put so far was valid throughout. */
  hasMissing = false;

  constructor(
    private readonly device: GPUDevice,
    readonly shape: RingShape,
    label: string,
  ) {
    let firstWord = 0;
    this.planes = shape.dtypes.map((dtype) => {
      const rowWords = Math.ceil((shape.widthPx * SAMPLE_BYTES[dtype]) / 4);
      const plane = { firstWord, rowWords, dtypeCode: DTYPE_CODES[dtype], dtype };
      firstWord += rowWords * shape.capacityRows;
      return plane;
    });
    this.missingRowWords = Math.ceil(shape.widthPx / 32);
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST;
    this.samples = device.createBuffer({ label: `${label} samples`, size: wordBytes(firstWord), usage });
    const missingWords = this.missingRowWords * shape.capacityRows;
    this.missing = device.createBuffer({ label: `${label} missing`, size: wordBytes(missingWords), usage });
  }

  put(firstRow: number, rowCount: number, rows: ReadResult): void {
    const { capacityRows } = this.shape;
    for (let done = 0; done < rowCount; ) {
      const slot = (firstRow + done) % capacityRows;
      const count = Math.min(rowCount - done, capacityRows - slot);
      for (const [band, plane] of this.planes.entries()) this.putBand(plane, slot, rows.bands[band]!, done, count);
      this.putMissing(slot, rows.valid, done, count);
      done += count;
    }
  }

  destroy(): void {
    this.samples.destroy();
    this.missing.destroy();
  }

  private putBand(plane: BandPlane, slot: number, values: BandArray, fromRow: number, rowCount: number): void {
    const { widthPx } = this.shape;
    const sampleBytes = SAMPLE_BYTES[plane.dtype];
    const rowBytes = 4 * plane.rowWords;
    const offset = 4 * (plane.firstWord + slot * plane.rowWords);
    const part = values.subarray(fromRow * widthPx, (fromRow + rowCount) * widthPx);
    const singles = part instanceof Float64Array ? Float32Array.from(part) : part;
    if (widthPx * sampleBytes === rowBytes) {
      this.device.queue.writeBuffer(this.samples, offset, singles as BufferSource);
      return;
    }
    const bytes = new Uint8Array(singles.buffer, singles.byteOffset, singles.byteLength);
    const packed = new Uint8Array(rowBytes * rowCount);
    for (let row = 0; row < rowCount; row++) {
      const from = row * widthPx * sampleBytes;
      packed.set(bytes.subarray(from, from + widthPx * sampleBytes), row * rowBytes);
    }
    this.device.queue.writeBuffer(this.samples, offset, packed);
  }

  private putMissing(slot: number, valid: Uint8Array | null, fromRow: number, rowCount: number): void {
    const offset = 4 * slot * this.missingRowWords;
    if (valid === null) {
      if (this.hasMissing) this.clearMissing(offset, 4 * rowCount * this.missingRowWords);
      return;
    }
    this.hasMissing = true;
    this.device.queue.writeBuffer(this.missing, offset, packMissing(valid, this.shape.widthPx, fromRow, rowCount));
  }

  private clearMissing(offset: number, bytes: number): void {
    const encoder = this.device.createCommandEncoder();
    encoder.clearBuffer(this.missing, offset, bytes);
    this.device.queue.submit([encoder.finish()]);
  }
}

/** One bit per pixel, 1 = missing, rows padded to whole words. */
function packMissing(valid: Uint8Array, widthPx: number, fromRow: number, rowCount: number): Uint32Array<ArrayBuffer> {
  const rowWords = Math.ceil(widthPx / 32);
  const bits = new Uint32Array(rowWords * rowCount);
  for (let row = 0; row < rowCount; row++) {
    const from = (fromRow + row) * widthPx;
    for (let col = 0; col < widthPx; col++) {
      if (valid[from + col] === 0) bits[row * rowWords + (col >> 5)]! |= 1 << (col & 31);
    }
  }
  return bits;
}
