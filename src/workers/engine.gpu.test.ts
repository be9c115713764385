import { afterAll, describe, expect, test } from "vitest";
import { findMaskPlace } from "../io/mask-store";
import { noise } from "../testing/array-raster";
import { tinyModelFiles } from "../testing/tiny-model-files";
import { runSettings, tinyManifest } from "../testing/tiny-models";
import { startWorkers } from "./clients";
import type { EngineRunProgress } from "./engine-protocol";

const WIDTH = 150;
const HEIGHT = 120;
const value = (band: number, at: number) => noise(band, at) % 256;

async function picture(): Promise<File> {
  const canvas = new OffscreenCanvas(WIDTH, HEIGHT);
  const pixels = new ImageData(WIDTH, HEIGHT);
  for (let at = 0; at < WIDTH * HEIGHT; at++) {
    pixels.data.set([value(0, at), value(1, at), value(2, at), 255], 4 * at);
  }
  canvas.getContext("2d")!.putImageData(pixels, 0, 0);
  return new File([await canvas.convertToBlob({ type: "image/png" })], "picture.png");
}

const wanted = Uint8Array.from({ length: WIDTH * HEIGHT }, (_, at) => {
  const bands = [value(0, at), value(1, at), value(2, at)];
  return bands.indexOf(Math.max(...bands));
});

describe("the engine worker", () => {
  const { engine, rasters } = startWorkers();
  afterAll(() => {
    engine.dispose();
    rasters.dispose();
  });

  test("says what runs here and why", async () => {
    const report = await engine.call("describeBackends", {});
    expect(report.offers.map(({ kind, available }) => [kind, available])).toEqual([
      ["webgpu", true],
      ["wasm", true],
    ]);
    // This browser renders on the CPU, which counts as no GPU.
    expect(report.preferred).toBe("wasm");
    expect(report.offers[0]!.reason).toMatch(/renders on the CPU/);
  });

  test.each(["wasm", "webgpu"] as const)(
    "opens a file, runs on %s and leaves the mask in the store",
    async (backend) => {
      const files = await tinyModelFiles(tinyManifest("identity"));
      const progress: EngineRunProgress[] = [];
      const maskId = `engine-test-${backend}`;
      const result = await engine.call(
        "run",
        {
          files,
          backend,
          batch: 2,
          settings: runSettings({ backend, stridePx: 40 }),
          optical: { file: await picture(), sideFiles: [] },
          auxiliary: null,
          maskId,
          confidenceId: null,
        },
        { onProgress: (report: EngineRunProgress) => progress.push(report) },
      );
      expect(result.backend.kind).toBe(backend);
      const mask = await (await findMaskPlace()).open(maskId, { widthPx: WIDTH, heightPx: HEIGHT });
      expect(await mask!.read({ col: 0, row: 0, widthPx: WIDTH, heightPx: HEIGHT })).toEqual(wanted);
      expect(progress.some(({ stage }) => stage === "loading-model")).toBe(true);
      expect(progress.filter(({ checkpoint }) => checkpoint !== undefined).at(-1)!.checkpoint!.nextRow).toBe(HEIGHT);
      await mask!.delete();
    },
  );

  test.each(["wasm", "webgpu"] as const)("gives the probability of one class in view on %s", async (backend) => {
    const files = await tinyModelFiles(tinyManifest("identity"));
    const area = { col: 30, row: 11, widthPx: 60, heightPx: 70 };
    const responseId = `engine-test-response-${backend}`;
    const computed = await engine.call("respond", {
      files,
      backend,
      batch: 2,
      settings: runSettings({ backend, stridePx: 40, confidence: true, areaOfInterest: area }),
      optical: { file: await picture(), sideFiles: [] },
      auxiliary: null,
      classId: 1,
      responseId,
    });
    expect(computed).toEqual(area);
    const store = await (await findMaskPlace()).open(responseId, { widthPx: WIDTH, heightPx: HEIGHT });
    const bytes = await store!.read({ col: 0, row: 0, widthPx: WIDTH, heightPx: HEIGHT });
    for (const [at, byte] of bytes.entries()) {
      const [col, row] = [at % WIDTH, Math.floor(at / WIDTH)];
      if (col >= 30 && col < 90 && row >= 11 && row < 81) {
        const exps = [0, 1, 2].map((band) => Math.exp(value(band, at) / 255));
        expect(Math.abs(byte - (254 * exps[1]!) / (exps[0]! + exps[1]! + exps[2]!))).toBeLessThanOrEqual(1.5);
      } else {
        expect(byte).toBe(255);
      }
    }
    await store!.delete();
  });

  test("a cancelled run is an AbortError", async () => {
    const files = await tinyModelFiles(tinyManifest("identity"));
    const controller = new AbortController();
    const attempt = engine.call(
      "run",
      {
        files,
        backend: "wasm",
        batch: 1,
        settings: runSettings({ backend: "wasm", stridePx: 8 }),
        optical: { file: await picture(), sideFiles: [] },
        auxiliary: null,
        maskId: "engine-test-cancelled",
        confidenceId: null,
      },
      {
        signal: controller.signal,
        onProgress: ({ windowsDone }: EngineRunProgress) => {
          if (windowsDone > 2) controller.abort();
        },
      },
    );
    await expect(attempt).rejects.toMatchObject({ name: "AbortError" });
  });
});
