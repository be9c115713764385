/**
 * How overlapping windows are joined. A profile is one entry: the weights of a window's pixels, and what it asks of
 * the plan. The GPU and the CPU read weights and plan as numbers, so neither knows a profile by name.
 */

export interface BlendWeights {
  /** One value per pixel of a window side, in (0, 1]. */
  readonly axis: Float32Array;
  /** Smallest weight of the two-dimensional product; 0 when the product is used as it is. */
  readonly floor: number;
}

export interface BlendEntry {
  /** Of a window of `windowPx` whose neighbours stand `stridePx` away; symmetric, none zero. */
  readonly weights: (windowPx: number, stridePx: number) => BlendWeights;
  /** What counts of a window: all of it, or up to the middle of each overlap, so that windows do not overlap at all. */
  readonly keeps: "window" | "to-mid-overlap";
  /** How often the last window of a row or column counts: once, or as often as scripts step past the image's end. */
  readonly lastWindow: "once" | "each-step";
  /** Chosen by itself, or only as part of reproducing a paper. */
  readonly offered: boolean;
}

/** In the order they are offered in. */
export const BLENDS = {
  flat: { weights: even, keeps: "window", lastWindow: "once", offered: true },
  trapezoid: { weights: trapezoid, keeps: "window", lastWindow: "once", offered: true },
  gaussian: { weights: gaussian, keeps: "window", lastWindow: "once", offered: true },
  "halo-crop": { weights: even, keeps: "to-mid-overlap", lastWindow: "once", offered: true },
  papers: { weights: even, keeps: "window", lastWindow: "each-step", offered: false },
} as const satisfies Record<string, BlendEntry>;

export type BlendProfile = keyof typeof BLENDS;

export const BLEND_PROFILES = Object.keys(BLENDS) as readonly BlendProfile[];

function even(windowPx: number): BlendWeights {
  return { axis: new Float32Array(windowPx).fill(1), floor: 0 };
}

/**
 * Flat centre with linear ramps whose sum over the regular window grid is constant.
 *
 * A trapezoid with ramps of r pixels is the convolution of boxes of r and window − r pixels, and shifted copies of a
 * box add up to a constant when its length is a multiple of the stride. So window − r is the smallest multiple of the
 * stride that is at least half a window; for overlaps up to one half the ramp is exactly the overlap.
 */
function trapezoid(windowPx: number, stridePx: number): BlendWeights {
  const rampPx = windowPx - stridePx * Math.ceil(windowPx / (2 * stridePx));
  const axis = Float32Array.from({ length: windowPx }, (_, i) =>
    rampPx <= 0 ? 1 : Math.min(1, (i + 0.5) / rampPx, (windowPx - i - 0.5) / rampPx),
  );
  return { axis, floor: 0 };
}

/**
 * MONAI `compute_importance_map(mode="gaussian", sigma_scale=0.125)`: symmetric about (window − 1) / 2, and no weight
 * below 1e-3.
 */
function gaussian(windowPx: number): BlendWeights {
  const centre = (windowPx - 1) / 2;
  const sigma = 0.125 * windowPx;
  const axis = Float32Array.from({ length: windowPx }, (_, i) => Math.exp(-((i - centre) ** 2) / (2 * sigma ** 2)));
  return { axis, floor: Math.max(axis[0]! * axis[0]!, 1e-3) };
}
