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

/** Pixels looked at in a window are this far apart, in both directions. */
const SAMPLED_EVERY_PX = 8;

/**
 * Pixels of every eighth row and column whose best class is less than e times as likely as the next. CPU twin of what
 * `gpu/kernels/accumulate.wgsl` counts.
 */
export function countUnsure(
  data: Float32Array,
  offset: number,
  classCount: number,
  { sidePx, windowPx, paddedPx }: { readonly sidePx: number; readonly windowPx: number; readonly paddedPx: number },
  kind: "logits" | "probabilities",
): number {
  const planePx = sidePx * sidePx;
  let unsure = 0;
  for (let row = 0; row < windowPx; row += SAMPLED_EVERY_PX) {
    for (let col = 0; col < windowPx; col += SAMPLED_EVERY_PX) {
      const at = offset + Math.floor((row * sidePx) / paddedPx) * sidePx + Math.floor((col * sidePx) / paddedPx);
      let [best, next] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
      for (let c = 0; c < classCount; c++) {
        const value = data[at + c * planePx]!;
        next = Math.max(next, Math.min(best, value));
        best = Math.max(best, value);
      }
      if (kind === "logits" ? best - next < 1 : best < Math.E * next) unsure++;
    }
  }
  return unsure;
}

/** The same value for every class and pixel: what a broken kernel or a failed copy looks like. */
export function isConstant(summary: LogitSummary): boolean {
  return !summary.notFinite && summary.min === summary.max;
}
