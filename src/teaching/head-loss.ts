/**
 * What a head is judged by while it is learnt, with its gradient: the cross-entropy of samples that strokes name, the
 * cross-entropy against the old map's probabilities of samples that none names, and the squares of the weights, which
 * pull it back to the old head. Values are standardised.
 */
import type { Smooth } from "./minimise";

export interface LossSamples {
  readonly count: number;
  /** `[count, values]`. */
  readonly values: Float64Array;
  /** `[count, classes]`: logits of the old head, new classes included. */
  readonly old: Float64Array;
  /** `[count, classes]`: what each sample should be, adding up to 1. */
  readonly targets: Float64Array;
  /** What each counts. */
  readonly weights: Float64Array;
  /** 1 for samples that strokes name, which the offsets are added to. */
  readonly isNamed: Uint8Array;
}

export interface LossShape {
  readonly values: number;
  readonly classes: number;
  /** 0 for a linear head. */
  readonly units: number;
  /** Added to the logits of samples that strokes name: they are drawn evenly from the classes, the map is not. */
  readonly offsets: Float64Array;
  /**
   * Classes of the old head; those behind them are new. Of samples that no stroke names the old map knows only how its own
   * classes share what is of none of the new ones.
   */
  readonly oldClasses: number;
  /** Half of this times the squares of all weights (not of biases) is added. */
  readonly decay: number;
}

/** Where each part lies in the list of parameters: `[classes, values]`, `[classes]`, `[units, values]`, `[units]`, `[classes, units]`. */
export function parameterParts({ values, classes, units }: Pick<LossShape, "values" | "classes" | "units">) {
  const bias = classes * values;
  const into = bias + classes;
  const intoBias = into + units * values;
  const out = intoBias + units;
  return { bias, into, intoBias, out, length: out + classes * units };
}

export function headLoss(samples: LossSamples, shape: LossShape): Smooth {
  const { values, classes, units, offsets, decay, oldClasses } = shape;
  const parts = parameterParts(shape);
  const logits = new Float64Array(classes);
  const pulls = new Float64Array(classes);
  const active = new Float64Array(units);
  return (at, gradient) => {
    gradient.fill(0);
    let loss = addDecay(at, gradient, decay, [
      [0, parts.bias],
      [parts.into, parts.intoBias],
      [parts.out, parts.length],
    ]);
    for (let i = 0; i < samples.count; i++) {
      const x = i * values;
      for (let u = 0; u < units; u++) {
        active[u] = Math.max(
          0,
          at[parts.intoBias + u]! + product(at, parts.into + u * values, samples.values, x, values),
        );
      }
      for (let c = 0; c < classes; c++) {
        logits[c] =
          samples.old[i * classes + c]! +
          at[parts.bias + c]! +
          product(at, c * values, samples.values, x, values) +
          product(at, parts.out + c * units, active, 0, units) +
          (samples.isNamed[i] === 1 ? offsets[c]! : 0);
      }
      const weight = samples.weights[i]!;
      const isNamed = samples.isNamed[i] === 1;
      const asked = isNamed ? classes : oldClasses;
      const sum = logSum(logits.subarray(0, asked));
      pulls.fill(0, asked);
      for (let c = 0; c < asked; c++) {
        const target = samples.targets[i * classes + c]!;
        loss += weight * target * (sum - logits[c]!);
        const pull = weight * (Math.exp(logits[c]! - sum) - target);
        gradient[parts.bias + c]! += pull;
        addProduct(gradient, c * values, pull, samples.values, x, values);
        addProduct(gradient, parts.out + c * units, pull, active, 0, units);
        pulls[c] = pull;
      }
      for (let u = 0; u < units; u++) {
        if (active[u]! <= 0) continue;
        let back = 0;
        for (let c = 0; c < classes; c++) back += pulls[c]! * at[parts.out + c * units + u]!;
        gradient[parts.intoBias + u]! += back;
        addProduct(gradient, parts.into + u * values, back, samples.values, x, values);
      }
    }
    return loss;
  };
}

function addDecay(
  at: Float64Array,
  gradient: Float64Array,
  decay: number,
  ranges: readonly (readonly [from: number, to: number])[],
): number {
  let squares = 0;
  for (const [from, to] of ranges) {
    for (let i = from; i < to; i++) {
      squares += at[i]! ** 2;
      gradient[i]! += decay * at[i]!;
    }
  }
  return (decay / 2) * squares;
}

function logSum(logits: Float64Array): number {
  const most = logits.reduce((best, value) => Math.max(best, value), Number.NEGATIVE_INFINITY);
  return most + Math.log(logits.reduce((sum, value) => sum + Math.exp(value - most), 0));
}

function product(a: Float64Array, fromA: number, b: Float64Array, fromB: number, length: number): number {
  let sum = 0;
  for (let i = 0; i < length; i++) sum += a[fromA + i]! * b[fromB + i]!;
  return sum;
}

function addProduct(
  target: Float64Array,
  to: number,
  factor: number,
  values: Float64Array,
  from: number,
  length: number,
): void {
  for (let i = 0; i < length; i++) target[to + i]! += factor * values[from + i]!;
}
