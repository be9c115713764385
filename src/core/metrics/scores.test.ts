/**
 * Scores against a worked 3×3 example and against scikit-learn on random masks.
 *
 * The scikit-learn values come from the project's own Python environment at test time; the test fails in CI and is
 * skipped elsewhere when that environment is missing.
 */
import { describe, expect, test } from "vitest";
import { runPython, withoutPython } from "../../testing/run-python";
import { countConfusion, emptyConfusionMatrix, mergeConfusion, sumConfusion } from "./confusion-matrix";
import { averagedClasses, scoreConfusion } from "./scores";

describe("a worked 3×3 matrix", () => {
  // truth 0: 4 right, 1 as class 1; truth 1: 3 right, 2 as class 2; truth 2: 5 right, 1 as class 0
  const truth = Uint8Array.from([0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 255, 0]);
  const prediction = Uint8Array.from([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 0, 1, 255]);
  const matrix = countConfusion(truth, prediction, 3);
  const scores = scoreConfusion(matrix);

  test("counts rows as truth and leaves ignored and unpredicted pixels out", () => {
    expect([...matrix.counts]).toEqual([4, 1, 0, 0, 3, 2, 1, 0, 5]);
    expect(matrix.ignoredTruth).toBe(1);
    expect(matrix.missingPrediction).toBe(1);
  });

  test("has the scores worked out by hand", () => {
    expect(scores.perClass.map(({ iou }) => iou)).toEqual([4 / 6, 3 / 6, 5 / 8]);
    expect(scores.perClass.map(({ f1 }) => f1)).toEqual([8 / 10, 6 / 9, 10 / 13]);
    expect(scores.overallAccuracy).toBe(12 / 16);
    // p_e = (5·5 + 5·4 + 6·7) / 256
    expect(scores.kappa).toBeCloseTo((12 / 16 - 87 / 256) / (1 - 87 / 256), 12);
  });

  test("means cover the averaged classes only, the totals all", () => {
    const some = scoreConfusion(matrix, [0, 2]);
    expect(some.meanIou).toBeCloseTo((4 / 6 + 5 / 8) / 2, 12);
    expect(some.overallAccuracy).toBe(scores.overallAccuracy);
  });

  test("adding two halves equals counting the whole", () => {
    const half = truth.length / 2;
    const sum = sumConfusion([
      countConfusion(truth.slice(0, half), prediction.slice(0, half), 3),
      countConfusion(truth.slice(half), prediction.slice(half), 3),
    ]);
    expect(sum).toEqual(matrix);
  });

  test("merging classes 0 and 1 and leaving 2 out keeps every pixel accounted for", () => {
    const merged = mergeConfusion(matrix, [0, 0, null], 1);
    expect([...merged.counts]).toEqual([8]);
    expect(merged.missingPrediction).toBe(1 + 2);
    expect(merged.ignoredTruth).toBe(1 + 6);
  });
});

test("classes that are not scored stay out of the means, unless all are asked for", () => {
  const classes = [{ scored: true }, { scored: false }, { scored: true }];
  expect(averagedClasses(classes, "scored")).toEqual([0, 2]);
  expect(averagedClasses(classes, "all")).toEqual([0, 1, 2]);
});

describe("undefined scores", () => {
  test("a class absent from truth and prediction has no score and does not enter the mean", () => {
    const scores = scoreConfusion(countConfusion(Uint8Array.of(0, 0), Uint8Array.of(0, 0), 2));
    expect(scores.perClass[1]).toMatchObject({ iou: null, f1: null, precision: null, recall: null, support: 0 });
    expect(scores.meanIou).toBe(1);
    expect(scores.kappa).toBeNull();
  });

  test("an empty matrix has no score at all", () => {
    expect(scoreConfusion(emptyConfusionMatrix(3))).toMatchObject({
      overallAccuracy: null,
      kappa: null,
      meanIou: null,
      meanF1: null,
    });
  });

  test("masks of different length are refused", () => {
    expect(() => countConfusion(new Uint8Array(3), new Uint8Array(4), 2)).toThrow("3 pixels, prediction 4");
  });
});

