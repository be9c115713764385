/**
 * Decoded bytes of a TIFF block → one typed array per band: byte order, predictor, bit depth, band order.
 *
 * Source: TIFF 6.0 §14 (differencing predictor); Adobe TIFF Technical Note 3 (floating point predictor).
 */
import { type BandArray, createBandArray } from "../../core/raster/dtype";
import type { DecodedBlock } from "./decompress";
import { bandsPerBlock, type ImageLayout, storedRowBytes } from "./image-layout";

/**
 * @param rows Rows to unpack; `block.bytes` holds at least that many.
 * @returns Per band of the block, `blockWidthPx * rows` samples, row-major.
 */
export function unpackSamples(
  block: DecodedBlock,
  rows: number,
  layout: ImageLayout,
  littleEndian: boolean,
): BandArray[] {
  const bands = bandsPerBlock(layout);
  const rowSamples = layout.blockWidthPx * bands;
  const sampleCount = rowSamples * rows;
  if (layout.bits % 8 !== 0 || layout.bits === 24) {
    return split(unpackBits(block.bytes, rows, layout), bands, layout, rows);
  }
  const sampleBytes = layout.bits / 8;
  const bytes = aligned(block.bytes, sampleCount * sampleBytes);
  if (!block.native) {
    if (layout.predictor === 3) {
      undoFloatPredictor(bytes, rowSamples, rows, bands, sampleBytes);
    } else {
      if (!littleEndian && sampleBytes > 1) swapBytes(bytes, sampleBytes);
      if (layout.predictor === 2) undoHorizontalPredictor(bytes, rowSamples, rows, bands, sampleBytes);
    }
  }
  return split(toSamples(bytes, layout), bands, layout, rows);
}

/** A view that starts at byte 0 of its own buffer when wider samples need it, and is ours to change. */
function aligned(bytes: Uint8Array<ArrayBuffer>, length: number): Uint8Array<ArrayBuffer> {
  return bytes.byteOffset % 8 === 0 ? bytes.subarray(0, length) : bytes.slice(0, length);
}

function toSamples(bytes: Uint8Array<ArrayBuffer>, layout: ImageLayout): BandArray {
  const { buffer, byteOffset, byteLength } = bytes;
  if (layout.float && layout.bits === 16) return widenHalfFloats(new Uint16Array(buffer, byteOffset, byteLength / 2));
  switch (layout.dtype) {
    case "uint8":
      return bytes;
    case "int8":
      return new Int8Array(buffer, byteOffset, byteLength);
    case "uint16":
      return new Uint16Array(buffer, byteOffset, byteLength / 2);
    case "int16":
      return new Int16Array(buffer, byteOffset, byteLength / 2);
    case "uint32":
      return new Uint32Array(buffer, byteOffset, byteLength / 4);
    case "int32":
      return new Int32Array(buffer, byteOffset, byteLength / 4);
    case "float32":
      return new Float32Array(buffer, byteOffset, byteLength / 4);
    case "float64":
      return new Float64Array(buffer, byteOffset, byteLength / 8);
  }
}

function split(samples: BandArray, bands: number, layout: ImageLayout, rows: number): BandArray[] {
  if (bands === 1) return [samples];
  const pixelCount = layout.blockWidthPx * rows;
  return Array.from({ length: bands }, (_, band) => {
    const out = createBandArray(layout.dtype, pixelCount);
    copyBand(storedBits(samples), band, bands, storedBits(out));
    return out;
  });
}

function copyBand(interleaved: StoredBits, band: number, bands: number, out: StoredBits): void {
  for (let pixel = 0, from = band; pixel < out.length; pixel++, from += bands) out[pixel] = interleaved[from]!;
}

type StoredBits = Uint8Array | Uint16Array | Uint32Array | Float64Array;

/** The same memory, told apart by width alone: a loop that meets every type of sample is several times slower. */
function storedBits({ buffer, byteOffset, length, BYTES_PER_ELEMENT }: BandArray): StoredBits {
  switch (BYTES_PER_ELEMENT) {
    case 1:
      return new Uint8Array(buffer, byteOffset, length);
    case 2:
      return new Uint16Array(buffer, byteOffset, length);
    case 4:
      return new Uint32Array(buffer, byteOffset, length);
    default:
      return new Float64Array(buffer, byteOffset, length);
  }
}

