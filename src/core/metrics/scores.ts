/**
 * Every score the studio shows, derived from one confusion matrix n (rows truth, columns prediction).
 *
 * Per class i, with tp = n_ii, fn = Σ_j n_ij − tp, fp = Σ_j n_ji − tp:
 *   IoU = tp / (tp + fp + fn), F1 = 2·tp / (2·tp + fp + fn), precision = tp / (tp + fp), recall = tp / (tp + fn).
 * Overall accuracy = Σ n_ii / N. Cohen's kappa = (p_o − p_e) / (1 − p_e), p_e = Σ_i row_i · column_i / N²
 * (Cohen 1960, Educational and Psychological Measurement 20(1), eq. 1).
 *
 * A score whose denominator is zero is undefined and is null here, never 0 or 1: a class absent from truth and
 * prediction has no IoU, and means leave it out (NumPy's nanmean, as in the reference scripts).
 */
import type { ConfusionMatrix } from "./confusion-matrix";

export interface ClassScores {
  readonly classId: number;
  readonly iou: number | null;
  readonly f1: number | null;
  readonly precision: number | null;
  readonly recall: number | null;
  /** Truth pixels of the class. */
  readonly support: number;
  /** Predicted pixels of the class among those with truth. */
  readonly predicted: number;
}

export interface Scores {
  readonly perClass: readonly ClassScores[];
  /** Pixels that entered the totals. */
  readonly pixels: number;
  readonly overallAccuracy: number | null;
  readonly kappa: number | null;
  /** Means over the averaged classes whose score is defined. */
  readonly meanIou: number | null;
  readonly meanF1: number | null;
}

/**
 * @param averaged  Ids of the classes that enter meanIou and meanF1; all when absent. The ISPRS convention leaves
 *                  clutter out of the means but keeps it in the matrix, overall accuracy and kappa.
 */
export function scoreConfusion(matrix: ConfusionMatrix, averaged?: readonly number[]): Scores {
  const { classCount, counts } = matrix;
  const rowSums = new Float64Array(classCount);
  const columnSums = new Float64Array(classCount);
  let pixels = 0;
  let correct = 0;
  for (let row = 0; row < classCount; row++) {
    for (let column = 0; column < classCount; column++) {
      const count = counts[row * classCount + column]!;
      rowSums[row]! += count;
      columnSums[column]! += count;
      pixels += count;
    }
    correct += counts[row * classCount + row]!;
  }

  const perClass = Array.from({ length: classCount }, (_, classId): ClassScores => {
    const truePositives = counts[classId * classCount + classId]!;
    const support = rowSums[classId]!;
    const predicted = columnSums[classId]!;
    return {
      classId,
      iou: ratio(truePositives, support + predicted - truePositives),
      f1: ratio(2 * truePositives, support + predicted),
      precision: ratio(truePositives, predicted),
      recall: ratio(truePositives, support),
      support,
      predicted,
    };
  });

  let chance = 0;
  for (let classId = 0; classId < classCount; classId++) {
    chance += (rowSums[classId]! / pixels) * (columnSums[classId]! / pixels);
  }
  const overallAccuracy = ratio(correct, pixels);
  const inMean = perClass.filter(({ classId }) => averaged === undefined || averaged.includes(classId));
  return {
    perClass,
    pixels,
    overallAccuracy,
    kappa: overallAccuracy === null ? null : ratio(overallAccuracy - chance, 1 - chance),
    meanIou: meanOfDefined(inMean.map(({ iou }) => iou)),
    meanF1: meanOfDefined(inMean.map(({ f1 }) => f1)),
  };
}

/** Ids of the classes that enter the means: the scored ones (five without clutter), or all. */
export function averagedClasses(
  classes: readonly { readonly scored: boolean }[],
  convention: "scored" | "all",
): number[] {
  return classes.flatMap(({ scored }, index) => (convention === "all" || scored ? [index] : []));
}

function ratio(numerator: number, denominator: number): number | null {
  return denominator === 0 ? null : numerator / denominator;
}

function meanOfDefined(values: readonly (number | null)[]): number | null {
  const defined = values.filter((value) => value !== null);
  return ratio(
    defined.reduce((sum, value) => sum + value, 0),
    defined.length,
  );
}
