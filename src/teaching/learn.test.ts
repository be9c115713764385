/** What is learnt: the gradient judged by PyTorch, the fitted head by scikit-learn, the rest on samples that are known. */
import { describe, expect, test } from "vitest";
import { noise } from "../testing/array-raster";
import { runPython, withoutPython } from "../testing/run-python";
import { LEARN_SETTINGS, type TeachingSet } from "./fit-head";
import { applyHead, sampleLength } from "./head";
import { headLoss, type LossSamples } from "./head-loss";
import { learn } from "./learn";
import { minimise } from "./minimise";
import { NO_STROKE } from "./plan-samples";

const random = (...at: readonly number[]) => noise(11, ...at) / 2 ** 32 - 0.5;

const [COUNT, VALUES, CLASSES] = [90, 5, 3];

function lossSamples(isPlain: boolean): LossSamples {
  const targets = new Float64Array(COUNT * CLASSES);
  for (let i = 0; i < COUNT; i++) {
    if (isPlain || i % 2 === 0) targets[i * CLASSES + (noise(3, i) % CLASSES)] = 1;
    else targets.set([0.4, 0.6, 0], i * CLASSES);
  }
  return {
    count: COUNT,
    values: Float64Array.from(
      { length: COUNT * VALUES },
      (_, at) => 3 * random(at, 1) + (noise(3, Math.floor(at / VALUES)) % CLASSES) * (at % 2),
    ),
    old: Float64Array.from({ length: COUNT * CLASSES }, (_, at) => (isPlain ? 0 : 2 * random(at, 2))),
    targets,
    weights: Float64Array.from({ length: COUNT }, (_, at) => (random(at, 3) + 1) / COUNT),
    isNamed: Uint8Array.from({ length: COUNT }, (_, at) => (at % 2 === 0 ? 1 : 0)),
  };
}

const rows = (matrix: Float64Array, width: number) =>
  Array.from({ length: matrix.length / width }, (_, row) => [...matrix.subarray(row * width, (row + 1) * width)]);

const described = (samples: LossSamples) => ({
  values: rows(samples.values, VALUES),
  old: rows(samples.old, CLASSES),
  targets: rows(samples.targets, CLASSES),
  weights: [...samples.weights],
  isNamed: [...samples.isNamed],
});

const TORCH = `
import json, sys, torch
torch.set_default_dtype(torch.float64)
g = json.load(sys.stdin)
t = lambda key: torch.tensor(g[key], dtype=torch.float64)
at = t("at").requires_grad_()
K, D = g["classes"], g["valueCount"]
W, b = torch.split(at, [K * D, K])
logits = t("old") + t("values") @ W.view(K, D).T + b
O, named = g["oldClasses"], t("isNamed")[:, None]
of_all = torch.log_softmax(logits, 1)
of_old = torch.cat([torch.log_softmax(logits[:, :O], 1), torch.zeros(len(logits), K - O)], 1)
of_old = named * of_all + (1 - named) * of_old
loss = -(t("weights")[:, None] * t("targets") * of_old).sum()
loss = loss + g["decay"] / 2 * (W**2).sum()
loss.backward()
print(json.dumps(dict(loss=loss.item(), gradient=at.grad.tolist())))
`;

const SKLEARN = `
import json, sys, numpy as np
from sklearn.linear_model import LogisticRegression
g = json.load(sys.stdin)
model = LogisticRegression(C=1 / g["decay"], tol=1e-10, max_iter=10000)
model.fit(np.array(g["values"]), np.array(g["targets"]).argmax(1), sample_weight=np.array(g["weights"]))
shifted = lambda w: (w - w.mean(0)).ravel().tolist()
print(json.dumps(dict(weights=shifted(model.coef_), bias=shifted(model.intercept_))))
`;

describe.skipIf(withoutPython)("judged by others", () => {
  test("loss and gradient are PyTorch's", () => {
    const samples = lossSamples(false);
    const shape = {
      values: VALUES,
      classes: CLASSES,
      oldClasses: CLASSES - 1,
      decay: 0.07,
    };
    const at = Float64Array.from({ length: CLASSES * (VALUES + 1) }, (_, index) => random(index, 9));
    const gradient = new Float64Array(at.length);
    const loss = headLoss(samples, shape)(at, gradient);
    const wanted = runPython(TORCH, {
      ...described(samples),
      at: [...at],
      classes: CLASSES,
      oldClasses: shape.oldClasses,
      valueCount: VALUES,
      decay: shape.decay,
    }) as { loss: number; gradient: number[] };
    expect(loss).toBeCloseTo(wanted.loss, 10);
    expect(Math.max(...gradient.map((value, index) => Math.abs(value - wanted.gradient[index]!)))).toBeLessThan(1e-10);
  });

  test("a linear head that begins at nothing is scikit-learn's logistic regression", () => {
    const samples = lossSamples(true);
    const shape = {
      values: VALUES,
      classes: CLASSES,
      oldClasses: CLASSES,
      decay: 0.02,
    };
    const found = minimise(headLoss(samples, shape), new Float64Array(CLASSES * (VALUES + 1)), {
      mostSteps: 500,
      leastGradient: 1e-9,
    });
    const wanted = runPython(SKLEARN, { ...described(samples), decay: shape.decay }) as {
      weights: number[];
      bias: number[];
    };
    const shifted = (values: Float64Array, width: number) =>
      values.map((value, at) => {
        const column = rows(values, width).map((row) => row[at % width]!);
        return value - column.reduce((sum, other) => sum + other, 0) / column.length;
      });
    const weights = shifted(found.slice(0, CLASSES * VALUES), VALUES);
    expect(Math.max(...weights.map((value, at) => Math.abs(value - wanted.weights[at]!)))).toBeLessThan(1e-5);
    const bias = shifted(found.slice(CLASSES * VALUES), 1);
    expect(Math.max(...bias.map((value, at) => Math.abs(value - wanted.bias[at]!)))).toBeLessThan(1e-5);
  });
});

