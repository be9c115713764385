/**
 * How much each pixel of a window counts where windows overlap.
 *
 * A weight is `max(axis[x] · axis[y], floor)`: separable but for the gaussian's floor. No weight is zero, so that the
 * outermost frame of a raster, which only one window sees, is predicted like any other pixel.
 */
import type { BlendProfile } from "../run/run-settings";

export interface BlendWeights {
  /** One value per pixel of a window side, in (0, 1]. */
  readonly axis: Float32Array;
  /** Smallest weight of the two-dimensional product; 0 when the product is used as it is. */
  readonly floor: number;
}

/** Standard deviation of the gaussian as a share of the window (MONAI `sigma_scale`). */
const GAUSSIAN_SIGMA_SCALE = 0.125;
/** MONAI never lets an importance weight fall below this. */
const GAUSSIAN_FLOOR = 1e-3;

export function blendWeights(profile: BlendProfile, windowPx: number, stridePx: number): BlendWeights {
  switch (profile) {
    case "flat":
    case "halo-crop":
    case "papers":
      return { axis: new Float32Array(windowPx).fill(1), floor: 0 };
    case "trapezoid":
      return { axis: trapezoid(windowPx, stridePx), floor: 0 };
    case "gaussian":
      return gaussian(windowPx);
  }
}

export function weightAt(weights: BlendWeights, x: number, y: number): number {
  return Math.max(weights.axis[x]! * weights.axis[y]!, weights.floor);
}

/**
 * Flat centre with linear ramps whose sum over the regular window grid is constant.
 *
 * A trapezoid with ramps of r pixels is the convolution of boxes of r and window − r pixels, and shifted copies of a
 * box add up to a constant when its length is a multiple of the stride. So window − r is the smallest multiple of the
 * stride that is at least half a window; for overlaps up to one half the ramp is exactly the overlap.
 */
function trapezoid(windowPx: number, stridePx: number): Float32Array {
  const rampPx = windowPx - stridePx * Math.ceil(windowPx / (2 * stridePx));
  return Float32Array.from({ length: windowPx }, (_, i) =>
    rampPx <= 0 ? 1 : Math.min(1, (i + 0.5) / rampPx, (windowPx - i - 0.5) / rampPx),
  );
}

/** MONAI `compute_importance_map(mode="gaussian", sigma_scale=0.125)`: symmetric about (window − 1) / 2. */
function gaussian(windowPx: number): BlendWeights {
  const centre = (windowPx - 1) / 2;
  const sigma = GAUSSIAN_SIGMA_SCALE * windowPx;
  const axis = Float32Array.from({ length: windowPx }, (_, i) => Math.exp(-((i - centre) ** 2) / (2 * sigma ** 2)));
  return { axis, floor: Math.max(axis[0]! * axis[0]!, GAUSSIAN_FLOOR) };
}
