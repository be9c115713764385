/**
 * Statistics of a band of heights without what cannot be heights: spikes and undeclared fills, whatever their values.
 *
 * Samples are kept as sums in 65,536 bins (the upper half of their float32 bits, in order), each with its exact smallest
 * and largest value, so that one pass over any raster says where the gaps between its heights are.
 */
import type { BandArray } from "../raster/dtype";
import { metresPerHeightUnit } from "../raster/height-unit";
import type { BandFacts } from "../raster/raster";
import { type BandStatistics, isNodataByCustom } from "../raster/statistics";
import type { LeftOut } from "./left-out";

const BINS = 1 << 16;
/** No step between neighbouring heights of one place is that high; where heights spread further, their spread counts. */
const LEAST_GAP_METRES = 50;
/** Part of all pixels that may be a spike; one and the same value may be a fill, whatever its share. */
const MOST_SPIKES = 0.001;

interface Cluster {
  readonly low: number;
  readonly high: number;
  readonly count: number;
  readonly mean: number;
  /** Sum of squared differences from the mean. */
  readonly squares: number;
}

export class HeightStatistics {
  #total = 0;
  readonly #count = new Float64Array(BINS);
  readonly #low = new Float64Array(BINS);
  readonly #high = new Float64Array(BINS);
  /** Sums are of differences from the first value, so that large heights do not eat small deviations. */
  readonly #first = new Float64Array(BINS);
  readonly #sum = new Float64Array(BINS);
  readonly #squares = new Float64Array(BINS);
  readonly #leastGap: number;

  constructor(band: Pick<BandFacts, "unit" | "scale">) {
    this.#leastGap = LEAST_GAP_METRES / metresPerHeightUnit(band) / Math.abs(band.scale);
  }

  /** @param valid 1 per pixel that counts, or null when all do. */
  add(samples: BandArray, valid: Uint8Array | null): void {
    this.#total += samples.length;
    const single = new Float32Array(1);
    const word = new Uint32Array(single.buffer);
    for (let index = 0; index < samples.length; index++) {
      if (valid !== null && valid[index] === 0) continue;
      const value = samples[index]!;
      single[0] = value;
      const bits = word[0]!;
      const bin = (bits & 0x80000000 ? ~bits : bits ^ 0x80000000) >>> 16;
      if (this.#count[bin]!++ === 0) {
        this.#low[bin] = this.#high[bin] = this.#first[bin] = value;
        continue;
      }
      if (value < this.#low[bin]!) this.#low[bin] = value;
      if (value > this.#high[bin]!) this.#high[bin] = value;
      const difference = value - this.#first[bin]!;
      this.#sum[bin]! += difference;
      this.#squares[bin]! += difference * difference;
    }
  }

  finish(): BandStatistics {
    const clusters = this.#clusters();
    const { kept, leftOut } = divide(clusters, this.#leastGap);
    const all = kept.reduce(merge, { low: Infinity, high: -Infinity, count: 0, mean: 0, squares: 0 });
    return {
      min: all.count === 0 ? Number.NaN : all.low,
      max: all.count === 0 ? Number.NaN : all.high,
      mean: all.count === 0 ? Number.NaN : all.mean,
      standardDeviation: all.count === 0 ? Number.NaN : Math.sqrt(all.squares / all.count),
      validCount: all.count,
      totalCount: this.#total,
      leftOut,
    };
  }

  /** Heights with gaps between them, in order. */
  #clusters(): readonly Cluster[] {
    const clusters: Cluster[] = [];
    for (let bin = 0; bin < BINS; bin++) {
      const count = this.#count[bin]!;
      if (count === 0) continue;
      const mean = this.#sum[bin]! / count;
      const cluster = {
        low: this.#low[bin]!,
        high: this.#high[bin]!,
        count,
        mean: this.#first[bin]! + mean,
        squares: Math.max(0, this.#squares[bin]! - mean * this.#sum[bin]!),
      };
      const before = clusters.at(-1);
      const isNear = before !== undefined && cluster.low - before.high <= this.#leastGap;
      if (isNear && !isNodataByCustom(before.high, before.low) && !isNodataByCustom(cluster.low, cluster.high)) {
        clusters[clusters.length - 1] = merge(before, cluster);
      } else clusters.push(cluster);
    }
    return clusters;
  }
}

/** The terrain, and what lies further from it than it is high itself. */
function divide(
  clusters: readonly Cluster[],
  leastGap: number,
): { readonly kept: readonly Cluster[]; readonly leftOut: readonly LeftOut[] } {
  const few = Math.max(1, MOST_SPIKES * clusters.reduce((sum, { count }) => sum + count, 0));
  const heights = clusters.filter(({ low, high }) => !isNodataByCustom(low, high));
  const larger = (one: Cluster | undefined, other: Cluster) => (one && one.count >= other.count ? one : other);
  const varied = heights.filter((cluster) => cluster.low < cluster.high && cluster.count > few);
  const terrain = (varied.length > 0 ? varied : heights).reduce<Cluster | undefined>(larger, undefined);
  let [low, high] = terrain === undefined ? [0, 0] : [terrain.low, terrain.high];
  const mayGo = (cluster: Cluster) => cluster.count <= few || (varied.length > 0 && cluster.low === cluster.high);
  const isHeight = (cluster: Cluster) => {
    const gap = Math.max(low - cluster.high, cluster.low - high);
    return gap <= Math.max(leastGap, high - low) || !mayGo(cluster);
  };
  for (let grows = true; grows; ) {
    grows = false;
    for (const cluster of heights) {
      if ((cluster.low >= low && cluster.high <= high) || !isHeight(cluster)) continue;
      [low, high] = [Math.min(low, cluster.low), Math.max(high, cluster.high)];
      grows = true;
    }
  }
  const kept = heights.filter((cluster) => cluster.low >= low && cluster.high <= high);
  const leftOut: LeftOut[] = [];
  // Spikes with no height between them are told together.
  let spikesAt = -1;
  for (const cluster of clusters) {
    if (kept.includes(cluster)) {
      spikesAt = -1;
      continue;
    }
    const gap = kept.length === 0 ? 0 : Math.max(low - cluster.high, cluster.low - high);
    const here: LeftOut = { low: cluster.low, high: cluster.high, count: cluster.count, gap };
    const spikes = leftOut[spikesAt];
    if (cluster.count > few || spikes === undefined) {
      const length = leftOut.push(here);
      if (cluster.count <= few) spikesAt = length - 1;
    } else {
      leftOut[spikesAt] = {
        low: spikes.low,
        high: here.high,
        count: spikes.count + here.count,
        gap: Math.min(spikes.gap, gap),
      };
    }
  }
  return { kept, leftOut };
}

/** Of neighbours in order (Chan, Golub, LeVeque 1979). */
function merge(one: Cluster, other: Cluster): Cluster {
  const count = one.count + other.count;
  const difference = other.mean - one.mean;
  return {
    low: Math.min(one.low, other.low),
    high: Math.max(one.high, other.high),
    count,
    mean: one.mean + (difference * other.count) / count,
    squares: one.squares + other.squares + (difference * difference * one.count * other.count) / count,
  };
}
