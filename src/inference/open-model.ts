/**
 * From a model's files to something that can run: hashes checked, backend chosen, session warmed up by its golden pair.
 */
import { NadirError } from "../core/errors";
import type { SelfCheckFacts } from "../core/run/run-result";
import type { BackendFacts, RunProgress } from "../core/run/run-settings";
import type { BackendChoice } from "../core/vocabulary/backends";
import { type GpuMachine, openGpu } from "../gpu/device";
import { browserTuningMemory, type Tuning, tune } from "./autotune";
import type { ModelFiles, ReferenceBackend, StripBackend } from "./backend";
import { type BackendVerdict, chooseBackend } from "./choose-backend";
import { browserGoldenMemory, computedGolden } from "./computed-golden";
import { createCpuBackend } from "./cpu-backend";
import { type GoldenPair, readGolden } from "./golden";
import { createGpuBackend } from "./gpu-backend";
import { createGpuNetwork, type GpuNetwork, inMemory } from "./gpu-network";
import { checkReplay } from "./graph-replay";
import { type ModelBytes, readModel } from "./model-bytes";
import { wasmThreads } from "./onnx-runtime";
import { createSession } from "./onnx-session";
import { requirePassed, selfCheck } from "./self-check";

export interface OpenModel {
  readonly backend: StripBackend;
  readonly selfCheck: SelfCheckFacts;
  readonly loadMs: number;
  /** Why runs are not recorded once and replayed; null where they are. */
  readonly plainBecause: string | null;
  /** The device it runs on; null on WebAssembly. */
  readonly machine: GpuMachine | null;
  /** The network on that device; null on WebAssembly. */
  readonly network: GpuNetwork | null;
  /** The same model on the CPU, for comparison; null on WebAssembly. */
  readonly openReference: (() => Promise<ReferenceBackend>) | null;
  close(): Promise<void>;
}

export interface OpenModelOptions {
  readonly backend: BackendChoice;
  readonly batch: number | "auto";
  /**
   * Look at every window in memory before it counts, and record nothing: slower, for going on after a bad output.
   */
  readonly careful?: boolean;
  readonly onStage?: (stage: RunProgress["stage"]) => void;
}

interface Loading {
  readonly files: ModelFiles;
  readonly bytes: ModelBytes;
  readonly golden: GoldenPair | null;
  readonly options: OpenModelOptions;
  readonly verdict: BackendVerdict;
}

type Opened = Omit<OpenModel, "loadMs">;

/** @throws {NadirError} When the files are wrong, the backend is not there, or the self-check fails. */
export async function openModel(files: ModelFiles, options: OpenModelOptions): Promise<OpenModel> {
  const startedMs = performance.now();
  options.onStage?.("loading-model");
  const [bytes, golden] = await Promise.all([readModel(files), readGolden(files)]);
  const gpu = options.backend === "wasm" ? null : await openGpu();
  const verdict = chooseBackend(options.backend, gpu?.adapter ?? null, files.manifest.graph.precision);
  const loading: Loading = { files, bytes, golden, options, verdict };
  if (gpu === null || verdict.kind === "wasm") {
    gpu?.device.destroy();
    return { ...(await openOnWasm(loading)), loadMs: performance.now() - startedMs };
  }
  try {
    const held = golden ?? (await goldenFromCpu(loading));
    return { ...(await openOnGpu({ ...loading, golden: held }, gpu)), loadMs: performance.now() - startedMs };
  } catch (error) {
    gpu.device.destroy();
    if (options.backend !== "auto" || !(error instanceof NadirError)) throw error;
    // A driver that computes this model wrongly, or has no room for it, is no reason to have no map.
    const reason = `${gpu.adapter.name} was given up: ${error.facts.found}`;
    const opened = await openOnWasm({ ...loading, verdict: { kind: "wasm", reason } });
    return { ...opened, loadMs: performance.now() - startedMs };
  }
}

/** What a model without golden pair is held to on a GPU; null where the CPU has no room for it. */
async function goldenFromCpu({ files, bytes, options }: Loading): Promise<GoldenPair | null> {
  options.onStage?.("self-check");
  const openOnCpu = () => createSession(files.manifest, bytes, { device: null, batch: 1 });
  return computedGolden(files.manifest, browserGoldenMemory, openOnCpu).catch((error: unknown) => {
    if (error instanceof NadirError && error.code === "out-of-memory") return null;
    throw error;
  });
}

function wasmFacts({ files, verdict }: Loading): BackendFacts {
  return {
    kind: "wasm",
    adapter: wasmName(),
    reason: verdict.reason,
    precision: files.manifest.graph.precision,
  };
}

