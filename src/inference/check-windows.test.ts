/** A device that computes a quarter of its windows wrongly, by what is in them (microsoft/onnxruntime #29807), is found. */
import { expect, test } from "vitest";
import { crc32 } from "../core/crc32";
import type { BackendFacts } from "../core/run/run-settings";
import { arrayRaster, measureWhole, noise } from "../testing/array-raster";
import { memorySink } from "../testing/memory-sink";
import { runSettings, tinyManifest } from "../testing/tiny-models";
import type { NetworkSession, NetworkTensor, StripBackend } from "./backend";
import { createCpuBackend } from "./cpu-backend";
import type { RunRequest } from "./run-request";
import { runScene } from "./run-scene";

const WINDOW_PX = 16;
const manifest = tinyManifest("identity", {
  window: { sizePx: WINDOW_PX, padPx: 0, suggestedStridePx: 12, fixed: true },
});
const SIDE_PX = 7 * WINDOW_PX;
const gpu: BackendFacts = { kind: "webgpu", adapter: "a card", reason: "", precision: "fp32" };
const cpu: BackendFacts = { kind: "wasm", adapter: "WebAssembly", reason: "", precision: "fp32" };

/** Gives twenty times its input as logits; `alter` sees each window's. */
function session(alter: (window: Float32Array) => void = () => undefined, batch = 4): NetworkSession {
  return {
    batch,
    async run({ optical }): Promise<NetworkTensor> {
      const data = optical!.data.map((value) => 20 * value);
      for (let slot = 0; slot < batch; slot++)
        alter(data.subarray((slot * data.length) / batch, ((slot + 1) * data.length) / batch));
      return { dims: optical!.dims, data };
    },
    release: async () => undefined,
  };
}

/** 7 × 7 windows without overlap. */
const optical = arrayRaster({
  widthPx: SIDE_PX,
  heightPx: SIDE_PX,
  roles: ["red", "green", "blue"],
  value: (band, col, row) => noise(1, band, col, row) % 256,
});

async function run(backend: StripBackend, seed: string, rest: Partial<RunRequest> = {}) {
  let closed = 0;
  const result = await runScene({
    manifest,
    settings: runSettings({ stridePx: WINDOW_PX }),
    optical,
    auxiliary: null,
    backend,
    sink: memorySink(optical.facts.widthPx, optical.facts.heightPx),
    measureBand: measureWhole,
    check: {
      seed,
      openReference: async () => ({
        backend: createCpuBackend(session(undefined, 1), cpu),
        close: async () => void closed++,
      }),
    },
    ...rest,
  });
  expect(closed).toBe(1);
  return result;
}

test("a quarter of wrong windows is found in at least 95 of 100 runs", async () => {
  let found = 0;
  let wrong = 0;
  let seen = 0;
  for (let number = 0; number < 100; number++) {
    const hits = (window: Float32Array) => {
      const isHit =
        (crc32(new Uint8Array(window.buffer, window.byteOffset, window.byteLength), number) >>> 7) % 4 === 0;
      seen++;
      if (isHit) {
        wrong++;
        window.reverse();
      }
    };
    const { windowCheck } = await run(createCpuBackend(session(hits, 1), gpu), `run-${number}`);
    expect(windowCheck!.randomWindows + windowCheck!.unsureWindows).toBe(12);
    if (windowCheck!.verdict === "differ") found++;
  }
  expect(wrong / seen).toBeGreaterThan(0.22);
  expect(wrong / seen).toBeLessThan(0.28);
  expect(found).toBeGreaterThanOrEqual(95);
});

test("a device that computes rightly is told so, with what could have escaped", async () => {
  const { windowCheck, windowsRun } = await run(createCpuBackend(session(), gpu), "run-1");
  expect(windowsRun).toBe(49);
  expect(windowCheck).toMatchObject({
    verdict: "agree",
    windows: 49,
    randomWindows: 10,
    unsureWindows: 2,
    wrongWindows: 0,
    largestDifference: 0,
    equalShare: 1,
    // SciPy: hypergeom.pmf(0, 49, 11, 10) > 0.05 > hypergeom.pmf(0, 49, 12, 10).
    escapedShare: 11 / 49,
    reference: "WebAssembly",
  });
});

test("windows that hold data are drawn, whatever is missing, at another scale and with augmentations", async () => {
  const holes = arrayRaster({
    widthPx: SIDE_PX,
    heightPx: SIDE_PX,
    roles: ["red", "green", "blue"],
    value: (band, col, row) => noise(1, band, col, row) % 256,
    missing: (col) => col < 50,
  });
  for (const settings of [{}, { scale: 2 }, { testTimeAugmentation: "flips" }, { blend: "halo-crop" }] as const) {
    const request = { optical: holes, settings: runSettings({ stridePx: 12, ...settings }) };
    const { windowCheck, windowsRun } = await run(createCpuBackend(session(), gpu), "run-2", request);
    expect(windowCheck).toMatchObject({ verdict: "agree", windows: windowsRun, largestDifference: 0 });
    expect(windowCheck!.randomWindows + windowCheck!.unsureWindows).toBe(Math.min(12, windowsRun));
  }
});

test("a wrong window that is the least certain one is found among a thousand right ones", async () => {
  const large = arrayRaster({
    widthPx: 32 * WINDOW_PX,
    heightPx: 32 * WINDOW_PX,
    roles: ["red", "green", "blue"],
    // Grey, and so undecided, in one window only.
    value: (band, col, row) =>
      (col >= 160 && col < 176 && row >= 32 && row < 48 ? 99 : band === 0 ? 255 : 9) - ((col + row) % 5),
  });
  const spoil = (window: Float32Array) => {
    if (window[0]! < 10) window.fill(3, 0, 9);
  };
  const rest = {
    optical: large,
    settings: runSettings({ stridePx: WINDOW_PX }),
    sink: memorySink(large.facts.widthPx, large.facts.heightPx),
  };
  const { windowCheck } = await run(createCpuBackend(session(spoil), gpu), "run-3", rest);
  expect(windowCheck).toMatchObject({ verdict: "differ", windows: 1024, wrongWindows: 1, escapedShare: null });
});

test("a run whose comparison fails keeps its result and says why; one that is cancelled meanwhile is cancelled", async () => {
  const failing = { seed: "run-4", openReference: () => Promise.reject(new Error("no room")) };
  const request = {
    manifest,
    settings: runSettings({ stridePx: WINDOW_PX }),
    optical,
    auxiliary: null,
    backend: createCpuBackend(session(), gpu),
    measureBand: measureWhole,
  };
  const { windowCheck, warnings } = await runScene({ ...request, sink: memorySink(SIDE_PX, SIDE_PX), check: failing });
  expect(windowCheck).toBeUndefined();
  expect(warnings.join()).toContain("could not be computed again on the CPU for comparison: no room");

  const controller = new AbortController();
  const attempt = runScene({
    ...request,
    sink: memorySink(SIDE_PX, SIDE_PX),
    signal: controller.signal,
    check: {
      seed: "run-5",
      openReference: async () => {
        controller.abort();
        return { backend: createCpuBackend(session(), cpu), close: async () => undefined };
      },
    },
  });
  await expect(attempt).rejects.toMatchObject({ name: "AbortError" });
});
