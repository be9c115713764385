/** The browser half of the bench: runs one measurement at a time for `run.ts`. */

import type { ModelManifest } from "../src/core/manifest/manifest";
import { parseManifest } from "../src/core/manifest/parse-manifest";
import type { RunResult } from "../src/core/run/run-result";
import { scaleSetting } from "../src/core/run/run-scale";
import type { ModelFiles, NetworkSession, RowSink, StripBackend } from "../src/inference/backend";
import { createCpuBackend } from "../src/inference/cpu-backend";
import { type GpuNetwork, inMemory } from "../src/inference/gpu-network";
import { readModel } from "../src/inference/model-bytes";
import { createSession } from "../src/inference/onnx-session";
import { type OpenModel, openModel } from "../src/inference/open-model";
import type { RunRequest } from "../src/inference/run-request";
import { runScene } from "../src/inference/run-scene";
import { sampleInputs } from "../src/inference/sample-inputs";
import { tinyModelFiles } from "../src/testing/tiny-model-files";
import { runSettings, tinyManifest } from "../src/testing/tiny-models";
import { countGpu, countsBetween, type GpuCounts } from "./count-gpu";
import { naiveLoop } from "./naive-loop";
import { type BenchScene, benchScene, HEIGHT_RANGE } from "./scene";
import { TakeTurns } from "./take-turns";

const gpu = countGpu();

export interface Case {
  /** A manifest in the bench's zoo, or a test network (`tiny:placed`). */
  readonly model: string;
  readonly backend: "webgpu" | "wasm";
  readonly batch: number | "auto";
  readonly widthPx: number;
  readonly heightPx: number;
  readonly stridePx: number;
  readonly confidence: boolean;
  /** Image pixels along the side of a pixel computed on; 1 when absent. */
  readonly scale?: number;
  /** Waits for the GPU before and after every model run, to know the model's share of the time; slower. */
  readonly timeModel?: boolean;
}

export interface CaseResult {
  readonly adapter: string;
  readonly plainBecause: string | null;
  readonly batch: number;
  readonly windows: number;
  readonly wallMs: number;
  /** Inside `session.run`; on WebGPU only until it is submitted, unless the model is timed. */
  readonly modelMs: number;
  readonly total: GpuCounts;
  /** Between the second and the last batch. */
  readonly steady: GpuCounts;
  readonly steadyBatches: number;
  readonly peakGpuBytes: number;
  readonly peakHeapBytes: number;
  readonly uploadRatio: number;
  readonly readBackPerPixel: number;
  readonly checksum: number;
}

async function filesOf(model: string): Promise<ModelFiles> {
  if (model.startsWith("tiny:")) return tinyModelFiles(tinyManifest(model.slice(5) as "placed"));
  const fetched = async (name: string) => (await fetch(`/bench-zoo/${name}`)).blob();
  const manifest: ModelManifest = parseManifest(
    JSON.parse(await (await fetched(`${model}.nadir.json`)).text()),
    `${model}.nadir.json`,
  );
  const goldenFiles: Record<string, Blob> = {};
  if (manifest.golden !== null) {
    const index = await fetched(manifest.golden.file);
    goldenFiles[manifest.golden.file] = index;
    const { output } = JSON.parse(await index.text()) as { output: { file: string } };
    goldenFiles[output.file] = await fetched(output.file);
  }
  return { manifest, graph: await fetched(manifest.graph.file), externalData: {}, goldenFiles };
}

/** Keeps nothing but a checksum, so that memory is the engine's own. */
function checksumSink(): RowSink & { checksum: number } {
  return {
    checksum: 0,
    async writeRows({ classIds }) {
      for (const id of classIds) this.checksum = (Math.imul(this.checksum, 31) + id) >>> 0;
    },
  };
}

function heapBytes(): number {
  return (performance as Performance & { memory?: { usedJSHeapSize: number } }).memory?.usedJSHeapSize ?? 0;
}

