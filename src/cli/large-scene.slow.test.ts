/**
 * `nadir segment` on a made-up scene of 12000 × 12000 pixels: peak memory, and the identical mask after two kills.
 *
 * Takes minutes, so it runs only when asked: `npm run test:all`, or `NADIR_SLOW=1 npx vitest run --project slow`.
 * NADIR_SLOW_MODEL names the manifest of another model than the test network.
 */
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runPython, withoutPython } from "../testing/run-python";
import { tinyManifest } from "../testing/tiny-models";
import { watchNadir } from "../testing/watch-nadir";

const SIDE_PX = 12000;
const MEGABYTE = 2 ** 20;
const wanted = process.env.NADIR_SLOW === "1" && !withoutPython && existsSync("/proc/self/status");

test.skipIf(!wanted)(
  "12000 × 12000 px: under 1 GB besides the model; killed twice and resumed, the identical file",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "nadir-large-"));
    try {
      const scene = { optical: join(folder, "optical.tif"), dsm: join(folder, "dsm.tif") };
      runPython(MAKE_SCENE, { ...scene, side: SIDE_PX });
      const model = process.env.NADIR_SLOW_MODEL ?? writeTestModel(folder);
      const modelBytes = readFileSync(model.replace(/\.nadir\.json$/, ".onnx")).length;
      const args = (out: string) =>
        ["segment", "--optical", scene.optical, "--dsm", scene.dsm, "--model", model, "--backend", "cpu"].concat([
          "--stride",
          "64",
          "--batch",
          "16",
          "--out",
          out,
        ]);
      const whole = join(folder, "whole.tif");
      const once = await watchNadir(args(whole));
      expect(once.status, once.stderr).toBe(0);

      const resumed = join(folder, "resumed.tif");
      const first = await watchNadir(args(resumed), once.windows / 3);
      const second = await watchNadir([...args(resumed), "--resume"], (2 * once.windows) / 3);
      expect([first.status, second.status]).toEqual([null, null]);
      const last = await watchNadir([...args(resumed), "--resume"]);
      expect(last.status, last.stderr).toBe(0);
      // It went on where the second kill left it, not from the top.
      expect(last.firstWindow).toBeGreaterThan(once.windows / 2);
      expect(sha256(resumed)).toBe(sha256(whole));

      const runs = [once, first, second, last];
      console.log(
        `${SIDE_PX} × ${SIDE_PX} px, ${once.windows} windows: ${once.seconds.toFixed(0)} s; peak memory in MB of the runs: ` +
          `${runs.map(({ peakBytes }) => Math.round(peakBytes / MEGABYTE)).join(", ")}; model ${(modelBytes / MEGABYTE).toFixed(1)} MB`,
      );
      for (const { peakBytes } of runs) expect(peakBytes - modelBytes).toBeLessThan(1000 * MEGABYTE);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
  7_200_000,
);

function writeTestModel(folder: string): string {
  const graph = readFileSync(new URL("../testing/fixtures/placed.onnx", import.meta.url));
  copyFileSync(new URL("../testing/fixtures/placed.onnx", import.meta.url), join(folder, "placed.onnx"));
  const manifest = tinyManifest("placed");
  const sha = createHash("sha256").update(graph).digest("hex");
  const path = join(folder, "placed.nadir.json");
  writeFileSync(path, JSON.stringify({ ...manifest, graph: { ...manifest.graph, bytes: graph.length, sha256: sha } }));
  return path;
}

function sha256(path: string): string {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}

/** The sample scene as tiles of a large one, each a little brighter or darker; heights on a grid 2.5 times coarser. */
const MAKE_SCENE = `
import json, sys
import numpy as np
import rasterio
from rasterio.transform import from_origin
from rasterio.windows import Window
plan = json.load(sys.stdin)
def write(path, source, side, pixel):
    with rasterio.open(source) as raster:
        tile = raster.read()
    count, high, wide = tile.shape
    profile = dict(driver="GTiff", width=side, height=side, count=count, dtype=tile.dtype, crs="EPSG:25832",
        transform=from_origin(500000, 5600000, pixel, pixel), tiled=True, blockxsize=256, blockysize=256,
        compress="deflate", interleave="pixel")
    if count == 3: profile["photometric"] = "RGB"
    with rasterio.open(path, "w", **profile) as out:
        for row in range(0, side, high):
            for col in range(0, side, wide):
                h, w = min(high, side - row), min(wide, side - col)
                shift = (row // high * 7 + col // wide * 3) % 11 - 5
                part = tile[:, :h, :w]
                part = np.clip(part.astype(np.int16) + shift, 0, 255).astype(np.uint8) if tile.dtype == np.uint8 else part + shift
                out.write(part, window=Window(col, row, w, h))
write(plan["optical"], "public/sample/top_nadir_1_1_RGB.tif", plan["side"], 0.1)
write(plan["dsm"], "public/sample/dsm_nadir_01_01.tif", plan["side"] * 2 // 5, 0.25)
print("{}")
`;
