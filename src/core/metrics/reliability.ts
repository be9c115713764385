/**
 * How far a run's confidence can be trusted: reliability bins, expected calibration error and the
 * coverage–accuracy curve, all from one histogram of confidence bytes.
 *
 * ECE = Σ_b (n_b / N) · |accuracy_b − confidence_b| over equal-width bins (Guo et al. 2017, arXiv 1706.04599, eq. 3).
 */

/** Pixels by confidence byte (0–255 for 0–1), all and correctly predicted ones; pixels without truth are not in it. */
export interface ConfidenceHistogram {
  /** `[256]` */
  readonly all: Float64Array;
  /** `[256]` */
  readonly correct: Float64Array;
}

export interface ReliabilityBin {
  /** Range of confidence, 0–1; the upper end belongs to the bin. */
  readonly from: number;
  readonly to: number;
  readonly pixels: number;
  readonly meanConfidence: number;
  readonly accuracy: number;
}

/** Pixels whose truth or prediction is ≥ classCount are left out. */
export function countConfidence(
  truth: Uint8Array,
  prediction: Uint8Array,
  confidence: Uint8Array,
  classCount: number,
): ConfidenceHistogram {
  const all = new Float64Array(256);
  const correct = new Float64Array(256);
  for (let pixel = 0; pixel < truth.length; pixel++) {
    if (truth[pixel]! < classCount && prediction[pixel]! < classCount) {
      const byte = confidence[pixel]!;
      all[byte]!++;
      if (truth[pixel] === prediction[pixel]) {
        correct[byte]!++;
      }
    }
  }
  return { all, correct };
}

/** Of parts of one raster, or of the tiles of a test set. */
export function sumConfidence(histograms: readonly ConfidenceHistogram[]): ConfidenceHistogram {
  const sum = { all: new Float64Array(256), correct: new Float64Array(256) };
  for (const { all, correct } of histograms) {
    for (let byte = 0; byte < 256; byte++) {
      sum.all[byte]! += all[byte]!;
      sum.correct[byte]! += correct[byte]!;
    }
  }
  return sum;
}

/** Bins that hold pixels, in order of confidence; empty bins are left out. */
export function reliabilityBins({ all, correct }: ConfidenceHistogram, binCount = 15): readonly ReliabilityBin[] {
  const sums = Array.from({ length: binCount }, () => ({ pixels: 0, correct: 0, confidence: 0 }));
  for (let byte = 0; byte < 256; byte++) {
    // Bins are half open on the left, (b / n, (b + 1) / n], as in the paper; 0 falls into the first.
    const bin = sums[Math.max(0, Math.ceil((byte / 255) * binCount) - 1)]!;
    bin.pixels += all[byte]!;
    bin.correct += correct[byte]!;
    bin.confidence += (byte / 255) * all[byte]!;
  }
  return sums.flatMap((bin, position) =>
    bin.pixels === 0
      ? []
      : [
          {
            from: position / binCount,
            to: (position + 1) / binCount,
            pixels: bin.pixels,
            meanConfidence: bin.confidence / bin.pixels,
            accuracy: bin.correct / bin.pixels,
          },
        ],
  );
}

/** Null when there are no pixels. */
export function expectedCalibrationError(bins: readonly ReliabilityBin[]): number | null {
  const total = bins.reduce((sum, { pixels }) => sum + pixels, 0);
  return total === 0
    ? null
    : bins.reduce((sum, bin) => sum + bin.pixels * Math.abs(bin.accuracy - bin.meanConfidence), 0) / total;
}

export interface CoveragePoint {
  /** Pixels with at least this confidence are kept. */
  readonly threshold: number;
  /** Share of pixels kept, 0–1. */
  readonly coverage: number;
  /** Overall accuracy among them. */
  readonly accuracy: number;
}

/** From the most confident pixels only (low coverage) to all of them (coverage 1). */
export function coverageAccuracy({ all, correct }: ConfidenceHistogram): readonly CoveragePoint[] {
  const total = all.reduce((sum, count) => sum + count, 0);
  const points: CoveragePoint[] = [];
  let kept = 0;
  let right = 0;
  for (let byte = 255; byte >= 0; byte--) {
    if (all[byte] === 0) {
      continue;
    }
    kept += all[byte]!;
    right += correct[byte]!;
    points.push({ threshold: byte / 255, coverage: kept / total, accuracy: right / kept });
  }
  return points;
}
