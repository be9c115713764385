/** What the bench measures. Each takes a fresh page and gives rows of a table; targets stand in `README.md`. */
import type { Page } from "playwright";
import { type BenchContext, measure, naive, type Rows, together } from "./measure.ts";
import { oneCard } from "./one-card.ts";
import type { Case, CaseResult } from "./page.ts";

type Measurement = (page: Page, context: BenchContext) => Promise<Rows>;

const tiny: Case = {
  model: "tiny:placed",
  backend: "webgpu",
  batch: 8,
  widthPx: 1024,
  heightPx: 1024,
  stridePx: 48,
  confidence: false,
};

/** A common orthophoto tile. `NADIR_BENCH_SIDE` makes it smaller for a first look. */
const SCALED_SIDE_PX = Number(process.env.NADIR_BENCH_SIDE ?? 6000);
const SCALED_MODEL = process.env.NADIR_BENCH_MODEL ?? "emsnet";

function counters(result: CaseResult): Rows {
  const { steady, steadyBatches } = result;
  return {
    adapter: result.adapter,
    "runs recorded and replayed": String(result.plainBecause === null),
    windows: result.windows,
    batch: result.batch,
    "uploaded bytes / raw raster bytes": result.uploadRatio,
    "read back bytes / output pixel": result.readBackPerPixel,
    "dispatches / batch, steady": steady.dispatches / steadyBatches,
    "submits / batch, steady": steady.submits / steadyBatches,
    "buffers created, steady": steady.buffersCreated,
    "bind groups created, steady": steady.bindGroupsCreated,
    "pipelines created, steady": steady.pipelinesCreated,
    "peak GPU bytes": result.peakGpuBytes,
    "peak heap bytes": result.peakHeapBytes,
  };
}

export const measurements: Record<string, Measurement> = {
  async "counters: test network, 1024 × 1024"(page) {
    const plain = await measure(page, tiny);
    const withConfidence = await measure(page, { ...tiny, confidence: true });
    return {
      ...counters(plain),
      "read back bytes / output pixel, with confidence": withConfidence.readBackPerPixel,
    };
  },

  async "memory: 1024 × 4096 against 1024 × 16384"(page) {
    const request = { ...tiny, batch: 16, stridePx: 64 };
    await measure(page, request);
    const short = await measure(page, { ...request, heightPx: 4096 });
    const long = await measure(page, { ...request, heightPx: 16384 });
    return {
      "peak GPU + heap bytes, 4096 rows": short.peakGpuBytes + short.peakHeapBytes,
      "peak GPU + heap bytes, 16384 rows": long.peakGpuBytes + long.peakHeapBytes,
      "memory ratio": (long.peakGpuBytes + long.peakHeapBytes) / (short.peakGpuBytes + short.peakHeapBytes),
      "GPU memory ratio": long.peakGpuBytes / short.peakGpuBytes,
    };
  },

  async "time against area: 1024 × 1024 and 2048 × 2048"(page) {
    const small = { ...tiny, batch: 16, stridePx: 64 };
    const large = { ...small, widthPx: 2048, heightPx: 2048 };
    const [least, most] = await together(page, [small, large]);
    return {
      "seconds, 1024 × 1024": least!.wallMs / 1000,
      "seconds, 2048 × 2048": most!.wallMs / 1000,
      "time ratio, both at once in turns": most!.wallMs / least!.wallMs,
    };
  },

  async "working scale: 5 cm run at 20 cm against the native run"(page, { hasModel }) {
    const native = await measure(page, tiny);
    const scaled = await measure(page, { ...tiny, scale: 4 });
    const rows: Rows = {
      "uploaded bytes / raw raster bytes, test network, native": native.uploadRatio,
      "uploaded at 20 cm": scaled.uploadRatio,
      "read back bytes / output pixel, test network, native": native.readBackPerPixel,
      "read back at 20 cm": scaled.readBackPerPixel,
    };
    const model = SCALED_MODEL;
    if (!hasModel(model)) return { ...rows, skipped: `${model} is not in the zoo` };
    const image: Case = {
      ...tiny,
      model,
      backend: "wasm",
      batch: 1,
      widthPx: SCALED_SIDE_PX,
      heightPx: SCALED_SIDE_PX,
    };
    const [fine, coarse] = await together(page, [image, { ...image, scale: 4 }]);
    return {
      ...rows,
      model,
      "image, pixels along a side": SCALED_SIDE_PX,
      "windows, native": fine!.windows,
      "windows at 20 cm": coarse!.windows,
      "windows, native / 20 cm": fine!.windows / coarse!.windows,
      "seconds, native": fine!.wallMs / 1000,
      "seconds at 20 cm": coarse!.wallMs / 1000,
      "time ratio, native / 20 cm, both at once in turns": fine!.wallMs / coarse!.wallMs,
    };
  },

  async "nano EMSNet on WebGPU"(page, { hasModel }) {
    const model = "emsnet-nano";
    if (!hasModel(model)) return { skipped: `${model} is not in the zoo` };
    const request: Case = { ...tiny, model, batch: 4, widthPx: 400, heightPx: 304 };
    const result = await measure(page, request);
    const timed = await measure(page, { ...request, timeModel: true });
    const loop = await naive(page, { ...request, widthPx: 208, heightPx: 160 });
    const loopPerWindow = loop.wallMs / loop.windows;
    return {
      ...counters(result),
      seconds: result.wallMs / 1000,
      "share of time outside the model, barriers around it": 1 - timed.modelMs / timed.wallMs,
      "ms per window": result.wallMs / result.windows,
      "naive loop, ms per window": loopPerWindow,
      "naive loop / Nadir": loopPerWindow / (result.wallMs / result.windows),
    };
  },

  async "EMSNet on WebAssembly"(page, { hasModel, nodeModelMs }) {
    const model = hasModel("emsnet") ? "emsnet" : "emsnet-base";
    if (!hasModel(model)) return { skipped: "emsnet is not in the zoo" };
    const request: Case = { ...tiny, model, backend: "wasm", batch: 1, widthPx: 832, heightPx: 640, stridePx: 192 };
    const beside = await page.evaluate((value) => globalThis.nadirBench.besideBare(value), request);
    const loop = await naive(page, request);
    const nodeMs = await nodeModelMs(model, 6);
    const bareMs = beside.bareMs / beside.windows;
    // What either does besides running the model, on top of the same bare calls.
    const equalised = (run: { wallMs: number; modelMs: number; windows: number }) =>
      bareMs + (run.wallMs - run.modelMs) / run.windows;
    return {
      windows: beside.windows,
      "ms per window": beside.wallMs / beside.windows,
      "bare session.run, ms per window, in between": bareMs,
      "wall / (windows × bare session.run)": beside.wallMs / beside.bareMs,
      "wall / time inside session.run": beside.wallMs / beside.modelMs,
      "onnxruntime-node CPU provider, ms per window": nodeMs,
      "WebAssembly / onnxruntime-node, bare runs": bareMs / nodeMs,
      "naive loop, ms per window": loop.wallMs / loop.windows,
      "naive loop / Nadir, with the same model time": equalised(loop) / equalised(beside),
    };
  },

  "one card, a large scene": oneCard,
};
