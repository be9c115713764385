/**
 * A run with all that a real network asks for (16 bit, means and deviations, fixed metres, a band with scale and
 * offset, padding, probabilities, missing pixels in both rasters), held against NumPy and onnxruntime in Python.
 */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RasterSource } from "../core/raster/raster";
import { arrayRaster, measureWhole, noise } from "../testing/array-raster";
import { temporaryFolder } from "../testing/export-fixtures";
import { type MemorySink, memorySink } from "../testing/memory-sink";
import { runPython, withoutPython } from "../testing/run-python";
import { runSettings, tensor, tinyManifest } from "../testing/tiny-models";
import { tinyNodeBackend } from "../testing/tiny-node-backend";
import { runScene } from "./run-scene";

const [WIDTH, HEIGHT] = [110, 330];
const STRIDE = 40;

const MANIFEST = tinyManifest("padded", {
  inputs: [
    tensor(
      "optical",
      "optical",
      ["red", "green", "blue"],
      { kind: "declared-type" },
      {
        mean: [0.5, 0.4, 0.3],
        std: [0.25, 0.2, 0.4],
        nodataFill: -1.5,
      },
    ),
    tensor(
      "dsm",
      "auxiliary",
      ["height"],
      { kind: "fixed", min: 4, max: 24 },
      {
        mean: [0.25],
        std: [0.5],
        nodataFill: 3,
      },
    ),
  ],
  output: { name: "probabilities", kind: "probabilities", stride: 1, shape: ["batch", 4, 70, 70] },
  window: { sizePx: 64, padPx: 6, suggestedStridePx: STRIDE, fixed: true },
});

const ORACLE = `
import json, sys
import numpy as np, onnxruntime
sys.path.insert(0, "models")
from nadir_models.heights.fill_holes import fill_holes
given = json.load(sys.stdin)
W, H, S, model, folder = given["width"], given["height"], given["stride"], given["model"], given["folder"]
session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
rgb = np.fromfile(folder + "/rgb", dtype="uint16").reshape(3, H, W)
dsm = np.fromfile(folder + "/dsm", dtype="float32").reshape(H, W)
seen = np.fromfile(folder + "/valid", dtype="uint8").reshape(H, W) == 1
mean, std = np.array([0.5, 0.4, 0.3]).reshape(3, 1, 1), np.array([0.25, 0.2, 0.4]).reshape(3, 1, 1)
image = np.where(seen, (rgb / 65535 - mean) / std, -1.5)
metres = fill_holes(dsm.astype("float64"), dsm == -9999).astype("float32") * 0.1 + 5
height = ((metres - 4) / 20 - 0.25) / 0.5
def starts(length):
    return sorted({min(start, length - 64) for start in range(0, length, S)})
sums, times, windows = np.zeros((4, H, W)), np.zeros((H, W)), [0, 0]
for top in starts(H):
    for left in starts(W):
        here = (slice(top, top + 64), slice(left, left + 64))
        if not seen[here].any():
            windows[1] += 1
            continue
        windows[0] += 1
        padded = lambda bands: np.pad(bands, ((0, 0), (0, 6), (0, 6))).astype("float32")[None]
        (out,) = session.run(None, {"optical": padded(image[(slice(None), *here)]), "dsm": padded(height[None][(slice(None), *here)])})
        sums[(slice(None), *here)] += out[0, :, :64, :64]
        times[here] += 1
share = np.where(seen, sums / np.maximum(times, 1), 0)
order = np.sort(share, 0)
clear = ~seen | (order[-1] - order[-2] > 1e-4)
ids = np.where(seen, share.argmax(0), 255)
flat = lambda array: array.ravel().tolist()
print(json.dumps(dict(ids=flat(ids), clear=flat(clear.astype(int)), best=flat(255 * share.max(0)), third=flat(255 * share[2]), windows=windows)))
`;

