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
  /** 1 for samples that strokes name. */
  readonly isNamed: Uint8Array;
}

export interface LossShape {
  readonly values: number;
  readonly classes: number;
  /**
   * Classes of the old head; those behind them are new. Of samples that no stroke names the old map knows only how its own
   * classes share what is of none of the new ones.
   */
  readonly oldClasses: number;
  /** Half of this times the squares of all weights (not of biases) is added. */
  readonly decay: number;
}

/** Of parameters `[classes, values]`, then `[classes]`: weights and biases. */
export function headLoss(samples: LossSamples, { values, classes, oldClasses, decay }: LossShape): Smooth {
  const bias = classes * values;
  const logits = new Float64Array(classes);
  return (at, gradient) => {
    gradient.fill(0);
    let loss = addDecay(at, gradient, decay, bias);
    for (let i = 0; i < samples.count; i++) {
      const x = i * values;
      for (let c = 0; c < classes; c++) {
        logits[c] = samples.old[i * classes + c]! + at[bias + c]! + product(at, c * values, samples.values, x, values);
      }
      const weight = samples.weights[i]!;
      const asked = samples.isNamed[i] === 1 ? classes : oldClasses;
      const sum = logSum(logits.subarray(0, asked));
      for (let c = 0; c < asked; c++) {
        const target = samples.targets[i * classes + c]!;
        loss += weight * target * (sum - logits[c]!);
        const pull = weight * (Math.exp(logits[c]! - sum) - target);
        gradient[bias + c]! += pull;
        addProduct(gradient, c * values, pull, samples.values, x, values);
      }
    }
    return loss;
  };
}

function addDecay(at: Float64Array, gradient: Float64Array, decay: number, weights: number): number {
  let squares = 0;
  for (let i = 0; i < weights; i++) {
    squares += at[i]! ** 2;
    gradient[i]! += decay * at[i]!;
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
