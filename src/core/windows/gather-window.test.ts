/** One window of raw rows as the network sees it, worked by hand: padding, borders, holes, turns. */
import { describe, expect, test } from "vitest";
import type { TensorPlan } from "../run/input-plan";
import type { Symmetry } from "../vocabulary/augmentations";
import { controlGrid, type PixelMapping } from "./control-grid";
import { type AuxiliaryRows, gatherWindow, sampleAuxiliary } from "./gather-window";
import { RowRing } from "./row-ring";

/** Heights 10·col + 100·row on `widthPx` × `heightPx` pixels, and where the optical pixels lie on them. */
function heights(
  widthPx: number,
  heightPx: number,
  mapping: PixelMapping,
  valid: Uint8Array | null = null,
): AuxiliaryRows {
  const ring = new RowRing({ firstCol: 0, widthPx, capacityRows: heightPx, dtypes: ["float32"] });
  const values = Float32Array.from(
    { length: widthPx * heightPx },
    (_, at) => 10 * (at % widthPx) + 100 * Math.floor(at / widthPx),
  );
  ring.put(0, heightPx, { bands: [values], valid });
  return {
    ring,
    grid: controlGrid({ firstCol: 0, firstRow: 0, widthPx: 64, heightPx: 64 }, mapping),
    widthPx,
    heightPx,
  };
}

describe("a height at an optical pixel", () => {
  const shifted =
    (cols: number, rows: number): PixelMapping =>
    ([col, row]) => [col + cols, row + rows];

  test("is bilinear between pixel centres", () => {
    // Optical centre (2.5, 1.5) lies at (2.75, 2): a quarter from col 2 to col 3, half-way from row 1 to row 2.
    expect(sampleAuxiliary(heights(8, 6, shifted(0.25, 0.5)), 0, 2, 1)).toBeCloseTo(22.5 + 150, 9);
  });

  test("goes on flat for one pixel outside the raster on every side, and no further", () => {
    const [wide, tall] = [8, 6];
    // Distance of the sampled centre outside each edge: exactly one pixel, and a little more.
    for (const [beyond, found] of [
      [1, true],
      [1.01, false],
      [7, false],
    ] as const) {
      const left = sampleAuxiliary(heights(wide, tall, shifted(-0.5 - beyond, 0)), 0, 0, 3);
      const right = sampleAuxiliary(heights(wide, tall, shifted(wide - 0.5 + beyond, 0)), 0, 0, 3);
      const above = sampleAuxiliary(heights(wide, tall, shifted(0, -0.5 - beyond)), 0, 4, 0);
      const below = sampleAuxiliary(heights(wide, tall, shifted(0, tall - 0.5 + beyond)), 0, 4, 0);
      expect([left, right, above, below]).toEqual(found ? [300, 370, 40, 540] : [null, null, null, null]);
    }
  });

  test("missing neighbours drop out and the rest is scaled up; a hole alone is none", () => {
    const valid = new Uint8Array(48).fill(1);
    valid[1 * 8 + 3] = 0;
    // Same place as above without the pixel at col 3, row 1: (0.375·120 + 0.375·220 + 0.125·230) / 0.875.
    const holed = heights(8, 6, shifted(0.25, 0.5), valid);
    expect(sampleAuxiliary(holed, 0, 2, 1)).toBeCloseTo((0.375 * 120 + 0.375 * 220 + 0.125 * 230) / 0.875, 9);
    expect(sampleAuxiliary(heights(8, 6, shifted(0, 0), valid), 0, 3, 1)).toBeNull();
    expect(sampleAuxiliary(heights(8, 6, shifted(0, 0), valid), 0, 2, 1)).toBe(120);
  });

  test("is none where the projection is undefined", () => {
    expect(
      sampleAuxiliary(
        heights(8, 6, () => [Number.NaN, Number.NaN]),
        0,
        2,
        1,
      ),
    ).toBeNull();
  });
});

describe("a window", () => {
  const channel = { subtract: 2, multiply: 0.5, add: 100 };
  const optical = { ...channel, source: "optical", bandSlot: 0 } as const;
  const auxiliary = { ...channel, source: "auxiliary", bandSlot: 0, add: 1000 } as const;

  /** A 3 × 2 raster of 1 … 6 seen through a window of 4 px padded to 5, at (0, 0). */
  function gather(tensor: TensorPlan, symmetry: Symmetry = 0, valid: Uint8Array | null = null) {
    const ring = new RowRing({ firstCol: 0, widthPx: 3, capacityRows: 4, dtypes: ["uint8"] });
    ring.put(0, 2, { bands: [Uint8Array.of(1, 2, 3, 4, 5, 6)], valid });
    const planes = tensor.channels.length * 25;
    const target = new Float32Array(2 + planes).fill(7);
    gatherWindow(
      target,
      2,
      tensor,
      { windowPx: 4, paddedPx: 5, rasterWidthPx: 3, rasterHeightPx: 2 },
      { col: 0, row: 0, symmetry },
      ring,
      heights(3, 2, (pixel) => pixel),
    );
    expect([...target.subarray(0, 2)]).toEqual([7, 7]);
    return Array.from({ length: planes / 5 }, (_, row) => [...target.subarray(2 + row * 5, 7 + row * 5)]);
  }
  const tensor = (...channels: TensorPlan["channels"]): TensorPlan => ({ name: "x", channels, nodataFill: -1 });

  test("holds scaled values, the fill beyond the raster and zeros in the padding", () => {
    expect(gather(tensor(optical))).toEqual([
      [99.5, 100, 100.5, -1, 0],
      [101, 101.5, 102, -1, 0],
      [-1, -1, -1, -1, 0],
      [-1, -1, -1, -1, 0],
      [0, 0, 0, 0, 0],
    ]);
  });

  test("holds its channels one after the other, heights among them", () => {
    const rows = gather(tensor(auxiliary, optical));
    expect(rows[0]).toEqual([999, 1004, 1009, -1, 0]);
    expect(rows[1]).toEqual([1049, 1054, 1059, -1, 0]);
    expect(rows[5]).toEqual([99.5, 100, 100.5, -1, 0]);
  });

  test("is turned inside its padding, which stays right and below", () => {
    // Mirrored columns, mirrored rows, rows and columns swapped.
    expect(gather(tensor(optical), 1)[0]).toEqual([-1, 100.5, 100, 99.5, 0]);
    expect(gather(tensor(optical), 2)[3]).toEqual([99.5, 100, 100.5, -1, 0]);
    expect(gather(tensor(optical), 4).slice(0, 3)).toEqual([
      [99.5, 101, -1, -1, 0],
      [100, 101.5, -1, -1, 0],
      [100.5, 102, -1, -1, 0],
    ]);
  });

  test("holds the fill where the image is missing", () => {
    expect(gather(tensor(optical), 0, Uint8Array.of(1, 0, 1, 1, 1, 0)).slice(0, 2)).toEqual([
      [99.5, -1, 100.5, -1, 0],
      [101, 101.5, -1, -1, 0],
    ]);
  });
});
