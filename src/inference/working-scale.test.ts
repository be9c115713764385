/** Runs on a grid coarser than the image's, against PyTorch: area mean → network → bilinear logits → arg max. */
import { describe, expect, test } from "vitest";
import type { RasterSource } from "../core/raster/raster";
import type { RunCheckpoint } from "../core/run/run-checkpoint";
import type { RunSettings } from "../core/run/run-settings";
import { arrayRaster, measureWhole, noise } from "../testing/array-raster";
import { firstDifference } from "../testing/first-difference";
import { memorySink } from "../testing/memory-sink";
import { runPython, withoutPython } from "../testing/run-python";
import { runSettings, tinyManifest } from "../testing/tiny-models";
import { tinyNodeBackend } from "../testing/tiny-node-backend";
import type { RunRequest } from "./run-request";
import { runScene } from "./run-scene";

/** Smooth on purpose: pure noise would make every pixel a near tie. */
function image(widthPx: number, heightPx: number, missing?: (col: number, row: number) => boolean) {
  return arrayRaster({
    widthPx,
    heightPx,
    roles: ["red", "green", "blue"],
    value: (band, col, row) =>
      Math.round(127 + 90 * Math.sin((col + 31 * band) / (5 + band)) * Math.cos(row / (7 - band))) +
      (noise(1, band, col, row) % 30),
    ...(missing === undefined ? {} : { missing }),
  });
}

async function run(
  optical: RasterSource,
  settings: Partial<RunSettings>,
  rest: Partial<RunRequest> = {},
  model: "identity" | "identity-dsm" = "identity",
) {
  const manifest = tinyManifest(model);
  const sink = memorySink(optical.facts.widthPx, optical.facts.heightPx);
  const result = await runScene({
    manifest,
    settings: runSettings(settings),
    optical,
    auxiliary: null,
    backend: await tinyNodeBackend(manifest, 3),
    sink,
    measureBand: measureWhole,
    ...rest,
  });
  return { sink, result };
}

async function valuesOf(source: RasterSource) {
  const { widthPx, heightPx, bands } = source.facts;
  const read = await source.read({
    rect: { col: 0, row: 0, widthPx, heightPx },
    bands: bands.map(({ index }) => index),
  });
  return { widthPx, heightPx, bands: read.bands.map((band) => [...band]), valid: read.valid && [...read.valid] };
}

const JUDGE = `import json, sys
import numpy as np
import torch
given = json.load(sys.stdin)
def shares(length, scale):
    cells = int(np.ceil(length / scale - 1e-9))
    pixel, cell = np.arange(length)[None, :], np.arange(cells)[:, None]
    return np.clip(np.minimum(pixel + 1, (cell + 1) * scale) - np.maximum(pixel, cell * scale), 0, None)
def mask(case):
    height, width, scale = case["heightPx"], case["widthPx"], case["scale"]
    valid = np.ones((height, width)) if case["valid"] is None else np.array(case["valid"], float).reshape(height, width)
    down, along = shares(height, scale), shares(width, scale)
    weight = down @ valid @ along.T
    logits = []
    for band in case["bands"]:
        values = np.array(band, float).reshape(height, width)
        logits.append(np.where(weight > 0, (down @ (values * valid) @ along.T) / np.maximum(weight, 1e-9), 0) / 255)
    back = torch.nn.functional.interpolate(
        torch.tensor(np.array(logits))[None], size=(height, width), mode="bilinear", align_corners=False)
    if "response" in case:
        share = back[0].softmax(0)[case["response"]].numpy()
        return np.where(valid > 0, np.rint(share * 255), 0).ravel().tolist()
    ids = back[0].argmax(0).numpy()
    return np.where(valid > 0, ids, 255).ravel().tolist()
print(json.dumps([mask(case) for case in given]))`;

