/** Boundary erosion, blobs, calibration, run comparison and agreement against SciPy, scikit-learn and NumPy. */
import { describe, expect, test } from "vitest";
import { runPython, withoutPython } from "../../testing/run-python";
import { measureAgreement } from "./agreement";
import { findBlobs } from "./blobs";
import { erodeBoundary } from "./boundary";
import { compareRuns } from "./compare-runs";
import { countConfusion } from "./confusion-matrix";
import { countConfidence, coverageAccuracy, expectedCalibrationError, reliabilityBins } from "./reliability";

const WIDTH = 61;
const HEIGHT = 47;

/** One row per class, of the truth; four windows of run A, then the same four of run B. */
const WINDOWS = [
  [9, 1, 0, 2, 6, 1, 0, 3, 8],
  [4, 4, 1, 0, 7, 2, 5, 0, 1],
  [12, 0, 3, 1, 1, 1, 2, 2, 20],
  [3, 2, 2, 6, 3, 0, 1, 1, 4],
  [8, 2, 0, 1, 8, 0, 0, 2, 9],
  [6, 2, 1, 0, 6, 3, 1, 0, 5],
  [11, 2, 2, 1, 2, 0, 4, 4, 16],
  [5, 1, 1, 2, 7, 0, 3, 0, 3],
] as const;

interface Reference {
  truth: number[];
  eroded: Record<string, number[]>;
  blobs: number[];
  prediction: number[];
  confidence: number[];
  accuracy: number[];
  meanConfidence: number[];
  /** Threshold, coverage, accuracy per kept confidence, most confident first. */
  coverage: [number, number, number][];
  entropy: number[];
  majority: number[];
  agreement: number[];
  masks: number[][];
  /** Difference, 2.5 % and 97.5 % percentile of the resampled ones; then of 5 % and 95 %. */
  bootstrap: [number, number, number, number, number];
}

describe.skipIf(withoutPython)("against SciPy, scikit-learn and NumPy", () => {
  const reference = runPythonOnce();

  test.each([1, 2, 3, 5])("a disc of %i px erodes as scipy.ndimage does", (radiusPx) => {
    const eroded = erodeBoundary(Uint8Array.from(reference().truth), WIDTH, HEIGHT, radiusPx);
    expect([...eroded]).toEqual(reference().eroded[radiusPx]);
  });

  test("blob sizes equal scipy.ndimage.label with 8 neighbours", () => {
    const selected = Uint8Array.from(reference().truth, (classId) => (classId === 2 ? 1 : 0));
    const blobs = findBlobs(selected, WIDTH, HEIGHT, 1000);
    expect(blobs.map(({ pixelCount }) => pixelCount)).toEqual(reference().blobs);
  });

  test("reliability bins equal scikit-learn's calibration curve", () => {
    const { truth, prediction, confidence, accuracy, meanConfidence } = reference();
    const histogram = countConfidence(
      Uint8Array.from(truth),
      Uint8Array.from(prediction),
      Uint8Array.from(confidence),
      4,
    );
    const bins = reliabilityBins(histogram, 10);
    expect(bins.length).toBe(accuracy.length);
    bins.forEach((bin, position) => {
      expect(bin.accuracy).toBeCloseTo(accuracy[position]!, 9);
      expect(bin.meanConfidence).toBeCloseTo(meanConfidence[position]!, 9);
    });
  });

  test("each point of the coverage–accuracy curve is the accuracy of the pixels kept there", () => {
    const { truth, prediction, confidence, coverage } = reference();
    const [truths, predicted, bytes] = [truth, prediction, confidence].map((values) => Uint8Array.from(values));
    const points = coverageAccuracy(countConfidence(truths!, predicted!, bytes!, 4));
    expect(points).toHaveLength(coverage.length);
    for (const [at, point] of points.entries()) {
      expect(point.threshold).toBeCloseTo(coverage[at]![0], 12);
      expect(point.coverage).toBeCloseTo(coverage[at]![1], 12);
      expect(point.accuracy).toBeCloseTo(coverage[at]![2], 12);
    }
    expect(points.at(-1)!.coverage).toBe(1);
  });

  test("majority, share and entropy of votes equal SciPy's, where runs tie and where some predict nothing too", () => {
    const { masks, majority, agreement, entropy } = reference();
    const measured = measureAgreement(
      masks.map((mask) => Uint8Array.from(mask)),
      4,
    );
    expect([...measured.majority]).toEqual(majority);
    expect([...measured.agreement]).toEqual(agreement);
    expect([...measured.entropy]).toEqual(entropy);
  });

  test("the interval between two runs is NumPy's percentiles of the same draws", () => {
    const windows = WINDOWS.map((counts) => ({
      classCount: 3,
      counts: Float64Array.from(counts),
      ignoredTruth: 0,
      missingPrediction: 0,
    }));
    const [difference, low, high, lowNinety, highNinety] = reference().bootstrap;
    const compare = (over: Parameters<typeof compareRuns>[3]) =>
      compareRuns(windows.slice(0, 4), windows.slice(4), [0, 2], over)!;
    const comparison = compare({ seed: 7 });
    expect(comparison).toMatchObject({ level: 0.95, windows: 4, resamples: 1000 });
    expect(comparison.difference).toBeCloseTo(difference, 12);
    expect(comparison.low).toBeCloseTo(low, 12);
    expect(comparison.high).toBeCloseTo(high, 12);
    const ninety = compare({ seed: 7, level: 0.9 });
    expect(ninety.low).toBeCloseTo(lowNinety, 12);
    expect(ninety.high).toBeCloseTo(highNinety, 12);
  });
});

