/**
 * How many windows at a time, in which memory layout, with subgroups or not, with fused activations or not: measured
 * once per adapter and model. The last two have given wrong values on some adapters, so that they are taken only where
 * the golden pair and a window computed again on the CPU agree.
 *
 * Larger batches fill larger GPUs, but a submit must stay well below the two seconds after which operating systems
 * reset a graphics device.
 */

import { NadirError } from "../core/errors";
import type { ModelManifest } from "../core/manifest/manifest";
import type { BackendFacts } from "../core/run/run-settings";
import { compareWindow, toleranceOf } from "../core/run/window-check";
import { type GpuAdapterFacts, type GpuMachine, openGpu } from "../gpu/device";
import type { NetworkSession } from "./backend";
import type { GoldenPair } from "./golden";
import { createGpuNetwork, type GpuNetworkOptions, inMemory } from "./gpu-network";
import type { ModelBytes } from "./model-bytes";
import { createSession } from "./onnx-session";
import { sampleInputs } from "./sample-inputs";
import { selfCheck } from "./self-check";

export interface Tuning extends Omit<GpuNetworkOptions, "capture"> {
  /** The device has them. */
  readonly subgroups: boolean;
}

/** What may be tried beyond batch and layout. */
export type TuningAxes = Readonly<Record<"subgroups" | "unfused", boolean>>;

/** @param adapter The one to be tuned for. */
export function axesOf({ hasWideSubgroups, vendor }: GpuAdapterFacts): TuningAxes {
  return { subgroups: hasWideSubgroups, unfused: /intel/i.test(vendor) };
}

/** Where tunings are kept from visit to visit. */
export interface TuningMemory {
  read(key: string): Promise<Tuning | null>;
  write(key: string, tuning: Tuning): Promise<void>;
}

/** Software adapters rank batches and layouts unlike any GPU; they are for tests, which want the simplest. */
const PLAIN = { fusesActivations: true, subgroups: false } as const;
const SOFTWARE_TUNING: Tuning = { ...PLAIN, batch: 1, layout: "NCHW" };
const BATCHES = [1, 2, 4, 8, 16] as const;
const MOST_SUBMIT_MS = 500;
/** A larger batch must be this much faster per window to be worth its memory. */
const LEAST_GAIN = 1.05;

/** @param golden Judges what is tried; a window is computed on the CPU besides. */
export async function tune(
  manifest: ModelManifest,
  bytes: ModelBytes,
  golden: GoldenPair | null,
  machine: GpuMachine,
  memory: TuningMemory,
): Promise<Tuning> {
  if (machine.adapter.isSoftware) return SOFTWARE_TUNING;
  const key = `${machine.adapter.key} ${manifest.graph.sha256}`;
  const known = await memory.read(key);
  if (known !== null) return known;
  const axes = axesOf(machine.adapter);
  const wide = axes.subgroups ? await openGpu({ subgroups: true }) : null;
  const on = ({ subgroups }: Tuning) => (subgroups ? wide! : machine);
  try {
    const tuning = await measure((tuned) => timeRun(manifest, bytes, on(tuned), tuned), {
      axes: { ...axes, subgroups: wide !== null },
      agrees: (tuned) => agreesWithCpu(manifest, bytes, golden, on(tuned), tuned),
    });
    await memory.write(key, tuning);
    return tuning;
  } finally {
    wide?.device.destroy();
  }
}

interface MoreAxes {
  readonly axes: TuningAxes;
  /** Whether it computes what it should. */
  readonly agrees: (tuning: Tuning) => Promise<boolean>;
}

/**
 * @param msPerRun  Milliseconds one warm run takes, queue drained; null when it does not fit into memory.
 */