describe("scikit-learn", () => {
  test.skipIf(withoutPython)("agrees to 1e-9 on random masks", () => {
    const reference = runPython(SCIKIT_LEARN_SCORES) as {
      truth: number[];
      prediction: number[];
      confusion: number[][];
      iou: number[];
      f1: number[];
      precision: number[];
      recall: number[];
      accuracy: number;
      kappa: number;
      mergedConfusion: number[][];
      mergedIou: number[];
      mergedAccuracy: number;
      mergedKappa: number;
    }[];
    expect(reference.length).toBe(8);
    for (const expected of reference) {
      const matrix = countConfusion(Uint8Array.from(expected.truth), Uint8Array.from(expected.prediction), 6);
      const scores = scoreConfusion(matrix);
      expect([...matrix.counts]).toEqual(expected.confusion.flat());
      for (const { classId, iou, f1, precision, recall } of scores.perClass) {
        // scikit-learn is asked for -1 where a score is undefined.
        expect(iou ?? -1).toBeCloseTo(expected.iou[classId]!, 9);
        expect(f1 ?? -1).toBeCloseTo(expected.f1[classId]!, 9);
        expect(precision ?? -1).toBeCloseTo(expected.precision[classId]!, 9);
        expect(recall ?? -1).toBeCloseTo(expected.recall[classId]!, 9);
      }
      const defined = (values: readonly number[]) => values.filter((value) => value >= 0);
      const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
      expect(scores.meanIou).toBeCloseTo(mean(defined(expected.iou)), 9);
      expect(scores.meanF1).toBeCloseTo(mean(defined(expected.f1)), 9);
      const merged = mergeConfusion(matrix, MERGE, 3);
      expect([...merged.counts]).toEqual(expected.mergedConfusion.flat());
      const mergedScores = scoreConfusion(merged);
      expect(mergedScores.perClass.map(({ iou }) => iou ?? -1)).toEqual(
        expected.mergedIou.map((iou) => expect.closeTo(iou, 9)),
      );
      expect(mergedScores.overallAccuracy).toBeCloseTo(expected.mergedAccuracy, 9);
      expect(mergedScores.kappa).toBeCloseTo(expected.mergedKappa, 9);
      expect(scores.overallAccuracy).toBeCloseTo(expected.accuracy, 9);
      expect(scores.kappa).toBeCloseTo(expected.kappa, 9);
    }
  });
});

/** Ground = 0 and 2, things = 1 and 4, tree = 3; 5 is left out. */
const MERGE = [0, 1, 0, 2, 1, null];

/** Eight random pairs of masks; every second one ignores pixels, every third one lacks a class. */
const SCIKIT_LEARN_SCORES = `
import json, warnings
import numpy as np
from sklearn import metrics
warnings.filterwarnings("ignore")
rng = np.random.default_rng(7)
cases = []
labels = list(range(6))
for case in range(8):
    truth = rng.integers(0, 6, 5000)
    prediction = np.where(rng.random(5000) < 0.7, truth, rng.integers(0, 6, 5000))
    if case % 3 == 0:
        truth, prediction = truth % 5, prediction % 5
    if case % 2 == 0:
        truth[rng.random(5000) < 0.1] = 255
    kept = truth != 255
    t, p = truth[kept], prediction[kept]
    present = np.isin(labels, t) | np.isin(labels, p)
    iou = metrics.jaccard_score(t, p, labels=labels, average=None)
    f1 = metrics.f1_score(t, p, labels=labels, average=None)
    undefined = lambda values: np.where(present, values, -1).tolist()
    precision, recall, _, _ = metrics.precision_recall_fscore_support(t, p, labels=labels, average=None)
    merge = np.array([0, 1, 0, 2, 1, 255])
    mt, mp = merge[t], merge[p]
    both = (mt != 255) & (mp != 255)
    mt, mp = mt[both], mp[both]
    cases.append(dict(
        mergedConfusion=metrics.confusion_matrix(mt, mp, labels=[0, 1, 2]).tolist(),
        mergedIou=metrics.jaccard_score(mt, mp, labels=[0, 1, 2], average=None).tolist(),
        mergedAccuracy=metrics.accuracy_score(mt, mp), mergedKappa=metrics.cohen_kappa_score(mt, mp),
        truth=truth.tolist(), prediction=prediction.tolist(),
        confusion=metrics.confusion_matrix(t, p, labels=labels).tolist(),
        iou=undefined(iou), f1=undefined(f1), precision=undefined(precision), recall=undefined(recall),
        accuracy=metrics.accuracy_score(t, p), kappa=metrics.cohen_kappa_score(t, p)))
print(json.dumps(cases))
`;