describe("blobs", () => {
  test("a U is one blob, a diagonal touch joins, and the rectangle fits", () => {
    // 1 0 1 0
    // 1 1 1 0
    // 0 0 0 1
    const blobs = findBlobs(Uint8Array.from([1, 0, 1, 0, 1, 1, 1, 0, 0, 0, 0, 1]), 4, 3, 5);
    expect(blobs).toEqual([{ pixelCount: 6, rect: { col: 0, row: 0, widthPx: 4, heightPx: 3 } }]);
  });

  test("the largest come first and no more than asked for", () => {
    const blobs = findBlobs(Uint8Array.from([1, 0, 1, 1, 0, 1]), 6, 1, 2);
    expect(blobs.map(({ pixelCount, rect }) => [pixelCount, rect.col])).toEqual([
      [2, 2],
      [1, 0],
    ]);
  });
});

describe("calibration error", () => {
  test("two bins worked by hand", () => {
    // Confidence 0.2 (byte 51): 1 of 4 right; confidence 0.8 (byte 204): 4 of 4 right.
    const truth = Uint8Array.from([0, 0, 0, 0, 0, 0, 0, 0, 255]);
    const prediction = Uint8Array.from([0, 1, 1, 1, 0, 0, 0, 0, 0]);
    const confidence = Uint8Array.from([51, 51, 51, 51, 204, 204, 204, 204, 255]);
    const bins = reliabilityBins(countConfidence(truth, prediction, confidence, 2), 2);
    expect(bins.map(({ pixels, accuracy }) => [pixels, accuracy])).toEqual([
      [4, 0.25],
      [4, 1],
    ]);
    expect(expectedCalibrationError(bins)).toBeCloseTo(0.5 * 0.05 + 0.5 * 0.2, 12);
    expect(expectedCalibrationError([])).toBeNull();
  });
});

describe("comparing two runs", () => {
  const good = countConfusion(Uint8Array.of(0, 0, 1, 1), Uint8Array.of(0, 0, 1, 1), 2);
  const poor = countConfusion(Uint8Array.of(0, 0, 1, 1), Uint8Array.of(0, 1, 1, 0), 2);

  test("the same run has no difference", () => {
    expect(compareRuns([good, poor], [good, poor], [0, 1])).toMatchObject({ difference: 0, low: 0, high: 0 });
  });

  test("better in every window: the interval stays above zero, the same each time", () => {
    const first = compareRuns([poor, poor, poor], [good, good, good], [0, 1])!;
    expect(first.difference).toBeCloseTo(1 - 1 / 3, 12);
    expect(first.low).toBeGreaterThan(0);
    expect(compareRuns([poor, poor, poor], [good, good, good], [0, 1])).toEqual(first);
  });

  test("better here, worse there: the interval holds zero", () => {
    const comparison = compareRuns([good, poor, good, poor], [poor, good, poor, good], [0, 1])!;
    expect(comparison.low).toBeLessThan(0);
    expect(comparison.high).toBeGreaterThan(0);
  });

  test("windows that do not pair are refused", () => {
    expect(() => compareRuns([good], [], [0])).toThrow("run A has 1 windows, run B 0");
  });
});