const SHAPE = { features: 3, bank: 2, oldClasses: 2 };

/** Class 0 has small, class 1 large first values; class 2, which the old head does not know, large last ones. */
function knownSet({ strokesPerClass = 4, isOldRight = false, isHopeless = false, classes = 3 } = {}): TeachingSet {
  const classOfStroke = Array.from({ length: classes * strokesPerClass }, (_, stroke) => stroke % classes);
  const perStroke = 20;
  const elsewhere = 60;
  const count = classOfStroke.length * perStroke + elsewhere;
  const samples = new Float32Array(count * sampleLength(SHAPE));
  const strokeOf = new Int32Array(count).fill(NO_STROKE);
  for (let at = 0; at < count; at++) {
    const stroke = at < classOfStroke.length * perStroke ? Math.floor(at / perStroke) : NO_STROKE;
    strokeOf[at] = stroke;
    const classId = stroke === NO_STROKE ? 0 : classOfStroke[stroke]!;
    const values = [3, 10, 100, 0.1, 5].map((size, value) => size * random(at, value));
    if (!isHopeless && classId === 1) values[0]! += 5;
    if (!isHopeless && classId === 2) values[4]! += 9;
    samples.set([...values, ...(isOldRight && classId === 1 ? [0, 2] : [2, 0])], at * sampleLength(SHAPE));
  }
  return { shape: SHAPE, classes, samples, strokeOf, classOfStroke };
}

describe("a lesson", () => {
  test("mends what the old head told wrongly and learns a class it never had, the same every time", async () => {
    const set = knownSet();
    const lesson = await learn(set);
    expect(lesson.keptBecause).toBeNull();
    expect(lesson.committee).toHaveLength(4);
    expect(lesson.scores.map(({ classId, strokes, old }) => [classId, strokes, old])).toEqual([
      [0, 4, 1],
      [1, 4, 0],
      [2, 4, null],
    ]);
    for (const { taught } of lesson.scores) expect(taught).toBeGreaterThan(0.9);
    const logits = new Float64Array(3);
    const wrong = [...set.strokeOf.keys()].filter((at) => {
      applyHead(lesson.head, SHAPE, set.samples, at * sampleLength(SHAPE), logits);
      const stroke = set.strokeOf[at]!;
      return stroke !== NO_STROKE && logits.indexOf(Math.max(...logits)) !== set.classOfStroke[stroke];
    });
    expect(wrong.length).toBeLessThan(12);
    expect(await learn(set)).toEqual(lesson);
  });

  test("radial units tell what no sum over the values does", async () => {
    // Class 1 is where the first two values have the same sign, and the old head has never heard of it.
    const set = knownSet({ classes: 2, isHopeless: true, strokesPerClass: 10 });
    for (const [at, stroke] of set.strokeOf.entries()) {
      const classId = stroke === NO_STROKE ? noise(7, at) % 2 : set.classOfStroke[stroke]!;
      const [first, same] = [noise(8, at) % 2 === 0 ? 1 : -1, classId === 1 ? 1 : -1];
      const own = [first, first * same].map((sign, value) => sign * (2 + random(at, value + 20)));
      set.samples.set([...own, 0.1 * random(at, 30)], at * sampleLength(SHAPE));
      set.samples.set([1, 0], at * sampleLength(SHAPE) + 5);
    }
    const trusting = { ...LEARN_SETTINGS, caution: 0, elsewhere: 0 };
    const linear = await learn(set, { settings: { ...trusting, units: 0 } });
    const lesson = await learn(set, { settings: trusting });
    expect(lesson.kind).toBe("hidden");
    expect(lesson.head.hidden?.units).toBe(64);
    const taught = (scores: typeof lesson.scores) => Math.min(...scores.map(({ taught }) => taught!));
    expect(taught(linear.scores)).toBeLessThan(0.7);
    expect(taught(lesson.scores)).toBeGreaterThan(0.9);
  });

  test("values that are the same everywhere tell nothing, and no number is lost over them", async () => {
    const set = knownSet();
    set.samples.fill(3);
    const { head, keptBecause } = await learn(set, { settings: { ...LEARN_SETTINGS, mostFolds: 0 } });
    expect(keptBecause).toBeNull();
    const logits = new Float64Array(3);
    applyHead(head, SHAPE, set.samples, 0, logits);
    expect([...logits].every(Number.isFinite)).toBe(true);
  });

  test("where nothing can be learnt the old head is kept, and it is said", async () => {
    const lesson = await learn(knownSet({ isOldRight: true, isHopeless: true, classes: 2 }));
    expect(lesson.keptBecause).toMatch(/told rightly to \d+ %, to 100 % by the old head/);
    const { head, committee } = lesson;
    expect(committee).toEqual([]);
    expect([...head.weights, ...head.bias].every((weight) => weight === 0)).toBe(true);
  });

  test("an old head that is kept has no class that it does not know", async () => {
    const lesson = await learn(knownSet({ isOldRight: true, isHopeless: true }));
    expect(lesson.keptBecause).not.toBeNull();
    expect(lesson.head.classes).toBe(SHAPE.oldClasses);
  });

  test("a stroke that is the only one of its class is not judged", async () => {
    const lesson = await learn(knownSet({ strokesPerClass: 1 }));
    expect(lesson.scores.map(({ taught }) => taught)).toEqual([null, null, null]);
  });
});
