/**
 * How much each pixel of a window counts where windows overlap.
 *
 * A weight is `max(axis[x] · axis[y], floor)`: separable but for the gaussian's floor. No weight is zero, so that the
 * outermost frame of a raster, which only one window sees, is predicted like any other pixel.
 */
import { BLENDS, type BlendProfile, type BlendWeights } from "../vocabulary/blends";

/** Weights of a window's pixels where windows overlap, as the profile wants them. */
export function blendWeights(profile: BlendProfile, windowPx: number, stridePx: number): BlendWeights {
  return BLENDS[profile].weights(windowPx, stridePx);
}

/** Weight of the pixel at column `x` and row `y` of a window; never 0. */
export function weightAt(weights: BlendWeights, x: number, y: number): number {
  return Math.max(weights.axis[x]! * weights.axis[y]!, weights.floor);
}
