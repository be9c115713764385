/**
 * `nadir heights` on a made-up surface model of 20000 × 20000 pixels of 0.2 m, where cells are smallest for their number:
 * peak memory, and heights that are true.
 *
 * Takes minutes, so it runs only when asked: `npm run test:all`, or `NADIR_SLOW=1 npx vitest run --project slow`.
 */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runPython, withoutPython } from "../testing/run-python";
import { watchNadir } from "../testing/watch-nadir";

const MEGABYTE = 2 ** 20;
const wanted = process.env.NADIR_SLOW === "1" && !withoutPython && existsSync("/proc/self/status");

test.skipIf(!wanted)(
  "heights above the ground of 20000 × 20000 px at 0.2 m: within 400 MB, halls standing on a hillside",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "nadir-heights-"));
    try {
      const [dsm, out] = [join(folder, "dsm.tif"), join(folder, "heights.tif")];
      runPython(MAKE_SURFACE, dsm);
      const { status, stderr, peakBytes, seconds } = await watchNadir(["heights", "--dsm", dsm, "--out", out]);
      expect(status, stderr).toBe(0);
      console.log(`20000 × 20000 px at 0.2 m: ${seconds.toFixed(0)} s, peak ${Math.round(peakBytes / MEGABYTE)} MB`);
      expect(peakBytes).toBeLessThan(400 * MEGABYTE);
      const { median, most } = runPython(COMPARE, out) as { median: number; most: number };
      expect(median).toBeLessThanOrEqual(0.3);
      expect(most).toBeLessThanOrEqual(1);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
  3_600_000,
);

/** A slope of 12 % with waves of 4 m; on every 100 m of it a hall of 60 × 40 m, 9 m high. */
const SURFACE = `
import json, sys
import numpy as np, rasterio
from rasterio.transform import from_origin
from rasterio.windows import Window
SIDE, PIXEL, BLOCK = 20000, 0.2, 512
def standing(row, rows, col, cols):
    south = ((np.arange(row, row + rows) + 0.5) * PIXEL)[:, None]
    east = ((np.arange(col, col + cols) + 0.5) * PIXEL)[None, :]
    hall = (south % 100 > 30) & (south % 100 < 70) & (east % 100 > 20) & (east % 100 < 80)
    ground = 200 + 0.12 * east + 4 * np.sin(south / 70) * np.cos(east / 90)
    return ground.astype(np.float32), np.where(hall, np.float32(9), np.float32(0))
`;

const MAKE_SURFACE = `${SURFACE}
profile = dict(driver="GTiff", width=SIDE, height=SIDE, count=1, dtype="float32", crs="EPSG:25832", nodata=-9999,
    transform=from_origin(500000, 5600000, PIXEL, PIXEL), tiled=True, blockxsize=BLOCK, blockysize=BLOCK,
    compress="deflate", zlevel=1, predictor=3)
with rasterio.open(json.load(sys.stdin), "w", **profile) as out:
    for row in range(0, SIDE, BLOCK):
        rows = min(BLOCK, SIDE - row)
        ground, above = standing(row, rows, 0, SIDE)
        out.write(np.round(ground + above, 2), 1, window=Window(0, row, SIDE, rows))
print("null")
`;

const COMPARE = `${SURFACE}
errors = []
with rasterio.open(json.load(sys.stdin)) as found:
    for row, col in ((0, 0), (9000, 3000), (19000, 19000), (4000, 15000)):
        _, above = standing(row, 1000, col, 1000)
        errors.append(np.abs(found.read(1, window=Window(col, row, 1000, 1000)) - above).ravel())
errors = np.concatenate(errors)
print(json.dumps(dict(median=float(np.median(errors)), most=float(np.quantile(errors, 0.95)))))
`;
