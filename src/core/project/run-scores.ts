/** What a run was counted to be worth, as it stands in a project that is handed on: figures for whoever lacks its mask. */
import type { ModelClass } from "../manifest/manifest";
import type { ConfusionMatrix } from "../metrics/confusion-matrix";

export interface RunScores {
  /** Rows and columns of both matrices. */
  readonly classes: readonly ModelClass[];
  readonly withBoundary: StoredMatrix;
  readonly noBoundary: StoredMatrix;
  /** Radius in pixels of the disc that eroded the truth for `noBoundary`. */
  readonly boundaryPx: number;
  readonly notes: readonly string[];
}

/** Row-major pixels by truth and predicted class, classes². */
export interface StoredMatrix {
  readonly counts: readonly number[];
  readonly ignoredTruth: number;
  readonly missingPrediction: number;
}

export function storeMatrix({ counts, ignoredTruth, missingPrediction }: ConfusionMatrix): StoredMatrix {
  return { counts: [...counts], ignoredTruth, missingPrediction };
}

export function restoreMatrix({ counts, ...rest }: StoredMatrix): ConfusionMatrix {
  return { classCount: Math.sqrt(counts.length), counts: Float64Array.from(counts), ...rest };
}

/** Of a file of unknown origin: a matrix that has not a row and a column for each class. */
export function hasOddMatrix({ classes, withBoundary, noBoundary }: RunScores): boolean {
  return [withBoundary, noBoundary].some(({ counts }) => counts.length !== classes.length ** 2);
}