export async function measure(
  msPerRun: (tuning: Tuning) => Promise<number | null>,
  { axes, agrees }: MoreAxes,
): Promise<Tuning> {
  let best: Tuning = { ...PLAIN, batch: 1, layout: "NHWC" };
  let bestMs = Number.POSITIVE_INFINITY;
  for (const layout of ["NHWC", "NCHW"] as const) {
    const ms = await msPerRun({ ...best, layout });
    if (ms !== null && ms < bestMs) {
      best = { ...best, layout };
      bestMs = ms;
    }
  }
  for (const batch of BATCHES.slice(1)) {
    // Time grows at most in proportion; a batch that could exceed the limit is not tried.
    if (2 * bestMs * best.batch > MOST_SUBMIT_MS) break;
    const ms = await msPerRun({ ...best, batch });
    if (ms === null || ms > MOST_SUBMIT_MS || bestMs / (ms / batch) < LEAST_GAIN) break;
    best = { ...best, batch };
    bestMs = ms / batch;
  }
  const changes: Partial<Tuning>[] = [
    ...(axes.subgroups ? [{ subgroups: true }] : []),
    ...(axes.unfused ? [{ fusesActivations: false }] : []),
  ];
  for (const change of changes) {
    const tried = { ...best, ...change };
    // What cannot be run so is not wanted, whatever the reason.
    const ms = await msPerRun(tried).catch(() => null);
    const isFaster = ms !== null && (bestMs * tried.batch) / ms >= LEAST_GAIN;
    if (!isFaster || !(await agrees(tried).catch(() => false))) continue;
    best = tried;
    bestMs = ms / tried.batch;
  }
  return best;
}

/** The golden pair, and one more window on both: what the tuning changes must not change the values. */
async function agreesWithCpu(
  manifest: ModelManifest,
  bytes: ModelBytes,
  golden: GoldenPair | null,
  machine: GpuMachine,
  tuning: Tuning,
): Promise<boolean> {
  const network = await createGpuNetwork(manifest, bytes, machine, { ...tuning, capture: false });
  try {
    const session = inMemory(network);
    return (await goldenAgrees(session, golden)) && (await windowAgrees(session, manifest, bytes));
  } finally {
    await network.release();
  }
}

async function goldenAgrees(session: NetworkSession, golden: GoldenPair | null): Promise<boolean> {
  const facts: BackendFacts = { kind: "webgpu", adapter: "", reason: "tuning", precision: "fp32" };
  return (await selfCheck(session, golden, facts)).verdict !== "failed";
}

async function windowAgrees(session: NetworkSession, manifest: ModelManifest, bytes: ModelBytes): Promise<boolean> {
  const cpu = await createSession(manifest, bytes, { device: null, batch: 1 });
  try {
    const { data: wanted } = await cpu.run(sampleInputs(cpu, manifest, 3));
    // The first slot of a batch begins as a batch of one does.
    const { data } = await session.run(sampleInputs(session, manifest, 3));
    const { largest, magnitude } = compareWindow(data.subarray(0, wanted.length), wanted, manifest.classes.length);
    return largest <= toleranceOf(manifest.golden?.tolerance ?? null, magnitude);
  } finally {
    await cpu.release();
  }
}

async function timeRun(
  manifest: ModelManifest,
  bytes: ModelBytes,
  machine: GpuMachine,
  tuning: Tuning,
): Promise<number | null> {
  const { device, health } = machine;
  device.pushErrorScope("out-of-memory");
  try {
    const network = await createGpuNetwork(manifest, bytes, machine, { ...tuning, capture: false });
    try {
      await network.run();
      await health.guard(device.queue.onSubmittedWorkDone());
      const startedMs = performance.now();
      await network.run();
      await health.guard(device.queue.onSubmittedWorkDone());
      const elapsedMs = performance.now() - startedMs;
      return (await device.popErrorScope()) === null ? elapsedMs : null;
    } finally {
      await network.release();
    }
  } catch (error) {
    if (error instanceof NadirError && error.code === "out-of-memory") return null;
    throw error;
  }
}

const CACHE_NAME = "nadir-tuning";

/** Tunings in the browser's cache storage; forgotten where there is none. */
export const browserTuningMemory: TuningMemory = {
  async read(key) {
    const found = await (await openCache())?.match(addressOf(key));
    return found === undefined ? null : ((await found.json()) as Tuning);
  },
  async write(key, tuning) {
    await (await openCache())?.put(addressOf(key), new Response(JSON.stringify(tuning)));
  },
};

async function openCache(): Promise<Cache | null> {
  return "caches" in globalThis ? caches.open(CACHE_NAME) : null;
}

/** Cache storage wants addresses; nothing is ever fetched from this one. */
function addressOf(key: string): string {
  return new URL(`/nadir-tuning/${encodeURIComponent(key)}`, globalThis.location.href).href;
}
