/**
 * How much each pixel of a window counts where windows overlap.
 *
 * A weight is `max(axis[x] · axis[y], floor)`: separable but for the gaussian's floor. No weight is zero, so that the
 * outermost frame of a raster, which only one window sees, is predicted like any other pixel.
 */
import { BLENDS, type BlendProfile, type BlendWeights } from "../vocabulary/blends";

export function blendWeights(profile: BlendProfile, windowPx: number, stridePx: number): BlendWeights {
  return BLENDS[profile].weights(windowPx, stridePx);
}

export function weightAt(weights: BlendWeights, x: number, y: number): number {
  return Math.max(weights.axis[x]! * weights.axis[y]!, weights.floor);
}
