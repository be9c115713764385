/**
 * GDAL's 16-bit image checksum, for holding what we read against what GDAL reads.
 *
 * Each sample, as a 32-bit integer, modulo one of eleven primes in turn; the sum keeps 16 bits. Floats are rounded
 * half up and clamped; NaN and infinity count as −2³¹. Unsigned 32-bit samples are clamped to 2³¹ − 1.
 * Source: GDALChecksumImage (GDAL 3.6, alg/gdalchecksum.cpp).
 */
import type { BandArray } from "./dtype";

const PRIMES = [7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43];

/** Samples that are made integers at a time: one loop then serves every type, which is several times faster. */
const CHUNK = 1 << 14;

export class ChecksumAccumulator {
  #sum = 0;
  #prime = 0;
  readonly #integers = new Int32Array(CHUNK);

  get value(): number {
    return this.#sum;
  }

  /** Adds the next samples in row-major order. */
  add(samples: BandArray): void {
    for (let from = 0; from < samples.length; from += CHUNK) {
      const part = samples.subarray(from, from + CHUNK);
      const integers = this.#integers.subarray(0, part.length);
      roundLikeGdal(part, integers);
      this.#addIntegers(integers);
    }
  }

  #addIntegers(integers: Int32Array): void {
    let sum = this.#sum;
    let prime = this.#prime;
    for (let index = 0; index < integers.length; index++) {
      // `%` keeps the sign of the dividend as C does; the mask then works on two's complement.
      sum = (sum + (integers[index]! % PRIMES[prime]!)) & 0xffff;
      prime = prime === 10 ? 0 : prime + 1;
    }
    this.#sum = sum;
    this.#prime = prime;
  }
}

/** Samples as 32-bit integers. */
function roundLikeGdal(samples: BandArray, integers: Int32Array): void {
  if (samples instanceof Float32Array || samples instanceof Float64Array) {
    for (let index = 0; index < samples.length; index++) integers[index] = roundedLikeGdal(samples[index]!);
  } else if (samples instanceof Uint32Array) {
    for (let index = 0; index < samples.length; index++) integers[index] = Math.min(samples[index]!, 2147483647);
  } else integers.set(samples);
}

function roundedLikeGdal(value: number): number {
  if (!Number.isFinite(value)) return -2147483648;
  const rounded = Math.floor(value + 0.5);
  if (rounded < -2147483647) return -2147483647;
  return Math.min(rounded, 2147483647);
}
