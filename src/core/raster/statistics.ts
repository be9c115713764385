/**
 * Running statistics of a band, block by block: minimum, maximum, mean, population standard deviation.
 *
 * Welford's update merged per block (Chan, Golub, LeVeque 1979), so that large means do not eat small deviations.
 */
import type { LeftOut } from "../heights/left-out";
import type { BandArray } from "./dtype";

export interface BandStatistics {
  /** Of valid pixels, as stored; NaN when there is none. */
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  /** Population standard deviation, as GDAL reports it. */
  readonly standardDeviation: number;
  readonly validCount: number;
  readonly totalCount: number;
  /** Values nobody declared as missing but that surely are (−9999, spikes far from all others); excluded above. */
  readonly leftOut: readonly LeftOut[];
}

/** Values that writers use for missing heights without saying so. */
const SUSPECTS: readonly number[] = [
  -9999, -10_000, -32767, -32768, -99999, -3.4028234663852886e38, 3.4028234663852886e38,
];

/** Whether values from `low` to `high` are one that writers use for nothing. */
export function isNodataByCustom(low: number, high: number): boolean {
  return low === high && SUSPECTS.includes(low);
}

/** Heights on earth end at −430 m; whatever a suspect value shares the sample with must be far above it. */
const LOWEST_HEIGHT = -2000;

/** A value that surely means "nothing" in a sample of heights; null when there is none or it might be real. */
export function suspectNodata(samples: readonly number[]): number | null {
  const found = SUSPECTS.find((suspect) => samples.includes(suspect)) ?? null;
  if (found === null) return null;
  const rest = samples.filter((value) => value !== found && Number.isFinite(value));
  return rest.every((value) => value > LOWEST_HEIGHT && value < 1e30) ? found : null;
}

/** Share of samples at the edges that makes a fill of them. */
const LEAST_FILL = 0.05;
/** Ground near sea level may be 0; nothing lower than this lies above a gap. */
const LEAST_ABOVE_ZERO = 30;

/**
 * A fill of 0 or of the type's largest value along the edges of a surface model that declares none; null when there is
 * none or it might be ground: the rest must lie further from it than its own range is wide.
 *
 * @param typeMax Of an integer type; null for decimal numbers.
 */
export function suspectFill(samples: readonly number[], typeMax: number | null): number | null {
  const isFill = (fill: number) => {
    const rest = samples.filter((value) => value !== fill);
    const count = samples.length - rest.length;
    if (count < LEAST_FILL * samples.length || rest.length === 0) return false;
    const [low, high] = [Math.min(...rest), Math.max(...rest)];
    const gap = fill === 0 ? low : fill - high;
    return gap > high - low && (fill !== 0 || low >= LEAST_ABOVE_ZERO);
  };
  return [0, ...(typeMax === null ? [] : [typeMax])].find(isFill) ?? null;
}

/** Samples looked at together. */
const CHUNK = 1 << 14;

export class StatisticsAccumulator {
  #count = 0;
  #total = 0;
  #mean = 0;
  #squares = 0;
  #min = Infinity;
  #max = -Infinity;
  readonly #suspects = new Map<number, number>();
  readonly #watch: ReadonlySet<number>;
  readonly #values = new Float64Array(CHUNK);

  /** @param watchSuspects Off when the user said what is missing: then −9999 is a value like any other. */
  constructor(watchSuspects: boolean) {
    this.#watch = new Set(watchSuspects ? SUSPECTS : []);
  }

  /** @param valid 1 per pixel that counts, or null when all do. */
  add(samples: BandArray, valid: Uint8Array | null): void {
    this.#total += samples.length;
    const watches = this.#watch.size > 0;
    let count = 0;
    let sum = 0;
    let min = this.#min;
    let max = this.#max;
    for (const { values, counts } of this.#chunks(samples, valid)) {
      for (let index = 0; index < values.length; index++) {
        if (counts !== null && counts[index] === 0) continue;
        const value = values[index]!;
        if (watches && this.#isSuspect(value)) continue;
        if (value < min) min = value;
        if (value > max) max = value;
        sum += value;
        count++;
      }
    }
    this.#min = min;
    this.#max = max;
    if (count === 0) return;
    const mean = sum / count;
    let squares = 0;
    for (const { values, counts } of this.#chunks(samples, valid)) {
      for (let index = 0; index < values.length; index++) {
        if (counts !== null && counts[index] === 0) continue;
        const value = values[index]!;
        if (watches && this.#watch.has(value)) continue;
        const difference = value - mean;
        squares += difference * difference;
      }
    }
    const merged = this.#count + count;
    const difference = mean - this.#mean;
    this.#squares += squares + (difference * difference * this.#count * count) / merged;
    this.#mean += (difference * count) / merged;
    this.#count = merged;
  }

  /** One type of number for every type of sample: a loop that meets all of them is several times slower. */
  *#chunks(samples: BandArray, valid: Uint8Array | null) {
    for (let from = 0; from < samples.length; from += CHUNK) {
      const part = samples.subarray(from, from + CHUNK);
      const values = this.#values.subarray(0, part.length);
      values.set(part);
      yield { values, counts: valid?.subarray(from, from + CHUNK) ?? null };
    }
  }

  finish(): BandStatistics {
    return {
      min: this.#count === 0 ? Number.NaN : this.#min,
      max: this.#count === 0 ? Number.NaN : this.#max,
      mean: this.#count === 0 ? Number.NaN : this.#mean,
      standardDeviation: this.#count === 0 ? Number.NaN : Math.sqrt(this.#squares / this.#count),
      validCount: this.#count,
      totalCount: this.#total,
      leftOut: [...this.#suspects].map(([value, count]) => ({ low: value, high: value, count, gap: 0 })),
    };
  }

  #isSuspect(value: number): boolean {
    if (!this.#watch.has(value)) return false;
    this.#suspects.set(value, (this.#suspects.get(value) ?? 0) + 1);
    return true;
  }
}
