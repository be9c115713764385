/**
 * What is learnt: for every class a sum over a sample's values, and where there were strokes enough a layer of hidden
 * units, both added to the old logits. A sample is `[features, filter bank, old logits]`.
 */
export interface SampleShape {
  readonly features: number;
  readonly bank: number;
  readonly oldClasses: number;
}

interface HiddenLayer {
  readonly units: number;
  /** `[units, values]` and `[units]`: a unit is max(0, weights · values + bias). */
  readonly weights: Float64Array;
  readonly bias: Float64Array;
  /** `[classes, units]`. */
  readonly out: Float64Array;
}

/** Weights are for values as the graph gives them. */
export interface TaughtHead {
  /** Old classes first, in their order, then new ones. */
  readonly classes: number;
  /** Features and filter bank, in that order. */
  readonly values: number;
  /** `[classes, values]` and `[classes]`. */
  readonly weights: Float64Array;
  readonly bias: Float64Array;
  readonly hidden: HiddenLayer | null;
}

/** Values that a head multiplies: all of a sample but the old logits. */
export function valuesOf({ features, bank }: SampleShape): number {
  return features + bank;
}

export function sampleLength(shape: SampleShape): number {
  return valuesOf(shape) + shape.oldClasses;
}

/** A head that changes nothing. */
export function emptyHead(classes: number, values: number): TaughtHead {
  return {
    classes,
    values,
    weights: new Float64Array(classes * values),
    bias: new Float64Array(classes),
    hidden: null,
  };
}

/** The logits of one sample, written to `target`; what the taught graph computes, in double precision. */
export function applyHead(
  head: TaughtHead,
  { oldClasses }: SampleShape,
  samples: ArrayLike<number>,
  offset: number,
  target: Float64Array,
): void {
  const { classes, values, weights, bias, hidden } = head;
  for (let c = 0; c < classes; c++) {
    target[c] =
      bias[c]! +
      (c < oldClasses ? samples[offset + values + c]! : 0) +
      dot(weights, c * values, samples, offset, values);
  }
  if (hidden === null) return;
  for (let unit = 0; unit < hidden.units; unit++) {
    const sum = hidden.bias[unit]! + dot(hidden.weights, unit * values, samples, offset, values);
    if (sum <= 0) continue;
    for (let c = 0; c < classes; c++) target[c]! += sum * hidden.out[c * hidden.units + unit]!;
  }
}

function dot(weights: Float64Array, from: number, samples: ArrayLike<number>, offset: number, length: number): number {
  let sum = 0;
  for (let at = 0; at < length; at++) sum += weights[from + at]! * samples[offset + at]!;
  return sum;
}
