/**
 * GDAL's 16-bit image checksum, for holding what we read against what GDAL reads.
 *
 * Each sample, as a 32-bit integer, modulo one of eleven primes in turn; the sum keeps 16 bits. Floats are rounded
 * half up and clamped; NaN and infinity count as −2³¹. Unsigned 32-bit samples are clamped to 2³¹ − 1.
 * Source: GDALChecksumImage (GDAL 3.6, alg/gdalchecksum.cpp).
 */
import type { BandArray } from "./dtype";

const PRIMES = [7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43];

export class ChecksumAccumulator {
  #sum = 0;
  #prime = 0;

  get value(): number {
    return this.#sum;
  }

  /** Adds the next samples in row-major order. */
  add(samples: BandArray): void {
    const isFloat = samples instanceof Float32Array || samples instanceof Float64Array;
    const isUnsigned32 = samples instanceof Uint32Array;
    let sum = this.#sum;
    let prime = this.#prime;
    for (let index = 0; index < samples.length; index++) {
      const sample = samples[index]!;
      const value = isFloat ? roundLikeGdal(sample) : isUnsigned32 && sample > 2147483647 ? 2147483647 : sample;
      // `%` keeps the sign of the dividend as C does; the mask then works on two's complement.
      sum = (sum + (value % PRIMES[prime]!)) & 0xffff;
      prime = prime === 10 ? 0 : prime + 1;
    }
    this.#sum = sum;
    this.#prime = prime;
  }
}

function roundLikeGdal(value: number): number {
  if (!Number.isFinite(value)) return -2147483648;
  const rounded = Math.floor(value + 0.5);
  if (rounded < -2147483647) return -2147483647;
  return Math.min(rounded, 2147483647);
}
