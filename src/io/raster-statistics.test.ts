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
