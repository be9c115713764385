/**
 * How many windows at a time, and in which memory layout, measured once per adapter and model.
 *
 * Larger batches fill larger GPUs, but a submit must stay well below the two seconds after which operating systems
 * reset a graphics device.
 */

import { NadirError } from "../core/errors";
import type { ModelManifest } from "../core/manifest/manifest";
import type { GpuMachine } from "../gpu/device";
import { createGpuNetwork, type GpuNetworkOptions } from "./gpu-network";
import type { ModelBytes } from "./model-bytes";

export interface Tuning {
  readonly batch: number;
  readonly layout: GpuNetworkOptions["layout"];
}

/** Where tunings are kept from visit to visit. */
export interface TuningMemory {
  read(key: string): Promise<Tuning | null>;
  write(key: string, tuning: Tuning): Promise<void>;
}

/** Software adapters rank batches and layouts unlike any GPU; they are for tests, which want the simplest. */
const SOFTWARE_TUNING: Tuning = { batch: 1, layout: "NCHW" };
const BATCHES = [1, 2, 4, 8, 16] as const;
const MOST_SUBMIT_MS = 500;
/** A larger batch must be this much faster per window to be worth its memory. */
const LEAST_GAIN = 1.05;

export async function tune(
  manifest: ModelManifest,
  bytes: ModelBytes,
  machine: GpuMachine,
  memory: TuningMemory,
): Promise<Tuning> {
  if (machine.adapter.isSoftware) return SOFTWARE_TUNING;
  const key = `${machine.adapter.key} ${manifest.graph.sha256}`;
  const known = await memory.read(key);
  if (known !== null) return known;
  const tuning = await measure((tuned) => timeRun(manifest, bytes, machine, tuned));
  await memory.write(key, tuning);
  return tuning;
}

/**
 * @param msPerRun  Milliseconds one warm run takes, queue drained; null when it does not fit into memory.
 */
export async function measure(msPerRun: (tuning: Tuning) => Promise<number | null>): Promise<Tuning> {
  let best: Tuning = { batch: 1, layout: "NHWC" };
  let bestMs = Number.POSITIVE_INFINITY;
  for (const layout of ["NHWC", "NCHW"] as const) {
    const ms = await msPerRun({ batch: 1, layout });
    if (ms !== null && ms < bestMs) {
      best = { batch: 1, layout };
      bestMs = ms;
    }
  }
  for (const batch of BATCHES.slice(1)) {
    // Time grows at most in proportion; a batch that could exceed the limit is not tried.
    if (2 * bestMs * best.batch > MOST_SUBMIT_MS) break;
    const ms = await msPerRun({ batch, layout: best.layout });
    if (ms === null || ms > MOST_SUBMIT_MS || bestMs / (ms / batch) < LEAST_GAIN) break;
    best = { batch, layout: best.layout };
    bestMs = ms / batch;
  }
  return best;
}

async function timeRun(
  manifest: ModelManifest,
  bytes: ModelBytes,
  machine: GpuMachine,
  { batch, layout }: Tuning,
): Promise<number | null> {
  const { device, health } = machine;
  device.pushErrorScope("out-of-memory");
  try {
    const network = await createGpuNetwork(manifest, bytes, machine, { batch, layout, capture: false });
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
