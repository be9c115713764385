import { describe, expect, test } from "vitest";
import { NadirError } from "../errors";
import { BLEND_PROFILES, BLENDS } from "../vocabulary/blends";
import { planAxis, planWindows } from "./plan-windows";

/** MODELS 5.2 word for word: k·s while k·s < L, pulled back to L − W when it would overshoot. */
function visitsByTranscription(lengthPx: number, windowPx: number, stridePx: number): Map<number, number> {
  const visits = new Map<number, number>();
  for (let k = 0; k * stridePx < lengthPx; k++) {
    let position = k * stridePx;
    if (position + windowPx > lengthPx) position = lengthPx - windowPx;
    visits.set(position, (visits.get(position) ?? 0) + 1);
  }
  return visits;
}

describe("window plan", () => {
  test("every pixel is covered, nothing starts outside, the last window ends flush, order is ascending", () => {
    for (let lengthPx = 1; lengthPx <= 70; lengthPx++) {
      for (const windowPx of [1, 2, 7, 16]) {
        for (let stridePx = 1; stridePx <= windowPx; stridePx++) {
          for (const blend of BLEND_PROFILES) {
            const positions = planAxis(lengthPx, windowPx, stridePx, blend);
            const covered = new Array<number>(lengthPx).fill(0);
            for (const { startPx, keepFromPx, keepToPx } of positions) {
              for (let i = keepFromPx; i < keepToPx; i++) covered[startPx + i]!++;
            }
            expect(Math.min(...covered)).toBeGreaterThan(0);
            if (BLENDS[blend].keeps === "to-mid-overlap") expect(Math.max(...covered)).toBe(1);
            const starts = positions.map(({ startPx }) => startPx);
            expect(starts).toEqual([...new Set(starts)].sort((a, b) => a - b));
            expect(starts.at(-1)).toBe(Math.max(0, lengthPx - windowPx));
            expect(starts.slice(0, -1).every((start, k) => start === k * stridePx)).toBe(true);
          }
        }
      }
    }
  });

  test("papers visits every position as often as the reference scripts do", () => {
    for (let lengthPx = 16; lengthPx <= 90; lengthPx++) {
      for (const stridePx of [1, 3, 4, 5, 8, 15, 16]) {
        const visits = new Map(planAxis(lengthPx, 16, stridePx, "papers").map((p) => [p.startPx, p.visits]));
        if (lengthPx > 16) expect(visits).toEqual(visitsByTranscription(lengthPx, 16, stridePx));
      }
    }
    expect(planAxis(6000, 256, 32, "papers").at(-1)!.visits).toBe(8);
  });

  test("halo-crop gives each pixel to the window in which it lies deeper", () => {
    const positions = planAxis(100, 32, 24, "halo-crop");
    for (let pixel = 0; pixel < 100; pixel++) {
      const owner = positions.findIndex((p) => pixel >= p.startPx + p.keepFromPx && pixel < p.startPx + p.keepToPx);
      const depth = (k: number) => Math.min(pixel - positions[k]!.startPx, positions[k]!.startPx + 31 - pixel);
      for (const [k, p] of positions.entries()) {
        const atRasterEdge = (k === 0 && pixel < 12) || (k === positions.length - 1 && pixel >= 88);
        if (pixel >= p.startPx && pixel < p.startPx + 32 && !atRasterEdge) {
          expect(depth(owner)).toBeGreaterThanOrEqual(depth(k) - 1);
        }
      }
    }
  });

  test("an area of interest keeps exactly the windows of the full plan that touch it", () => {
    const request = { widthPx: 200, heightPx: 150, windowPx: 32, stridePx: 20, blend: "trapezoid" as const };
    const full = planWindows({ ...request, areaOfInterest: null });
    const part = planWindows({ ...request, areaOfInterest: { col: 50, row: 149, widthPx: 10, heightPx: 40 } });
    expect(part.area).toEqual({ col: 50, row: 149, widthPx: 10, heightPx: 1 });
    expect(part.columns).toEqual(full.columns.filter(({ startPx }) => startPx < 60 && startPx + 32 > 50));
    expect(part.rows).toEqual(full.rows.filter(({ startPx }) => startPx + 32 > 149));
  });

  test("strides that leave gaps and areas outside the raster are refused", () => {
    const request = { widthPx: 50, heightPx: 50, windowPx: 16, blend: "flat" as const, areaOfInterest: null };
    for (const stridePx of [0, -4, 17, 2.5]) {
      expect(() => planWindows({ ...request, stridePx })).toThrow(NadirError);
    }
    const outside = { col: 60, row: 0, widthPx: 5, heightPx: 5 };
    expect(() => planWindows({ ...request, stridePx: 8, areaOfInterest: outside })).toThrow(/area of interest/);
  });
});