/** Samples that do not fill whole bytes, or fill three: packed from the high bit whatever the byte order, as GDAL reads. */
function unpackBits(bytes: Uint8Array, rows: number, layout: ImageLayout): BandArray {
  const rowSamples = layout.blockWidthPx * bandsPerBlock(layout);
  const rowBytes = storedRowBytes(layout);
  const { bits } = layout;
  const out = createBandArray(layout.dtype, rowSamples * rows);
  for (let row = 0; row < rows; row++) {
    let bitAt = row * rowBytes * 8;
    for (let sample = 0; sample < rowSamples; sample++, bitAt += bits) {
      let value = 0;
      let left = bits;
      let at = bitAt;
      while (left > 0) {
        const inByte = at % 8;
        const take = Math.min(8 - inByte, left);
        const chunk = (bytes[Math.floor(at / 8)]! >> (8 - inByte - take)) & ((1 << take) - 1);
        value = value * 2 ** take + chunk;
        at += take;
        left -= take;
      }
      out[row * rowSamples + sample] = value;
    }
  }
  return out;
}

function swapBytes(bytes: Uint8Array, sampleBytes: number): void {
  for (let at = 0; at + sampleBytes <= bytes.length; at += sampleBytes) {
    for (let low = at, high = at + sampleBytes - 1; low < high; low++, high--) {
      const value = bytes[low]!;
      bytes[low] = bytes[high]!;
      bytes[high] = value;
    }
  }
}

function undoHorizontalPredictor(
  bytes: Uint8Array<ArrayBuffer>,
  rowSamples: number,
  rows: number,
  bands: number,
  sampleBytes: number,
): void {
  const { buffer, byteOffset, byteLength } = bytes;
  const samples =
    sampleBytes === 1
      ? bytes
      : sampleBytes === 2
        ? new Uint16Array(buffer, byteOffset, byteLength / 2)
        : sampleBytes === 4
          ? new Uint32Array(buffer, byteOffset, byteLength / 4)
          : new BigUint64Array(buffer, byteOffset, byteLength / 8);
  for (let row = 0; row < rows; row++) {
    const end = (row + 1) * rowSamples;
    // Typed arrays wrap around on overflow, which is what the predictor wants.
    if (samples instanceof BigUint64Array) {
      for (let at = row * rowSamples + bands; at < end; at++) samples[at]! += samples[at - bands]!;
    } else {
      for (let at = row * rowSamples + bands; at < end; at++) samples[at]! += samples[at - bands]!;
    }
  }
}

/** In place. Each row holds all most significant bytes, then the next, …, differenced byte by byte. */
function undoFloatPredictor(
  bytes: Uint8Array,
  rowSamples: number,
  rows: number,
  bands: number,
  sampleBytes: number,
): void {
  const rowBytes = rowSamples * sampleBytes;
  const stored = new Uint8Array(rowBytes);
  const step = bands * sampleBytes;
  for (let start = 0; start < rows * rowBytes; start += rowBytes) {
    const end = start + rowBytes;
    stored.set(bytes.subarray(start, end));
    for (let band = 0; band < bands; band++) {
      let sum = 0;
      let from = band;
      for (let byte = sampleBytes - 1; byte >= 0; byte--) {
        for (let to = start + band * sampleBytes + byte; to < end; to += step, from += bands) {
          sum = (sum + stored[from]!) & 255;
          bytes[to] = sum;
        }
      }
    }
  }
}

/** IEEE 754 binary16 → binary32. */
function widenHalfFloats(halves: Uint16Array): Float32Array {
  return Float32Array.from(halves, (half) => {
    const sign = half & 0x8000 ? -1 : 1;
    const exponent = (half >> 10) & 31;
    const fraction = half & 1023;
    if (exponent === 0) return sign * fraction * 2 ** -24;
    if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
    return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  });
}
