/** Small pictures: which level and which blocks they are made of, and which pixel stands for which. */
import { describe, expect, test } from "vitest";
import type { RasterSource, ReadRequest } from "../core/raster/raster";
import { arrayRaster } from "../testing/array-raster";
import { readPreview, readSampled } from "./read-preview";

/** 160 × 120 with overviews of half and quarter size; a level's pixel is `1000 · level + col + row / 1000`. */
function pyramid() {
  const sizes = [160, 80, 40].map((widthPx) => ({ widthPx, heightPx: (widthPx * 3) / 4 }));
  const levels = sizes.map((size, level) =>
    arrayRaster({
      ...size,
      roles: ["grey"],
      dtype: "float64",
      value: (_, col, row) => 1000 * level + col + row / 1000,
      missing: (col, row) => level === 1 && col === 5 && row === 3,
    }),
  );
  const requests: ReadRequest[] = [];
  const source: RasterSource = {
    facts: { ...levels[0]!.facts, levels: sizes, blockWidthPx: 32, blockHeightPx: 25 },
    read(request) {
      requests.push(request);
      return levels[request.level ?? 0]!.read(request);
    },
    close: () => undefined,
  };
  return { source, requests };
}

describe("a picture of a whole raster", () => {
  test.each([
    [160, "full-resolution", 0],
    [100, "full-resolution", 0],
    [80, "overview", 1],
    [76, "overview", 1],
    [60, "overview", 1],
    [40, "overview", 2],
    [8, "overview", 2],
    [400, "full-resolution", 0],
  ] as const)("of %i px comes from %s: the coarsest level that is as fine (%i)", async (maxSidePx, from, level) => {
    const { source, requests } = pyramid();
    const preview = await readPreview(source, { maxSidePx, bands: [0] });
    const side = Math.min(maxSidePx, 160);
    expect(preview).toMatchObject({ widthPx: side, heightPx: Math.round(side * 0.75), from });
    expect(new Set(requests.map((request) => request.level))).toEqual(new Set([level]));
  });

  test("each pixel is the one under its centre", async () => {
    const { bands } = await readPreview(pyramid().source, { maxSidePx: 60, bands: [0] });
    // 80 × 60 pixels of the overview for 60 × 45: pixel (x, y) lies over 4/3 · (x + ½), 4/3 · (y + ½).
    for (const [x, y] of [
      [0, 0],
      [1, 2],
      [30, 20],
      [59, 44],
    ] as const) {
      const [col, row] = [Math.floor(((x + 0.5) * 4) / 3), Math.floor(((y + 0.5) * 4) / 3)];
      expect(bands[0]![y * 60 + x]).toBeCloseTo(1000 + col + row / 1000, 9);
    }
  });

  test("missing pixels are missing in it", async () => {
    const { valid } = await readPreview(pyramid().source, { maxSidePx: 80, bands: [0] });
    expect(valid!.reduce((sum, value) => sum + 1 - value, 0)).toBe(1);
    expect(valid![3 * 80 + 5]).toBe(0);
    expect((await readPreview(pyramid().source, { maxSidePx: 40, bands: [0] })).valid).toBeNull();
  });

  test("a part is read from the level that fits the part", async () => {
    const { source, requests } = pyramid();
    const region = { col: 40, row: 20, widthPx: 80, heightPx: 60 };
    const part = await readSampled(source, { region, widthPx: 40, heightPx: 30, bands: [0] });
    expect(new Set(requests.map(({ level }) => level))).toEqual(new Set([1]));
    // Overview pixel (20 + x, 10 + y).
    expect(part.bands[0]![0]).toBeCloseTo(1020.01, 9);
    expect(part.bands[0]![29 * 40 + 39]).toBeCloseTo(1059.039, 9);
    // No read leaves the part.
    for (const { rect } of requests) {
      expect(rect.col).toBeGreaterThanOrEqual(20);
      expect(rect.col + rect.widthPx).toBeLessThanOrEqual(60);
      expect(rect.row).toBeGreaterThanOrEqual(10);
      expect(rect.row + rect.heightPx).toBeLessThanOrEqual(40);
    }
  });
});

describe("a raster too large to be decoded for a picture", () => {
  /** 40 000 × 30 000 in blocks of 512, whose pixels are their column and row. */
  test("gives every so many blocks, and each pixel comes from the nearest of them", async () => {
    const [widthPx, heightPx] = [40_000, 30_000];
    const { facts } = arrayRaster({ widthPx, heightPx, roles: ["grey", "grey"], dtype: "float32", value: () => 0 });
    let blocks = 0;
    const source: RasterSource = {
      facts: { ...facts, blockWidthPx: 512, blockHeightPx: 512 },
      async read({ rect }) {
        blocks++;
        expect(Math.floor(rect.col / 512)).toBe(Math.floor((rect.col + rect.widthPx - 1) / 512));
        expect(Math.floor(rect.row / 512)).toBe(Math.floor((rect.row + rect.heightPx - 1) / 512));
        const cols = new Float32Array(rect.widthPx * rect.heightPx);
        const rows = new Float32Array(cols.length);
        const line = Float32Array.from({ length: rect.widthPx }, (_, at) => rect.col + at);
        for (let at = 0; at < rect.heightPx; at++) {
          cols.set(line, at * rect.widthPx);
          rows.fill(rect.row + at, at * rect.widthPx, (at + 1) * rect.widthPx);
        }
        return { bands: [cols, rows], valid: null };
      },
      close: () => undefined,
    };
    const preview = await readPreview(source, { maxSidePx: 80, bands: [0, 1] });
    expect(preview).toMatchObject({ widthPx: 80, heightPx: 60, from: "sampled-blocks" });
    // √(40 000 · 30 000 · 2 / 100 000 000) = 4.9: every fifth of 79 × 59 blocks both ways.
    expect(blocks).toBe(16 * 12);
    // Four blocks are left out between two, so no pixel is farther from the nearest than two; the last have one side.
    for (const [at, col] of preview.bands[0]!.entries()) {
      const [x, y] = [((at % 80) + 0.5) * 500, (Math.floor(at / 80) + 0.5) * 500];
      expect(Math.abs(col - x)).toBeLessThanOrEqual(x > 75 * 512 ? 4 * 512 : 2 * 512 + 1);
      expect(Math.abs(preview.bands[1]![at]! - y)).toBeLessThanOrEqual(y > 55 * 512 ? 4 * 512 : 2 * 512 + 1);
    }
  });
});