interface Oracle {
  readonly ids: readonly number[];
  /** 1 where the best class leads by more than rounding. */
  readonly clear: readonly number[];
  /** Probability of the best class, and of class 2, × 255. */
  readonly best: readonly number[];
  readonly third: readonly number[];
  readonly windows: readonly [run: number, skipped: number];
}

/** Holes end where the second third begins, so whole rows take the places of holed ones; a corner holds nothing. */
const isSeen = (col: number, row: number) => row >= 110 || ((col + row) % 7 !== 0 && (col >= 64 || row >= 70));

const optical = arrayRaster({
  widthPx: WIDTH,
  heightPx: HEIGHT,
  blockHeightPx: 40,
  roles: ["red", "green", "blue"],
  dtype: "uint16",
  value: (band, col, row) => noise(5, band, col, row) % 65536,
  missing: (col, row) => !isSeen(col, row),
});
const plainHeights = arrayRaster({
  widthPx: WIDTH,
  heightPx: HEIGHT,
  blockHeightPx: 48,
  roles: ["height"],
  dtype: "float32",
  nodata: -9999,
  value: (_, col, row) => (row < 90 && (col * row) % 11 === 3 ? -9999 : noise(6, col, row) % 200),
});
const heights: RasterSource = {
  ...plainHeights,
  facts: { ...plainHeights.facts, bands: plainHeights.facts.bands.map((band) => ({ ...band, scale: 0.1, offset: 5 })) },
};

describe.skipIf(withoutPython)("a network that asks for everything", () => {
  const folder = temporaryFolder();
  let oracle: Oracle;
  beforeAll(async () => {
    const rect = { col: 0, row: 0, widthPx: WIDTH, heightPx: HEIGHT };
    const [image, dsm] = [await optical.read({ rect, bands: [0, 1, 2] }), await heights.read({ rect, bands: [0] })];
    writeFileSync(join(folder, "rgb"), Buffer.concat(image.bands.map((band) => Buffer.from(band.buffer))));
    writeFileSync(join(folder, "dsm"), Buffer.from(dsm.bands[0]!.buffer));
    writeFileSync(join(folder, "valid"), image.valid!);
    const model = "src/testing/fixtures/padded.onnx";
    oracle = runPython(ORACLE, { width: WIDTH, height: HEIGHT, stride: STRIDE, model, folder }) as Oracle;
  }, 300_000);
  afterAll(() => rmSync(folder, { recursive: true }));

  async function run(response?: number) {
    const sink = memorySink(WIDTH, HEIGHT);
    const result = await runScene({
      manifest: MANIFEST,
      settings: runSettings({ stridePx: STRIDE, blend: "flat", confidence: true }),
      optical,
      auxiliary: { source: heights, mapping: (pixel) => pixel },
      backend: await tinyNodeBackend(MANIFEST, 2),
      sink,
      measureBand: measureWhole,
      ...(response !== undefined && { response }),
    });
    return { sink, result };
  }
  const farFrom = ({ confidence }: MemorySink, wanted: readonly number[]) =>
    confidence.findIndex((byte, at) => Math.abs(byte - wanted[at]!) > 0.6);

  test("the mask, its holes and its confidence are those of NumPy's loop over the windows", async () => {
    const { sink, result } = await run();
    const wrong = sink.classIds.findIndex((id, at) => oracle.clear[at] === 1 && id !== oracle.ids[at]);
    expect(wrong).toBe(-1);
    expect(oracle.clear.filter((clear) => clear === 0).length).toBeLessThan(100);
    expect(farFrom(sink, oracle.best)).toBe(-1);
    expect([result.windowsRun, result.windowsSkipped]).toEqual(oracle.windows);
    expect(result.nodataPixels).toBe(oracle.ids.filter((id) => id === 255).length);
  });

  test("the response of a class is its own probability", async () => {
    expect(farFrom((await run(2)).sink, oracle.third)).toBe(-1);
  });
});
