/** Corrections reach the pixels: validity and statistics follow the nodata the user set, judged by rasterio. */
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { withTemporaryFolder } from "../testing/export-fixtures";
import { runPython, withoutPython } from "../testing/run-python";
import { blobOf } from "../testing/test-data";
import { openRaster } from "./open-raster";
import { bandStatistics } from "./raster-statistics";

const MAKE = `
import json, sys, warnings
warnings.filterwarnings("ignore")
import numpy as np, rasterio
path = json.load(sys.stdin)
heights = np.random.RandomState(3).uniform(90, 130, (70, 80)).astype("float32")
heights[:9] = -9999
heights[40, 10:20] = 0
with rasterio.open(path, "w", driver="GTiff", width=80, height=70, count=1, dtype="float32") as d: d.write(heights, 1)
def judge(nodata):
    with rasterio.open(path, "r+") as d: d.nodata = nodata
    with rasterio.open(path) as d: band = d.read(1, masked=True)
    return [float(band.min()), float(band.max()), float(band.mean()), int(band.count())]
out = {"zero": judge(0)}
# Nobody declares them, and both lie far from everything else.
known = heights[(heights != -9999) & (heights != 0)]
out["assumed"] = [float(known.min()), float(known.max()), float(known.mean(dtype="float64")), known.size]
with rasterio.open(path, "w", driver="GTiff", width=80, height=70, count=1, dtype="float32") as d: d.write(heights, 1)
out["none"] = [float(heights.min()), float(heights.max()), float(heights.mean(dtype="float64")), heights.size]
print(json.dumps(out))`;

describe.skipIf(withoutPython)("nodata set by the user", () => {
  test.each([
    ["assumed", {}],
    ["none", { nodata: { 0: null } }],
    ["zero", { nodata: { 0: 0 } }],
  ])("%s", (name, corrections) =>
    withTemporaryFolder(async (folder) => {
      const path = join(folder, "dsm.tif");
      const judged = runPython(MAKE, path) as Record<string, [number, number, number, number]>;
      const source = await openRaster({ file: await blobOf(path), corrections });
      const { min, max, mean, validCount } = await bandStatistics(source, 0);
      const [wantedMin, wantedMax, wantedMean, wantedCount] = judged[name]!;
      expect([min, validCount]).toEqual([wantedMin, wantedCount]);
      expect(max).toBe(wantedMax);
      expect(mean).toBeCloseTo(wantedMean, 2);
    }),
  );
});
