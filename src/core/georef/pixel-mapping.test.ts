/** Control points across coordinate systems. (PROJ judges them in `io/align-scenes.test.ts`.) */
import { describe, expect, test } from "vitest";
import { mapPixel, planControlGrid } from "./pixel-mapping";
import type { PointTransform } from "./reprojection";

describe("a control grid", () => {
  const optical = [1000, 0.5, 0.2, 2000, 0.1, -0.4] as const;
  const other = [0, 2, 0.25, 0, 0.5, -1] as const;
  const plan = (opticalToOther: PointTransform, maxErrorPx?: number) =>
    planControlGrid({
      widthPx: 1100,
      heightPx: 600,
      optical,
      other,
      opticalToOther,
      ...(maxErrorPx && { maxErrorPx }),
    });

  test("where nothing bends: points 512 px apart that reach past the last pixel, and exact between them", () => {
    const grid = plan(([x, y]) => [x - 990, y - 1800]);
    expect(grid).toMatchObject({ spacingPx: 512, columns: 4, rows: 3 });
    expect(grid.points).toHaveLength(2 * 4 * 3);
    expect(grid.maxErrorPx).toBeLessThan(1e-9);
    // (10, 20) lies at (1009, 1993), which is (19, 193) in the other's map: 19 = 2c + r/4, 193 = c/2 − r.
    const [col, row] = mapPixel(grid, 10, 20);
    expect(2 * col + 0.25 * row).toBeCloseTo(19, 6);
    expect(0.5 * col - row).toBeCloseTo(193, 6);
  });

  test("where it bends: as fine as a tenth of a pixel needs, and no finer", () => {
    const bent: PointTransform = ([x, y]) => [x - 990 + 3 * Math.sin(y / 40), y - 1800 + 2 * Math.cos(x / 60)];
    const grid = plan(bent);
    expect(grid.maxErrorPx).toBeLessThanOrEqual(0.1);
    expect(grid.spacingPx).toBeLessThan(512);
    expect(plan(bent, grid.maxErrorPx / 2).spacingPx).toBeLessThan(grid.spacingPx);
    let worst = 0;
    for (let row = 3; row < 600; row += 37) {
      for (let col = 5; col < 1100; col += 41) {
        const [x, y] = bent([1000 + 0.5 * col + 0.2 * row, 2000 + 0.1 * col - 0.4 * row])!;
        const [c, r] = mapPixel(grid, col, row);
        worst = Math.max(worst, Math.hypot(2 * c + 0.25 * r - x, 0.5 * c - r - y));
      }
    }
    // A tenth of the other's pixels, which are about two map units wide.
    expect(worst).toBeLessThan(0.25);
  });

  test("is never finer than 8 px, however much it bends, and says what it misses", () => {
    const grid = plan(([x, y]) => [x, y + 50 * Math.sin(x)]);
    expect(grid.spacingPx).toBe(8);
    expect(grid.maxErrorPx).toBeGreaterThan(0.1);
  });

  test("has no points where the projection is undefined", () => {
    const grid = plan(([x, y]) => (x > 1400 ? null : [x, y]));
    expect(mapPixel(grid, 1090, 590).every(Number.isNaN)).toBe(true);
    expect(mapPixel(grid, 10, 20).every(Number.isFinite)).toBe(true);
  });
});
