/** Sample types a raster band can hold, named as NumPy and rasterio name them. */
export type DType = "uint8" | "uint16" | "uint32" | "int8" | "int16" | "int32" | "float32" | "float64";

/** The typed array that holds each sample type. 16-bit floats are widened to float32, 1–7-bit integers to uint8. */
export type BandArray =
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Float32Array
  | Float64Array;

const ARRAYS = {
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  float32: Float32Array,
  float64: Float64Array,
} as const satisfies Record<DType, unknown>;

/** A zero-filled array of `length` samples. */
export function createBandArray(dtype: DType, length: number): BandArray {
  return new ARRAYS[dtype](length);
}

export function bytesPerSample(dtype: DType): number {
  return ARRAYS[dtype].BYTES_PER_ELEMENT;
}

export function isFloat(dtype: DType): boolean {
  return dtype === "float32" || dtype === "float64";
}

/** Smallest and largest value an integer type can hold; null for floats. */
export function integerRange(dtype: DType): readonly [min: number, max: number] | null {
  if (isFloat(dtype)) return null;
  const bits = bytesPerSample(dtype) * 8;
  return dtype.startsWith("u") ? [0, 2 ** bits - 1] : [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1];
}