async function measure(request: Case): Promise<CaseResult> {
  const files = await filesOf(request.model);
  const model = await openModel(files, { backend: request.backend, batch: request.batch });
  const scene = benchScene(request.widthPx, request.heightPx);
  const sink = checksumSink();
  const timedMs = request.timeModel === true && model.network !== null ? timeRuns(model.network) : null;
  (globalThis as { gc?: () => void }).gc?.();
  gpu.reset();
  let second: GpuCounts | null = null;
  let last: GpuCounts | null = null;
  let batches = 0;
  let peakHeapBytes = 0;
  const startedMs = performance.now();
  const result = await runBench(files, request, model.backend, scene, {
    sink,
    onProgress: ({ stage, windowsDone }) => {
      if (stage !== "running" || windowsDone === 0) return;
      batches++;
      if (batches === 2) second = gpu.counts;
      last = gpu.counts;
      if (batches % 16 === 0) (globalThis as { gc?: () => void }).gc?.();
      peakHeapBytes = Math.max(peakHeapBytes, heapBytes());
    },
  });
  const wallMs = performance.now() - startedMs;
  const total = gpu.counts;
  const pixels = request.widthPx * request.heightPx;
  const { backend, plainBecause } = model;
  await model.close();
  return {
    adapter: backend.facts.adapter,
    plainBecause,
    batch: backend.batch,
    windows: result.windowsRun,
    wallMs,
    modelMs: timedMs?.() ?? result.timings.modelMs,
    total,
    steady: countsBetween(second ?? total, last ?? total),
    steadyBatches: batches - 2,
    peakGpuBytes: gpu.peakBytes,
    peakHeapBytes,
    uploadRatio: total.uploadedBytes / scene.rawBytes,
    readBackPerPixel: total.readBackBytes / pixels,
    checksum: sink.checksum,
  };
}

function runBench(
  { manifest }: ModelFiles,
  { backend: kind, stridePx, confidence, scale = 1 }: Case,
  backend: StripBackend,
  scene: BenchScene,
  rest: Partial<RunRequest>,
): Promise<RunResult> {
  return runScene({
    manifest,
    settings: runSettings({ backend: kind, stridePx, confidence, ...scaleSetting(scale) }),
    optical: scene.optical,
    auxiliary: manifest.inputs.some(({ role }) => role !== "optical") ? scene.auxiliary : null,
    backend,
    sink: checksumSink(),
    measureBand: async () => HEIGHT_RANGE,
    ...rest,
  });
}

export interface BesideBare {
  readonly windows: number;
  /** Of the run alone: without the bare calls. */
  readonly wallMs: number;
  /** Inside `session.run`, of the run's own calls. */
  readonly modelMs: number;
  /** Inside the bare calls, as many as the run's own. */
  readonly bareMs: number;
}

/**
 * A run on WebAssembly in which every inference is made twice in a row, once for the run and once bare: whatever else
 * the machine does weighs on both alike.
 */
async function besideBare(request: Case): Promise<BesideBare> {
  const files = await filesOf(request.model);
  const session = await createSession(files.manifest, await readModel(files), { device: null, batch: 1 });
  let bareMs = 0;
  let modelMs = 0;
  let calls = 0;
  const timed = async (inputs: Parameters<NetworkSession["run"]>[0]) => {
    const startedMs = performance.now();
    await session.run(inputs);
    bareMs += performance.now() - startedMs;
  };
  const twice: NetworkSession = {
    ...session,
    async run(inputs) {
      // Which goes first alternates: the second finds its memory warm.
      const bareFirst = calls++ % 2 === 0;
      if (bareFirst) await timed(inputs);
      const startedMs = performance.now();
      const output = await session.run(inputs);
      modelMs += performance.now() - startedMs;
      if (!bareFirst) await timed(inputs);
      return output;
    },
  };
  await session.run(sampleInputs({ batch: 1 }, files.manifest, 1));
  const backend = createCpuBackend(twice, { kind: "wasm", adapter: "", reason: "", precision: "fp32" });
  const startedMs = performance.now();
  const { windowsRun } = await runBench(files, request, backend, benchScene(request.widthPx, request.heightPx), {});
  const wallMs = performance.now() - startedMs - bareMs;
  await session.release();
  return { windows: windowsRun, wallMs, modelMs, bareMs };
}

