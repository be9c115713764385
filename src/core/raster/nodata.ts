/**
 * Nodata values as files spell them, and which samples they mark as missing.
 */
import { type BandArray, type DType, integerRange } from "./dtype";

/**
 * Parses GDAL_NODATA (tag 42113) and its many spellings: "-9999", "-9999.0 ", "nan", "-nan", "1.#INF", "-1.#IND",
 * "-3.40282346638529e+38".
 *
 * @returns Null when the text is no number.
 */
export function parseNodata(text: string): number | null {
  const word = text.trim().toLowerCase();
  if (word === "") return null;
  if (/^[+-]?nan|^[+-]?1\.#(ind|qnan|snan)/.test(word)) return Number.NaN;
  if (/^[+-]?(inf|1\.#inf)/.test(word)) return word.startsWith("-") ? -Infinity : Infinity;
  const value = Number(word.replace(",", "."));
  return Number.isNaN(value) ? null : value;
}

/** The declared nodata as a band of this type would store it; null when no sample of the type can equal it. */
export function nodataInType(nodata: number | null, dtype: DType): number | null {
  if (nodata === null) return null;
  const range = integerRange(dtype);
  if (range !== null) return Number.isInteger(nodata) && nodata >= range[0] && nodata <= range[1] ? nodata : null;
  if (dtype === "float64" || !Number.isFinite(nodata)) return nodata;
  // Decimal spellings of ±FLT_MAX round to infinity in single precision.
  const single = Math.fround(nodata);
  return Number.isFinite(single) ? single : Math.sign(nodata) * FLOAT32_MAX;
}

const FLOAT32_MAX = 3.4028234663852886e38;

/**
 * Marks missing samples of one band: `missing[i] = 1` where the sample is its nodata or no finite number.
 *
 * Single-precision nodata is compared with the tolerance GDAL uses (ARE_REAL_EQUAL), because writers print -3.4e38
 * with few digits.
 */
export function markMissing(samples: BandArray, nodata: number | null, missing: Uint8Array): void {
  const isFloatBand = samples instanceof Float32Array || samples instanceof Float64Array;
  if (isFloatBand) {
    const marks = nodata !== null && Number.isFinite(nodata);
    const tolerance = marks && samples instanceof Float32Array ? Math.abs(nodata) * 2 ** -22 : 0;
    for (let index = 0; index < samples.length; index++) {
      const value = samples[index]!;
      missing[index] = !Number.isFinite(value) || (marks && Math.abs(value - nodata) <= tolerance) ? 1 : 0;
    }
    return;
  }
  if (nodata === null) {
    missing.fill(0);
    return;
  }
  for (let index = 0; index < samples.length; index++) missing[index] = samples[index] === nodata ? 1 : 0;
}
