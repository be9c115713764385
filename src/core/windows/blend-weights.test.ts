import { describe, expect, test } from "vitest";
import { BLEND_PROFILES } from "../vocabulary/blends";
import { blendWeights, weightAt } from "./blend-weights";

describe("blend weights", () => {
  test("no weight is zero and every profile is symmetric", () => {
    for (const profile of BLEND_PROFILES) {
      for (const [windowPx, stridePx] of [
        [1, 1],
        [2, 1],
        [7, 3],
        [64, 48],
        [256, 192],
        [256, 32],
        [256, 100],
      ] as const) {
        const weights = blendWeights(profile, windowPx, stridePx);
        for (let i = 0; i < windowPx; i++) {
          expect(weightAt(weights, i, 0)).toBeGreaterThan(0);
          expect(weights.axis[i]).toBeCloseTo(weights.axis[windowPx - 1 - i]!, 6);
        }
      }
    }
  });

  test("trapezoid weights of overlapping windows add up to a constant for every stride", () => {
    for (const windowPx of [16, 64, 255, 256]) {
      for (let stridePx = 1; stridePx <= windowPx; stridePx++) {
        const { axis } = blendWeights("trapezoid", windowPx, stridePx);
        const sums = Array.from({ length: stridePx }, (_, offset) => {
          let sum = 0;
          for (let i = offset; i < windowPx; i += stridePx) sum += axis[i]!;
          return sum;
        });
        expect(Math.max(...sums) - Math.min(...sums)).toBeLessThan(1e-4 * Math.max(...sums));
      }
    }
  });

  test("up to half overlap the ramp is the overlap itself and the centre weighs 1", () => {
    const { axis } = blendWeights("trapezoid", 8, 6);
    expect([...axis]).toEqual([0.25, 0.75, 1, 1, 1, 1, 0.75, 0.25]);
  });

  test("gaussian equals MONAI's published formula", () => {
    for (const windowPx of [5, 64, 256]) {
      const weights = blendWeights("gaussian", windowPx, 32);
      // compute_importance_map: sigma = 0.125 · size, x = arange(−(n−1)/2, (n−1)/2 + 1), exp(x²/(−2σ²)), product,
      // clamped from below to max(min(map), 1e-3).
      const sigma = 0.125 * windowPx;
      const g = Array.from({ length: windowPx }, (_, i) => Math.exp((i - (windowPx - 1) / 2) ** 2 / (-2 * sigma ** 2)));
      const floor = Math.max(g[0]! * g[0]!, 1e-3);
      for (let y = 0; y < windowPx; y += 3) {
        for (let x = 0; x < windowPx; x++) {
          expect(weightAt(weights, x, y)).toBeCloseTo(Math.max(g[x]! * g[y]!, floor), 6);
        }
      }
    }
  });
});