export interface TurnsResult {
  readonly windows: number;
  /** What the run held its turns for. */
  readonly wallMs: number;
}

/** Several runs that are made at once, one batch of one at a time. */
async function together(requests: readonly Case[]): Promise<readonly TurnsResult[]> {
  const models = await Promise.all(
    requests.map(async (request) => {
      const files = await filesOf(request.model);
      return { request, files, model: await openModel(files, { backend: request.backend, batch: request.batch }) };
    }),
  );
  const turns = new TakeTurns(requests.length);
  const runs = await Promise.all(
    models.map(async ({ request, files, model }, index) => {
      const queue = model.machine?.device.queue;
      const { windowsRun } = await runBench(
        files,
        request,
        model.backend,
        benchScene(request.widthPx, request.heightPx),
        {
          gate: turns.gate(index, async () => void (await queue?.onSubmittedWorkDone())),
          onProgress: ({ windowsDone, windowsTotal }) => turns.report(index, windowsDone / windowsTotal),
        },
      );
      turns.leave(index);
      await model.close();
      return windowsRun;
    }),
  );
  return runs.map((windows, index) => ({ windows, wallMs: turns.elapsedMs[index]! }));
}

/** Puts a barrier around every run from now on; the answer is the time spent between barriers. */
function timeRuns(network: GpuNetwork): () => number {
  const { queue } = network.machine.device;
  const run = network.run.bind(network);
  let totalMs = 0;
  (network as { run: GpuNetwork["run"] }).run = async () => {
    await queue.onSubmittedWorkDone();
    const startedMs = performance.now();
    await run();
    await queue.onSubmittedWorkDone();
    totalMs += performance.now() - startedMs;
  };
  return () => totalMs;
}

/** Milliseconds per warm call of the bare model, back to back, queue drained. */
async function bareModelMs(model: string, backend: "webgpu" | "wasm", batch: number, runs: number): Promise<number> {
  const files = await filesOf(model);
  if (backend === "wasm") {
    const session = await createSession(files.manifest, await readModel(files), { device: null, batch });
    const inputs = sampleInputs({ batch }, files.manifest, 1);
    await session.run(inputs);
    const startedMs = performance.now();
    for (let run = 0; run < runs; run++) await session.run(inputs);
    const ms = (performance.now() - startedMs) / runs;
    await session.release();
    return ms;
  }
  const opened = await openModel(files, { backend, batch });
  const network = opened.network!;
  const { device } = network.machine;
  await inMemory(network).run(sampleInputs({ batch }, files.manifest, 1));
  const startedMs = performance.now();
  for (let run = 0; run < runs; run++) {
    await network.run();
    await device.queue.onSubmittedWorkDone();
  }
  const ms = (performance.now() - startedMs) / runs;
  await opened.close();
  return ms;
}

async function naive(request: Case): Promise<{ wallMs: number; modelMs: number; windows: number }> {
  const files = await filesOf(request.model);
  const opened: OpenModel | null =
    request.backend === "webgpu" ? await openModel(files, { backend: "webgpu", batch: 1, careful: true }) : null;
  const session =
    opened === null
      ? await createSession(files.manifest, await readModel(files), { device: null, batch: 1 })
      : await createSession(files.manifest, await readModel(files), { device: opened.machine!.device, batch: 1 });
  await session.run(sampleInputs({ batch: 1 }, files.manifest, 1));
  let modelMs = 0;
  const timed: NetworkSession = {
    ...session,
    async run(inputs) {
      const calledMs = performance.now();
      const output = await session.run(inputs);
      modelMs += performance.now() - calledMs;
      return output;
    },
  };
  const startedMs = performance.now();
  const { windows } = await naiveLoop(
    files.manifest,
    timed,
    benchScene(request.widthPx, request.heightPx),
    request.stridePx,
  );
  const wallMs = performance.now() - startedMs;
  await session.release();
  await opened?.close();
  return { wallMs, modelMs, windows };
}

export const bench = { measure, besideBare, together, bareModelMs, naive };

declare global {
  var nadirBench: typeof bench;
}

globalThis.nadirBench = bench;
