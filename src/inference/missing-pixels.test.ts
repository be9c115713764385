/** Missing pixels of an image that a run computes at half its resolution: rows come in as they are read, and go out later. */
import { expect, test } from "vitest";
import { planWindows } from "../core/windows/plan-windows";
import type { ColumnStrip, RowStrip } from "../core/windows/strips";
import { arrayRaster } from "../testing/array-raster";
import { MissingPixels } from "./missing-pixels";

const WIDTH_PX = 8;

test("a read of more rows than are held leaves the last ones, and what is missing is taken out with its confidence", () => {
  const size = { widthPx: WIDTH_PX, heightPx: 64 };
  const optical = arrayRaster({ ...size, roles: ["red", "green", "blue"], value: () => 0 });
  const plan = planWindows({ ...size, windowPx: 4, stridePx: 4, blend: "flat", areaOfInterest: null, scale: 2 });
  // Twelve rows of the image are held.
  const ring = { firstCol: 0, widthPx: WIDTH_PX / 2, capacityRows: 4, dtypes: [] };
  const missing = new MissingPixels(optical, plan, { ring, bands: [], scale: 2 });
  const holes = [
    { row: 3, col: 2 },
    { row: 35, col: 3 },
    { row: 39, col: 7 },
  ];
  const valid = new Uint8Array(WIDTH_PX * 40).fill(1);
  for (const { row, col } of holes) valid[row * WIDTH_PX + col] = 0;
  missing.see(0, 40, { bands: [], valid });

  const columns = { image: { firstCol: 1, endCol: WIDTH_PX } } as ColumnStrip;
  const takeOut = missing.under(columns, { image: { firstRow: 32, endRow: 40 } } as RowStrip)!;
  // What is read meanwhile is of no concern to rows that were looked at.
  missing.see(40, 12, { bands: [], valid: null });
  const pixels = 7 * 8;
  const { classIds, confidence } = takeOut({
    classIds: new Uint8Array(pixels).fill(1),
    confidence: new Uint8Array(pixels).fill(200),
  });
  const at = (row: number, col: number) => (row - 32) * 7 + col - 1;
  const gone = new Set([at(35, 3), at(39, 7)]);
  expect([...classIds]).toEqual(Array.from({ length: pixels }, (_, pixel) => (gone.has(pixel) ? 255 : 1)));
  expect([...confidence!]).toEqual(Array.from({ length: pixels }, (_, pixel) => (gone.has(pixel) ? 0 : 200)));
});
