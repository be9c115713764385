/**
 * `nadir segment` on a made-up scene of 12000 × 12000 pixels: peak memory, and the identical mask after two kills.
 *
 * Takes minutes, so it runs only when asked: `npm run test:all`, or `NADIR_SLOW=1 npx vitest run --project slow`.
 * NADIR_SLOW_MODEL names the manifest of another model than the test network.
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runPython, withoutPython } from "../testing/run-python";
import { tinyManifest } from "../testing/tiny-models";

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
      const once = await nadir(args(whole));
      expect(once.status, once.stderr).toBe(0);

      const resumed = join(folder, "resumed.tif");
      const first = await nadir(args(resumed), once.windows / 3);
      const second = await nadir([...args(resumed), "--resume"], (2 * once.windows) / 3);
      expect([first.status, second.status]).toEqual([null, null]);
      const last = await nadir([...args(resumed), "--resume"]);
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

interface Ended {
  /** Null when it was killed. */
  readonly status: number | null;
  readonly stderr: string;
  /** Most memory the process held at once, as the kernel counts it. */
  readonly peakBytes: number;
  readonly seconds: number;
  readonly firstWindow: number;
  readonly windows: number;
}

/** Runs to the end, or is killed without warning once `killAfter` windows are done. */
function nadir(args: readonly string[], killAfter = Number.POSITIVE_INFINITY): Promise<Ended> {
  const startedMs = performance.now();
  const child = spawn(process.execPath, ["scripts/nadir.mjs", ...args], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let peakBytes = 0;
  let stderr = "";
  let firstWindow = -1;
  let windows = 0;
  const watch = setInterval(() => {
    peakBytes = Math.max(peakBytes, highWater(child.pid!));
  }, 100);
  child.stderr.on("data", (chunk: Buffer) => {
    stderr = (stderr + chunk.toString()).slice(-2000);
    const done = [...chunk.toString().matchAll(/"windowsDone":(\d+)/g)].map((match) => Number(match[1]));
    if (done.length === 0) return;
    if (firstWindow < 0) firstWindow = done[0]!;
    windows = done.at(-1)!;
    if (windows >= killAfter) child.kill("SIGKILL");
  });
  return new Promise((resolve) =>
    child.on("close", (status) => {
      clearInterval(watch);
      resolve({ status, stderr, peakBytes, seconds: (performance.now() - startedMs) / 1000, firstWindow, windows });
    }),
  );
}

function highWater(pid: number): number {
  try {
    const kilobytes = readFileSync(`/proc/${pid}/status`, "utf8").match(/VmHWM:\s+(\d+) kB/)?.[1];
    return 1024 * Number(kilobytes ?? 0);
  } catch {
    return 0;
  }
}

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
