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
  const pulls = new Float64Array(classes);
  return (at, gradient) => {
    gradient.fill(0);
    let loss = addDecay(at, gradient, decay, bias);
    for (let i = 0; i < samples.count; i++) {
      for (let c = 0; c < classes; c++) logits[c] = samples.old[i * classes + c]! + at[bias + c]!;
      addProducts(logits, at, samples.values, i * values, values);
      const weight = samples.weights[i]!;
      const asked = samples.isNamed[i] === 1 ? classes : oldClasses;
      const sum = logSum(logits, asked);
      for (let c = 0; c < asked; c++) {
        const target = samples.targets[i * classes + c]!;
        loss += weight * target * (sum - logits[c]!);
        pulls[c] = weight * (Math.exp(logits[c]! - sum) - target);
        gradient[bias + c]! += pulls[c]!;
      }
      pulls.fill(0, asked);
      addOuter(gradient, pulls, samples.values, i * values, values);
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

function logSum(logits: Float64Array, length: number): number {
  let most = logits[0]!;
  for (let c = 1; c < length; c++) most = Math.max(most, logits[c]!);
  let sum = 0;
  for (let c = 0; c < length; c++) sum += Math.exp(logits[c]! - most);
  return most + Math.log(sum);
}

/** Adds `[classes, length]` weights times one sample's values; two classes at a time, which halves the reading. */
function addProducts(
  target: Float64Array,
  weights: Float64Array,
  values: Float64Array,
  from: number,
  length: number,
): void {
  for (let c = 0; c < target.length; c += 2) {
    const first = c * length;
    const second = c + 1 < target.length ? first + length : first;
    let a = 0;
    let b = 0;
    for (let v = 0; v < length; v++) {
      const value = values[from + v]!;
      a += weights[first + v]! * value;
      b += weights[second + v]! * value;
    }
    target[c]! += a;
    if (second !== first) target[c + 1]! += b;
  }
}

/** Adds to `[classes, length]` each class' factor times one sample's values; two classes at a time. */
function addOuter(
  target: Float64Array,
  factors: Float64Array,
  values: Float64Array,
  from: number,
  length: number,
): void {
  for (let c = 0; c < factors.length; c += 2) {
    const first = c * length;
    const a = factors[c]!;
    const b = factors[c + 1] ?? 0;
    const second = c + 1 < factors.length ? first + length : first;
    for (let v = 0; v < length; v++) {
      const value = values[from + v]!;
      target[first + v]! += a * value;
      target[second + v]! += b * value;
    }
  }
}
