/** What can be seen wrong about a window's logits without knowing the truth. */

export interface LogitSummary {
  /** Any NaN or infinity. */
  readonly notFinite: boolean;
  readonly min: number;
  readonly max: number;
}

/** Looks at `length` values from `offset` on. */
export function summariseLogits(data: Float32Array, offset: number, length: number): LogitSummary {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (let at = offset; at < offset + length; at++) {
    const value = data[at]!;
    // NaN − NaN and ∞ − ∞ are NaN, which differs from 0.
    if (value - value !== 0) return { notFinite: true, min: Number.NaN, max: Number.NaN };
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return { notFinite: false, min, max };
}

/** The same value for every class and pixel: what a broken kernel or a failed copy looks like. */
export function isConstant(summary: LogitSummary): boolean {
  return !summary.notFinite && summary.min === summary.max;
}