function runPythonOnce(): () => Reference {
  let result: Reference | undefined;
  return () => {
    result ??= runPython(REFERENCE, { width: WIDTH, height: HEIGHT, windows: WINDOWS }) as Reference;
    return result;
  };
}

const REFERENCE = `
import json, sys
import numpy as np
from scipy import ndimage, stats
from sklearn.calibration import calibration_curve
size = json.load(sys.stdin)
rng = np.random.default_rng(3)
noise = ndimage.gaussian_filter(rng.random((size["height"], size["width"])), 2)
truth = np.digitize(noise, np.quantile(noise, [0.25, 0.5, 0.75])).astype(np.uint8)
truth[10:14, 5:30] = 255
eroded = {}
for radius in (1, 2, 3, 5):
    y, x = np.mgrid[-radius:radius + 1, -radius:radius + 1]
    disc = x * x + y * y <= radius * radius
    out = np.full_like(truth, 255)
    for k in range(4):
        kept = ndimage.binary_erosion((truth == k) | (truth == 255), disc, border_value=1)
        out[kept & (truth == k)] = k
    eroded[radius] = out.ravel().tolist()
labels, _ = ndimage.label(truth == 2, np.ones((3, 3)))
blobs = sorted(np.bincount(labels.ravel())[1:].tolist(), reverse=True)
prediction = np.where(rng.random(truth.shape) < 0.6, truth % 4, rng.integers(0, 4, truth.shape))
confidence = rng.integers(0, 256, truth.shape)
confidence[confidence % 51 == 0] += 1  # a value on a bin's edge belongs to either neighbour
confidence = np.clip(confidence, 0, 254)
kept = truth != 255
accuracy, mean = calibration_curve((truth == prediction)[kept], confidence[kept] / 255, n_bins=10)
order = np.argsort(-confidence[kept], kind="stable")
levels, right = confidence[kept][order], (truth == prediction)[kept][order]
coverage = [[level / 255, float((levels >= level).mean()), float(right[levels >= level].mean())]
    for level in np.unique(levels)[::-1]]
masks = rng.integers(0, 4, (3, 500))
masks[rng.random(masks.shape) < 0.3] = 255
votes = np.stack([(masks == k).sum(0) for k in range(4)])
voters = votes.sum(0)
some = voters > 0
nats = np.zeros(500)
nats[some] = stats.entropy(votes[:, some], axis=0)
rounded = lambda share: np.floor(share * 255 + 0.5).astype(int).tolist()
majority = np.where(some, votes.argmax(0), 255).tolist()
agreement = rounded(votes.max(0) / np.maximum(voters, 1))
entropy = rounded(nats / np.log(3))
counts = np.array(size["windows"], dtype=float).reshape(2, 4, 3, 3)
def mean_iou(picked):
    n = picked.sum(0)
    both = n.diagonal()
    return (both / (n.sum(0) + n.sum(1) - both))[[0, 2]].mean()
state = 7
def draw():  # xorshift32 (Marsaglia 2003), four windows out of four
    global state
    state ^= state << 13 & 0xffffffff
    state ^= state >> 17
    state ^= state << 5 & 0xffffffff
    return int(state / 2**32 * 4)
draws = [[draw() for _ in range(4)] for _ in range(1000)]
differences = [mean_iou(counts[1][d]) - mean_iou(counts[0][d]) for d in draws]
bootstrap = [mean_iou(counts[1]) - mean_iou(counts[0]), *np.percentile(differences, [2.5, 97.5, 5, 95])]
print(json.dumps(dict(
    truth=truth.ravel().tolist(), eroded=eroded, blobs=blobs, prediction=prediction.ravel().tolist(),
    confidence=confidence.ravel().tolist(), accuracy=accuracy.tolist(), meanConfidence=mean.tolist(),
    coverage=coverage, masks=masks.tolist(), majority=majority, agreement=agreement, entropy=entropy,
    bootstrap=bootstrap)))
`;
