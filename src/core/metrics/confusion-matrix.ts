/**
 * Confusion matrix: counts of pixels by truth class (rows) and predicted class (columns), as scikit-learn orders them.
 */

export interface ConfusionMatrix {
  /** C, the number of truth and prediction classes. */
  readonly classCount: number;
  /** `[C, C]`, row-major, whole numbers; Float64 because a city has more than 2³² pixels. */
  readonly counts: Float64Array;
  /** Pixels whose truth is ignored or unknown; they enter no total. */
  readonly ignoredTruth: number;
  /** Pixels with truth but without a prediction (nodata); they enter no total either, and are said. */
  readonly missingPrediction: number;
}

export function emptyConfusionMatrix(classCount: number): ConfusionMatrix {
  return { classCount, counts: new Float64Array(classCount * classCount), ignoredTruth: 0, missingPrediction: 0 };
}

/**
 * Counts one block of pixels.
 *
 * @param truth       Class ids, 0 ≤ id < classCount; anything else is ignored.
 * @param prediction  Class ids of the same length; anything outside 0 … classCount − 1 is "no prediction".
 * @throws {RangeError} If the lengths differ.
 */
export function countConfusion(truth: Uint8Array, prediction: Uint8Array, classCount: number): ConfusionMatrix {
  if (truth.length !== prediction.length) {
    throw new RangeError(`truth has ${truth.length} pixels, prediction ${prediction.length}`);
  }
  const counts = new Float64Array(classCount * classCount);
  let ignoredTruth = 0;
  let missingPrediction = 0;
  for (let pixel = 0; pixel < truth.length; pixel++) {
    const row = truth[pixel]!;
    const column = prediction[pixel]!;
    if (row >= classCount) {
      ignoredTruth++;
    } else if (column >= classCount) {
      missingPrediction++;
    } else {
      counts[row * classCount + column]!++;
    }
  }
  return { classCount, counts, ignoredTruth, missingPrediction };
}

/**
 * Sum of matrices of one size: blocks of one raster, or the tiles of a test set (as the papers pool them).
 *
 * @throws {RangeError} If the class counts differ.
 */
export function sumConfusion(matrices: readonly ConfusionMatrix[]): ConfusionMatrix {
  const classCount = matrices[0]?.classCount ?? 0;
  const counts = new Float64Array(classCount * classCount);
  let ignoredTruth = 0;
  let missingPrediction = 0;
  for (const matrix of matrices) {
    if (matrix.classCount !== classCount) {
      throw new RangeError(`cannot add matrices of ${classCount} and ${matrix.classCount} classes`);
    }
    for (let cell = 0; cell < counts.length; cell++) {
      counts[cell]! += matrix.counts[cell]!;
    }
    ignoredTruth += matrix.ignoredTruth;
    missingPrediction += matrix.missingPrediction;
  }
  return { classCount, counts, ignoredTruth, missingPrediction };
}

/**
 * Merges classes, for truth with fewer classes than the model (ground = impervious surface + low vegetation).
 *
 * @param target  New class of each old class, or null to leave the class out of both axes.
 */
export function mergeConfusion(
  matrix: ConfusionMatrix,
  target: readonly (number | null)[],
  classCount: number,
): ConfusionMatrix {
  const counts = new Float64Array(classCount * classCount);
  let ignoredTruth = matrix.ignoredTruth;
  let missingPrediction = matrix.missingPrediction;
  for (let row = 0; row < matrix.classCount; row++) {
    for (let column = 0; column < matrix.classCount; column++) {
      const count = matrix.counts[row * matrix.classCount + column]!;
      const truthClass = target[row] ?? null;
      const predictedClass = target[column] ?? null;
      if (truthClass === null) {
        ignoredTruth += count;
      } else if (predictedClass === null) {
        missingPrediction += count;
      } else {
        counts[truthClass * classCount + predictedClass]! += count;
      }
    }
  }
  return { classCount, counts, ignoredTruth, missingPrediction };
}