describe("a run on a coarser grid", () => {
  test.skipIf(withoutPython)(
    "gives PyTorch's classes on the image's grid, holes and column strips included",
    async () => {
      const cases = [
        { scale: 2.5, optical: image(275, 210) },
        { scale: 4, optical: image(312, 284, (col, row) => Math.hypot(col - 180, row - 130) < 50 || row < 11) },
        { scale: 0.5, optical: image(90, 70) },
      ];
      const judged = runPython(
        JUDGE,
        await Promise.all(cases.map(async ({ scale, optical }) => ({ scale, ...(await valuesOf(optical)) }))),
      ) as number[][];
      for (const [index, { scale, optical }] of cases.entries()) {
        for (const rest of [{}, { maxStripWidthPx: 64 }]) {
          const { sink, result } = await run(optical, { scale, stridePx: 48 }, rest);
          expect(new Set(sink.writes)).toEqual(new Set([1]));
          const equal = sink.classIds.reduce((sum, id, pixel) => sum + (id === judged[index]![pixel] ? 1 : 0), 0);
          expect(equal / sink.classIds.length).toBeGreaterThanOrEqual(0.999);
          // Holes are exact.
          expect([...sink.classIds].map((id) => id === 255)).toEqual(judged[index]!.map((id) => id === 255));
          expect(result.widthPx).toBe(optical.facts.widthPx);
          expect(result.classPixels.reduce((sum, count) => sum + count, 0) + result.nodataPixels).toBe(
            sink.classIds.length,
          );
        }
      }
    },
  );

  test("a pixel does not depend on the area asked for, and nothing outside it is predicted", async () => {
    const optical = image(500, 430);
    const whole = await run(optical, { scale: 2.5 });
    const areaOfInterest = { col: 37, row: 61, widthPx: 150, heightPx: 99 };
    const part = await run(optical, { scale: 2.5, areaOfInterest });
    expect(part.result.area).toEqual(areaOfInterest);
    const wrong = part.sink.classIds.filter((id, pixel) => {
      const [col, row] = [pixel % 500, Math.floor(pixel / 500)];
      const inside = col >= 37 && col < 187 && row >= 61 && row < 160;
      return id !== (inside ? whole.sink.classIds[pixel] : 255);
    });
    expect(wrong).toHaveLength(0);
    expect(part.result.windowsRun).toBeLessThan(whole.result.windowsRun);
  });

  test.each(["flips", "d4"] as const)("the network may see every window turned (%s)", async (testTimeAugmentation) => {
    const optical = image(340, 230, (col, row) => col < 40 && row > 150);
    const plain = await run(optical, { scale: 2.5 });
    const turned = await run(optical, { scale: 2.5, testTimeAugmentation });
    const equal = turned.sink.classIds.reduce((sum, id, at) => sum + (id === plain.sink.classIds[at] ? 1 : 0), 0);
    expect(equal / turned.sink.classIds.length).toBeGreaterThan(0.9999);
    expect(new Set(plain.sink.classIds).size).toBe(4);
  });

  test.skipIf(withoutPython)("a response map is PyTorch's softmax of the interpolated logits", async () => {
    const optical = image(180, 171);
    const scale = 3;
    const [judged] = runPython(JUDGE, [{ scale, response: 1, ...(await valuesOf(optical)) }]) as number[][];
    const areaOfInterest = { col: 31, row: 17, widthPx: 120, heightPx: 130 };
    const { sink, result } = await run(optical, { scale, confidence: true, areaOfInterest }, { response: 1 });
    expect(result.area).toEqual(areaOfInterest);
    const asked = judged!.map((value, at) => {
      const [col, row] = [at % 180, Math.floor(at / 180)];
      return col >= 31 && col < 151 && row >= 17 && row < 147 ? value - sink.confidence![at]! : 0;
    });
    expect(Math.max(...asked.map(Math.abs))).toBeLessThanOrEqual(1);
    expect(new Set(sink.confidence).size).toBeGreaterThan(10);
  });

  test("an enlarged image is warned of", async () => {
    expect((await run(image(70, 70), { scale: 0.5 })).result.warnings.join()).toContain("enlarged 2 times");
    expect((await run(image(70, 70), { scale: 2 })).result.warnings).toEqual([]);
  });

  test("far fewer windows are run, and blocks are still read once", async () => {
    const native = await run(image(640, 640), {});
    const optical = image(640, 640);
    const scaled = await run(optical, { scale: 4 });
    expect(scaled.result.windowsRun * 12).toBeLessThanOrEqual(native.result.windowsRun);
    const rows = optical.reads.flatMap(({ row, heightPx }) =>
      Array.from({ length: heightPx }, (_, index) => row + index),
    );
    expect(rows.sort((one, other) => one - other)).toEqual(Array.from({ length: 640 }, (_, row) => row));
  });

  test.each([64, 16384])("an interrupted run goes on to the identical mask (strips of %d)", async (maxStripWidthPx) => {
    const optical = image(420, 610, (col, row) => col > 300 && row > 200 && row < 260);
    const settings = { scale: 3, confidence: true } as const;
    let all = 0;
    const whole = await run(optical, settings, { maxStripWidthPx, onCheckpoint: () => void all++ });
    const checkpoints: RunCheckpoint[] = [];
    const sink = memorySink(420, 610);
    const cancel = new AbortController();
    const stopped = run(optical, settings, {
      maxStripWidthPx,
      sink,
      signal: cancel.signal,
      onCheckpoint: (checkpoint) => {
        checkpoints.push(checkpoint);
        // Early: at the end everything may be through before it is heard.
        if (checkpoints.length === Math.floor(all / 4)) cancel.abort();
      },
    });
    await expect(stopped).rejects.toMatchObject({ name: "AbortError" });
    const { result } = await run(optical, settings, { maxStripWidthPx, sink, resume: checkpoints.at(-1)! });
    expect(firstDifference(sink.classIds, whole.sink.classIds)).toBe(-1);
    expect(firstDifference(sink.confidence!, whole.sink.confidence!)).toBe(-1);
    expect(result.classPixels).toEqual(whole.result.classPixels);
  });

  test("a finer height raster on another grid is averaged, not picked from", async () => {
    const optical = image(240, 200);
    // A board of 0 and 100 m, finer than a working pixel: its mean everywhere.
    const heights = arrayRaster({
      widthPx: 480,
      heightPx: 400,
      roles: ["height"],
      dtype: "float32",
      value: (_, col, row) => ((col + row) % 2) * 100,
    });
    const seen: number[] = [];
    const manifest = tinyManifest("identity-dsm");
    const backend = await tinyNodeBackend(manifest);
    await run(
      optical,
      { scale: 4 },
      {
        auxiliary: { source: heights, mapping: ([col, row]) => [2 * col, 2 * row] },
        backend: {
          ...backend,
          maxStripWidthPx: backend.maxStripWidthPx,
          async open(job) {
            const opened = await backend.open(job);
            const putRows = opened.putRows.bind(opened);
            opened.putRows = (raster, firstRow, rowCount, rows) => {
              if (raster === "auxiliary") seen.push(...rows.bands[0]!);
              putRows(raster, firstRow, rowCount, rows);
            };
            return opened;
          },
        },
      },
      "identity-dsm",
    );
    expect(seen.length).toBeGreaterThanOrEqual(60 * 50);
    for (const height of seen) expect(height).toBeCloseTo(50, 3);
  });
});
