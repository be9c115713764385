import { describe, expect, test } from "vitest";
import { auxiliaryColsOf, auxiliaryPositionOf, auxiliaryRowsOf, controlGrid, type PixelMapping } from "./control-grid";

const extent = { firstCol: 100, firstRow: 19000, widthPx: 700, heightPx: 256 };

describe("control grid", () => {
  test("places equal and whole-pixel shifted grids exactly, far into a raster", () => {
    const grid = controlGrid({ ...extent, widthPx: 20000 }, ([col, row]) => [col + 6, row + 12]);
    for (const [col, row] of [
      [100, 19000],
      [20099, 19255],
      [12345, 19111],
    ] as const) {
      expect(auxiliaryPositionOf(grid, col, row)).toEqual([col + 6.5, row + 12.5]);
    }
  });

  test("is fine enough for a mapping that bends to stay within a tenth of a pixel", () => {
    const bent: PixelMapping = ([col, row]) => [col + 3 * Math.sin(row / 60), row + 2 * Math.cos(col / 50)];
    const grid = controlGrid(extent, bent);
    let worst = 0;
    for (let row = 19000; row < 19256; row += 3) {
      for (let col = 100; col < 800; col += 3) {
        const [c, r] = auxiliaryPositionOf(grid, col, row);
        const [wantedCol, wantedRow] = bent([col + 0.5, row + 0.5]);
        worst = Math.max(worst, Math.hypot(c - wantedCol, r - wantedRow));
      }
    }
    expect(worst).toBeLessThan(0.1);
    expect(grid.spacingPx).toBeLessThan(64);
  });

  test("names the rows and columns that sampling can touch, cut at the raster", () => {
    const grid = controlGrid(extent, ([col, row]) => [(col - 90) / 2.5, (row - 18990) / 2.5]);
    const rows = auxiliaryRowsOf(grid, 60);
    const cols = auxiliaryColsOf(grid, 1000);
    expect(rows.firstRow).toBeLessThanOrEqual(Math.floor(10.5 / 2.5 - 0.5));
    expect(rows.endRow).toBe(60);
    expect(cols.firstCol).toBeLessThanOrEqual(Math.floor(10.5 / 2.5 - 0.5));
    expect(cols.endCol).toBeGreaterThanOrEqual(Math.ceil(709.5 / 2.5 + 0.5));
  });

  test("outside a projection's domain there is no place, and no row is asked for", () => {
    const grid = controlGrid(extent, () => [Number.NaN, Number.NaN]);
    expect(auxiliaryPositionOf(grid, 120, 19010)).toEqual([Number.NaN, Number.NaN]);
    expect(auxiliaryRowsOf(grid, 60)).toEqual({ firstRow: 0, endRow: 1 });
  });
});
