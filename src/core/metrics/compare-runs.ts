/**
 * Is one run better than another, or is it chance? Paired bootstrap over windows (Efron & Tibshirani 1993, ch. 13):
 * both runs are scored on the same resampled windows, so that easy and hard windows cancel out.
 */

import { seededRandom } from "../sampling/seeded-random";
import { type ConfusionMatrix, sumConfusion } from "./confusion-matrix";
import { scoreConfusion } from "./scores";

export interface RunComparison {
  /** meanIou of B minus meanIou of A over all windows. */
  readonly difference: number;
  /** Percentile interval of the resampled differences. */
  readonly low: number;
  readonly high: number;
  readonly level: number;
  readonly windows: number;
  readonly resamples: number;
}

/**
 * @param windowsA  One confusion matrix per window of run A; `windowsB` the same windows of run B, in the same order.
 * @param averaged  Classes in the mean IoU; see `scoreConfusion`.
 * @returns Null when no window has a defined score.
 * @throws {RangeError} If the two lists differ in length.
 */
export function compareRuns(
  windowsA: readonly ConfusionMatrix[],
  windowsB: readonly ConfusionMatrix[],
  averaged: readonly number[],
  { resamples = 1000, level = 0.95, seed = 1 }: { resamples?: number; level?: number; seed?: number } = {},
): RunComparison | null {
  if (windowsA.length !== windowsB.length) {
    throw new RangeError(`run A has ${windowsA.length} windows, run B ${windowsB.length}`);
  }
  const difference = meanIouDifference(windowsA, windowsB, averaged);
  if (difference === null) {
    return null;
  }
  const random = seededRandom(seed);
  const differences: number[] = [];
  for (let resample = 0; resample < resamples; resample++) {
    const drawn = windowsA.map(() => Math.floor(random() * windowsA.length));
    const resampled = meanIouDifference(
      drawn.map((window) => windowsA[window]!),
      drawn.map((window) => windowsB[window]!),
      averaged,
    );
    if (resampled !== null) {
      differences.push(resampled);
    }
  }
  differences.sort((left, right) => left - right);
  return {
    difference,
    low: quantile(differences, (1 - level) / 2),
    high: quantile(differences, (1 + level) / 2),
    level,
    windows: windowsA.length,
    resamples: differences.length,
  };
}

function meanIouDifference(
  windowsA: readonly ConfusionMatrix[],
  windowsB: readonly ConfusionMatrix[],
  averaged: readonly number[],
): number | null {
  const [meanA, meanB] = [windowsA, windowsB].map((windows) => {
    return scoreConfusion(sumConfusion(windows), averaged).meanIou;
  });
  return meanA == null || meanB == null ? null : meanB - meanA;
}

/** Linear interpolation between order statistics, NumPy's default. */
function quantile(sorted: readonly number[], fraction: number): number {
  const position = (sorted.length - 1) * fraction;
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (sorted[above]! - sorted[below]!) * (position - below);
}
