import { expect, test } from "vitest";
import { arrayRaster } from "../testing/array-raster";
import { bandReport } from "./raster-statistics";

test("a report knows declared nodata as GDAL does, and none that was only assumed", async () => {
  const value = (_: number, col: number) => (col === 0 ? -9999 : col);
  const source = arrayRaster({ widthPx: 4, heightPx: 2, roles: ["height"], dtype: "float32", nodata: -9999, value });
  expect(await bandReport(source, 0)).toMatchObject({ min: 1, max: 3, mean: 2, validCount: 6, totalCount: 8 });
  const [height] = source.facts.bands;
  const assumed = { ...source, facts: { ...source.facts, bands: [{ ...height!, nodataIsAssumed: true as const }] } };
  expect(await bandReport(assumed, 0)).toMatchObject({ min: -9999, max: 3, validCount: 8 });
});

test.each([
  ["float32", [0.4, 1.6, 2.5, 300.7, -7.5, 4, 5, 6], 25],
  ["float64", [0.4, 1.6, 2.5, 300.7, -7.5, 4, 5, 6], 25],
  ["uint8", [0, 1, 2, 30, 7, 4, 5, 6], 38],
] as const)("the checksum of %s is GDAL's", async (dtype, values, checksum) => {
  const value = (_: number, col: number, row: number) => values[row * 4 + col]!;
  const source = arrayRaster({ widthPx: 4, heightPx: 2, roles: ["height"], dtype, value });
  expect((await bandReport(source, 0)).checksum).toBe(checksum);
});
