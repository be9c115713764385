/**
 * What is learnt: for every class a sum over a sample's values, and over units around places that strokes showed, both
 * added to the old logits. A sample is `[features, filter bank, old logits]`.
 */
export interface SampleShape {
  readonly features: number;
  readonly bank: number;
  readonly oldClasses: number;
}

/**
 * Radial basis functions (Broomhead & Lowe, Complex Systems 2, 1988): what strokes say of a sample counts where others
 * are like it, while a sum over values alone carries it as far as there are any.
 */
interface RadialLayer {
  readonly units: number;
  /** `[values]` each: a value is seen as (value − shift) · scale. */
  readonly shift: Float64Array;
  readonly scale: Float64Array;
  /** `[units, values]`, as they are seen: a unit is exp(−|seen − centre|²). */
  readonly centres: Float64Array;
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
  readonly hidden: RadialLayer | null;
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
  const { units, out } = hidden;
  const near = nearness(hidden, samples, offset);
  for (let unit = 0; unit < units; unit++) {
    for (let c = 0; c < classes; c++) target[c]! += near[unit]! * out[c * units + unit]!;
  }
}

/** Every unit's value for one sample, above 0 and at most 1. */
export function nearness(
  { units, shift, scale, centres }: Omit<RadialLayer, "out">,
  samples: ArrayLike<number>,
  offset: number,
): Float64Array {
  const seen = shift.map((by, v) => (samples[offset + v]! - by) * scale[v]!);
  const near = new Float64Array(units);
  for (let unit = 0; unit < units; unit++) {
    let distance = 0;
    for (let v = 0; v < seen.length; v++) distance += (seen[v]! - centres[unit * seen.length + v]!) ** 2;
    near[unit] = Math.exp(-distance);
  }
  return near;
}

function dot(weights: Float64Array, from: number, samples: ArrayLike<number>, offset: number, length: number): number {
  let sum = 0;
  for (let at = 0; at < length; at++) sum += weights[from + at]! * samples[offset + at]!;
  return sum;
}