async function openOnWasm(loading: Loading): Promise<Opened> {
  const { files, bytes, golden, options } = loading;
  const { manifest } = files;
  const facts = wasmFacts(loading);
  const session = await createSession(manifest, bytes, {
    device: null,
    batch: options.batch === "auto" ? 1 : options.batch,
  });
  try {
    options.onStage?.("self-check");
    const checked = await selfCheck(session, golden, facts, manifest);
    requirePassed(checked, manifest.name);
    const backend = createCpuBackend(session, facts);
    return {
      backend,
      selfCheck: checked,
      plainBecause: "WebAssembly records nothing",
      machine: null,
      network: null,
      openReference: null,
      close: () => session.release(),
    };
  } catch (error) {
    await session.release();
    throw error;
  }
}

async function openOnGpu(loading: Loading, found: GpuMachine): Promise<Opened> {
  const { files, bytes, golden, options } = loading;
  options.onStage?.("warming-up");
  const tuned = await tune(files.manifest, bytes, golden, found, browserTuningMemory);
  const tuning: Tuning = { ...tuned, batch: options.batch === "auto" ? tuned.batch : options.batch };
  const wide = tuning.subgroups ? await openGpu({ subgroups: true }) : null;
  if (wide === null) return openTuned(loading, found, { ...tuning, subgroups: false });
  found.device.destroy();
  try {
    return await openTuned(loading, wide, tuning);
  } catch (error) {
    wide.device.destroy();
    throw error;
  }
}

async function openTuned(loading: Loading, machine: GpuMachine, tuning: Tuning): Promise<Opened> {
  const { files, options, verdict } = loading;
  const { manifest } = files;
  const facts: BackendFacts = {
    kind: "webgpu",
    adapter: machine.adapter.name,
    reason: verdict.reason,
    precision: manifest.graph.precision,
  };
  const { network, selfCheck: checked, plainBecause } = await checkedNetwork(loading, machine, tuning, facts);
  const close = async () => {
    await network.release();
    machine.device.destroy();
  };
  const backend =
    options.careful === true ? createCpuBackend(inMemory(network), facts) : createGpuBackend(network, facts);
  const referenceFacts = wasmFacts(loading);
  const openReference = async (): Promise<ReferenceBackend> => {
    // Read again: holding the bytes until then would take as much memory as the model.
    const session = await createSession(manifest, await readModel(files), { device: null, batch: 1 });
    return { backend: createCpuBackend(session, referenceFacts), close: () => session.release() };
  };
  return { backend, selfCheck: checked, plainBecause, machine, network, openReference, close };
}

interface Checked extends Pick<OpenModel, "selfCheck" | "plainBecause"> {
  readonly network: GpuNetwork;
}

/** A recorded network when its replay is proven equal, else a plain one. */
async function checkedNetwork(loading: Loading, machine: GpuMachine, tuning: Tuning, facts: BackendFacts) {
  const { bytes, golden, options } = loading;
  const { manifest } = loading.files;
  const recorded =
    options.careful === true
      ? "every window is looked at in memory"
      : await recordedNetwork(loading, machine, tuning, facts);
  if (typeof recorded !== "string") return recorded;
  machine.health.check();
  const network = await createGpuNetwork(manifest, bytes, machine, { ...tuning, capture: false });
  try {
    options.onStage?.("self-check");
    const checked = await selfCheck(inMemory(network), golden, facts, manifest);
    requirePassed(checked, manifest.name);
    return { network, selfCheck: checked, plainBecause: recorded } satisfies Checked;
  } catch (error) {
    await network.release();
    throw error;
  }
}

/** Why not, when the graph cannot be recorded here or its replay differs; the plain network then says what is wrong. */
async function recordedNetwork(
  { files: { manifest }, bytes, golden }: Loading,
  machine: GpuMachine,
  tuning: Tuning,
  facts: BackendFacts,
): Promise<Checked | string> {
  let network: GpuNetwork | null = null;
  try {
    network = await createGpuNetwork(manifest, bytes, machine, { ...tuning, capture: true });
    const { replays, selfCheck: checked } = await checkReplay(inMemory(network), manifest, golden, facts);
    if (replays && checked.verdict !== "failed") return { network, selfCheck: checked, plainBecause: null };
    await network.release();
    return replays ? "the recorded run fails the self-check" : "a replay differs from what was recorded";
  } catch (error) {
    await network?.release();
    return String(error);
  }
}

/** "WebAssembly · SIMD · 4 threads": what stands for an adapter on the CPU. */
export function wasmName(): string {
  const threads = wasmThreads();
  return `WebAssembly · SIMD · ${threads} ${threads === 1 ? "thread" : "threads"}`;
}
