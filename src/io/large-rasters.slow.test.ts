/**
 * Rasters far larger than memory should hold: exports of 6000 × 6000 and 40000 × 30000, opening 20000 × 20000.
 *
 * Takes a minute, so it runs with `npm run test:all`.
 */
import { spawnSync } from "node:child_process";
import { closeSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { computedMask, EXPORT_CLASSES, exportGrid, withTemporaryFolder } from "../testing/export-fixtures";
import { runPython, withoutPython } from "../testing/run-python";
import { blobOf } from "../testing/test-data";
import type { ByteSink } from "./byte-sink";
import type { MaskReader } from "./mask-store";
import { openRaster } from "./open-raster";
import { readPreview } from "./read-preview";
import { writeClassMapCog } from "./write-class-map";

const MEGABYTE = 2 ** 20;

function fileSink(path: string): ByteSink {
  const file = openSync(path, "w");
  return {
    async write(position, bytes) {
      writeSync(file, bytes, 0, bytes.length, position);
    },
    async close() {
      closeSync(file);
    },
  };
}

/** Nodata but for a few rectangles: what a corridor survey looks like. */
function sparseMask(
  widthPx: number,
  heightPx: number,
  rects: readonly { x: number; y: number; side: number; id: number }[],
): MaskReader {
  return {
    widthPx,
    heightPx,
    async read(rect) {
      const out = new Uint8Array(rect.widthPx * rect.heightPx).fill(255);
      for (const { x, y, side, id } of rects) {
        const [left, right] = [Math.max(x, rect.col), Math.min(x + side, rect.col + rect.widthPx)];
        for (let row = Math.max(y, rect.row); row < Math.min(y + side, rect.row + rect.heightPx); row++) {
          const from = (row - rect.row) * rect.widthPx - rect.col;
          if (right > left) out.fill(id, from + left, from + right);
        }
      }
      return out;
    },
  };
}

/** What gdalinfo remarks about a file: "" when it opens it without a warning. Null where GDAL's tools are missing. */
function gdalRemarks(path: string): string | null {
  const { error, stderr, status } = spawnSync("gdalinfo", [path], { encoding: "utf8" });
  if (error !== undefined) return null;
  return status === 0 ? stderr.trim() : `status ${status}: ${stderr.trim()}`;
}

/** Largest memory of typed arrays and heap while `work` runs, sampled between its awaits. */
async function peakOf(work: () => Promise<void>): Promise<number> {
  let peak = 0;
  const watch = setInterval(() => {
    const { arrayBuffers, heapUsed } = process.memoryUsage();
    peak = Math.max(peak, arrayBuffers + heapUsed);
  }, 20);
  await work().finally(() => clearInterval(watch));
  return peak / MEGABYTE;
}

describe.skipIf(withoutPython)("large exports", () => {
  test("6000 × 6000: valid COG, equal values", { timeout: 120_000 }, () =>
    withTemporaryFolder(async (folder) => {
      const path = join(folder, "map.tif");
      const mask = computedMask(6000, 6000);
      await writeClassMapCog({ mask, grid: exportGrid(6000, 6000), classes: EXPORT_CLASSES, sink: fileSink(path) });
      writeFileSync(join(folder, "map.raw"), await mask.read({ col: 0, row: 0, widthPx: 6000, heightPx: 6000 }));
      const seen = runPython(
        `
import json, sys, warnings
warnings.filterwarnings("ignore")
import numpy as np, rasterio
from rio_cogeo.cogeo import cog_validate
folder = json.load(sys.stdin)
valid, errors, notes = cog_validate(folder + "/map.tif", strict=True, quiet=True)
with rasterio.open(folder + "/map.tif") as d:
    equal = bool((d.read(1) == np.fromfile(folder + "/map.raw", dtype="uint8").reshape(6000, 6000)).all())
    print(json.dumps([valid, errors, notes, equal, d.overviews(1)]))`,
        folder,
      );
      expect(seen).toEqual([true, [], [], true, [2, 4, 8, 16]]);
      expect(gdalRemarks(path) ?? "").toBe("");
    }),
  );

  test("40000 × 30000, mostly nodata: streamed, valid, equal where it matters", { timeout: 240_000 }, () =>
    withTemporaryFolder(async (folder) => {
      const path = join(folder, "map.tif");
      const rects = [
        { x: 0, y: 0, side: 1, id: 1 },
        { x: 39_000, y: 29_000, side: 1000, id: 2 },
        { x: 12_345, y: 6_789, side: 700, id: 4 },
      ];
      const mask = sparseMask(40_000, 30_000, rects);
      const grid = exportGrid(40_000, 30_000);
      const peak = await peakOf(() => writeClassMapCog({ mask, grid, classes: EXPORT_CLASSES, sink: fileSink(path) }));
      expect(peak).toBeLessThan(512);
      const seen = runPython(
        `
import json, sys, warnings
warnings.filterwarnings("ignore")
import numpy as np, rasterio
from rasterio.windows import Window
from rio_cogeo.cogeo import cog_validate
path = json.load(sys.stdin)
valid, errors, notes = cog_validate(path, strict=True, quiet=True)
counts = np.zeros(256, dtype=np.int64)
with rasterio.open(path) as d:
    for row in range(0, 30000, 512):
        counts += np.bincount(d.read(1, window=Window(0, row, 40000, min(512, 30000 - row))).ravel(), minlength=256)
    corner = int(d.read(1, window=Window(0, 0, 1, 1))[0, 0])
    far = d.read(1, window=Window(38999, 28999, 2, 2)).tolist()
    print(json.dumps([valid, errors, notes, {str(i): int(counts[i]) for i in range(256) if counts[i]}, corner, far, d.overviews(1)]))`,
        path,
      );
      expect(seen).toEqual([
        true,
        [],
        [],
        { 1: 1, 2: 1_000_000, 4: 490_000, 255: 40_000 * 30_000 - 1_490_001 },
        1,
        [
          [255, 255],
          [255, 2],
        ],
        [2, 4, 8, 16, 32, 64, 128],
      ]);
      expect(gdalRemarks(path) ?? "").toBe("");
      console.log(`40000 × 30000: peak ${Math.round(peak)} MB`);
    }),
  );
});

describe.skipIf(withoutPython)("opening 20000 × 20000", () => {
  test("with overviews within 2 s, without within 10 s, bounded memory", { timeout: 240_000 }, () =>
    withTemporaryFolder(async (folder) => {
      runPython(
        `
import json, shutil, sys, warnings
warnings.filterwarnings("ignore")
import numpy as np, rasterio
from rasterio.enums import Resampling
from rasterio.windows import Window
folder = json.load(sys.stdin)
random = np.random.RandomState(1)
block = random.randint(0, 255, (3, 512, 512)).astype("uint8") // 16
profile = dict(driver="GTiff", width=20000, height=20000, dtype="uint8", compress="deflate", zlevel=1, tiled=True, blockxsize=512, blockysize=512)
with rasterio.open(folder + "/plain.tif", "w", count=3, photometric="rgb", interleave="pixel", **profile) as d:
    for row in range(0, 20000, 512):
        strip = np.tile(block, (1, 1, 40))[:, : min(512, 20000 - row), :20000].copy()
        strip[0] += np.uint8(row // 128)
        d.write(strip, window=Window(0, row, 20000, strip.shape[1]))
shutil.copy(folder + "/plain.tif", folder + "/pyramid.tif")
with rasterio.open(folder + "/pyramid.tif", "r+") as d: d.build_overviews([8, 32], Resampling.nearest)
print("null")`,
        folder,
      );
      const timings: Record<string, number> = {};
      const peak = await peakOf(async () => {
        for (const name of ["pyramid", "plain"]) {
          const file = await blobOf(join(folder, `${name}.tif`));
          const start = performance.now();
          const source = await openRaster({ file });
          const preview = await readPreview(source, { maxSidePx: 1024, bands: [0, 1, 2] });
          timings[name] = performance.now() - start;
          expect(preview.from).toBe(name === "pyramid" ? "overview" : "sampled-blocks");
          expect([preview.widthPx, preview.heightPx]).toEqual([1024, 1024]);
          // The red ramp grows downwards by one level every 128 rows: blocks are where they belong.
          const red = Array.from(preview.bands[0]!);
          for (const row of [0, 500, 1000]) {
            const level = Math.floor(((row + 0.5) * 20_000) / 1024 / 512) * 4;
            const mean = red.slice(row * 1024, (row + 1) * 1024).reduce((sum, value) => sum + value, 0) / 1024;
            expect(Math.abs(mean - 7 - level)).toBeLessThan(name === "pyramid" ? 3 : 14);
          }
          const area = await source.read({
            rect: { col: 9000, row: 9000, widthPx: 2048, heightPx: 2048 },
            bands: [0, 1, 2],
          });
          expect(area.bands).toHaveLength(3);
          source.close();
        }
      });
      console.log(`20000 × 20000: ${JSON.stringify(timings)} ms, peak ${Math.round(peak)} MB`);
      expect(timings.pyramid).toBeLessThan(2000);
      expect(timings.plain).toBeLessThan(10_000);
      expect(peak).toBeLessThan(512);
    }),
  );
});
