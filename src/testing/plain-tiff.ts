/** Uncompressed TIFFs in strips of 16 rows, byte by byte, for tests that start no other program (TIFF 6.0, GeoTIFF 1.1). */

export interface PlainTiff {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Samples of a pixel side by side: bytes, or one 32-bit float. */
  readonly samples: Uint8Array | Float32Array;
  /** Of a north-up raster in EPSG:25832; no position without it. */
  readonly pixelSizeMetres?: number;
}

const SHORT = 3;
const LONG = 4;
const DOUBLE = 12;
const STRIP_ROWS = 16;

export function plainTiff({ widthPx, heightPx, samples, pixelSizeMetres }: PlainTiff): Uint8Array<ArrayBuffer> {
  const isFloat = samples instanceof Float32Array;
  const bands = samples.length / (widthPx * heightPx);
  const bits = isFloat ? 32 : 8;
  const stripBytes = (samples.byteLength / heightPx) * STRIP_ROWS;
  const strips = Math.ceil(heightPx / STRIP_ROWS);
  const fields: [tag: number, type: number, values: readonly number[]][] = [
    [256, LONG, [widthPx]],
    [257, LONG, [heightPx]],
    [258, SHORT, Array(bands).fill(bits)],
    [259, SHORT, [1]],
    [262, SHORT, [bands === 3 ? 2 : 1]],
    [273, LONG, Array(strips).fill(0)],
    [277, SHORT, [bands]],
    [278, LONG, [STRIP_ROWS]],
    [279, LONG, Array.from({ length: strips }, (_, at) => Math.min(stripBytes, samples.byteLength - at * stripBytes))],
    [339, SHORT, Array(bands).fill(isFloat ? 3 : 1)],
    ...(pixelSizeMetres === undefined ? [] : position(pixelSizeMetres)),
  ];
  const directoryBytes = 8 + 2 + 12 * fields.length + 4;
  const sizes: Readonly<Record<number, number>> = { [SHORT]: 2, [LONG]: 4, [DOUBLE]: 8 };
  const size = (type: number, count: number) => sizes[type]! * count;
  const outside = fields.reduce(
    (sum, [, type, { length }]) => sum + Math.max(0, size(type, length) > 4 ? size(type, length) : 0),
    0,
  );
  const dataAt = directoryBytes + outside;
  const bytes = new Uint8Array(dataAt + samples.byteLength);
  const view = new DataView(bytes.buffer);
  const put = (at: number, type: number, values: readonly number[]) =>
    values.forEach((value, index) => {
      if (type === SHORT) view.setUint16(at + 2 * index, value, true);
      else if (type === LONG) view.setUint32(at + 4 * index, value, true);
      else view.setFloat64(at + 8 * index, value, true);
    });
  bytes.set([0x49, 0x49, 42, 0, 8]);
  view.setUint16(8, fields.length, true);
  let free = directoryBytes;
  for (const [index, [tag, type, values]] of fields.entries()) {
    const at = 10 + 12 * index;
    view.setUint16(at, tag, true);
    view.setUint16(at + 2, type, true);
    view.setUint32(at + 4, values.length, true);
    const told = tag === 273 ? values.map((_, strip) => dataAt + strip * stripBytes) : values;
    if (size(type, values.length) <= 4) put(at + 8, type, told);
    else {
      view.setUint32(at + 8, free, true);
      put(free, type, told);
      free += size(type, values.length);
    }
  }
  bytes.set(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength), dataAt);
  return bytes;
}

function position(pixelSizeMetres: number): [number, number, readonly number[]][] {
  return [
    [33550, DOUBLE, [pixelSizeMetres, pixelSizeMetres, 0]],
    [33922, DOUBLE, [0, 0, 0, 500_000, 5_600_000, 0]],
    [34735, SHORT, [1, 1, 0, 3, 1024, 0, 1, 1, 1025, 0, 1, 1, 3072, 0, 1, 25_832]],
  ];
}
