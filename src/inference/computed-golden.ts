/**
 * A golden pair for a model that came without: computed on the CPU when the model is first used on a GPU, kept by the
 * hash of its graph, and what every GPU is held to from then on.
 */
import type { ModelManifest } from "../core/manifest/manifest";
import type { NetworkSession } from "./backend";
import type { GoldenPair } from "./golden";
import { sampleInputs } from "./sample-inputs";

/** Where the logits of made-up inputs are kept from visit to visit. */
export interface GoldenMemory {
  read(key: string): Promise<Float32Array | null>;
  write(key: string, logits: Float32Array): Promise<void>;
}

/** Unlike those a recorded run is tried with (`graph-replay.ts`). */
const SEED = 3;
/** Of the largest logit: what another order of summing may change. */
const TOLERANCE = { fp32: 1e-3, fp16: 2e-2 } as const;

/** @returns Null for a network whose logits are no finite numbers; a run then says so. */
export async function computedGolden(
  manifest: ModelManifest,
  memory: GoldenMemory,
  openOnCpu: () => Promise<NetworkSession>,
): Promise<GoldenPair | null> {
  const inputs = sampleInputs({ batch: 1 }, manifest, SEED);
  const { graph, window } = manifest;
  const key = `${graph.sha256} ${window.sizePx}`;
  let logits = await memory.read(key);
  if (logits === null) {
    const session = await openOnCpu();
    try {
      logits = firstItem(await session.run(sampleInputs(session, manifest, SEED)), session.batch);
    } finally {
      await session.release();
    }
    await memory.write(key, logits);
  }
  if (!logits.every(Number.isFinite)) return null;
  const largest = logits.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return {
    inputs,
    output: { dims: [1, ...manifest.output.shape.slice(1)] as number[], data: logits },
    tolerance: Math.max(1, largest) * TOLERANCE[graph.precision],
    origin: "computed",
  };
}

function firstItem({ data }: { readonly data: Float32Array }, batch: number): Float32Array {
  return data.slice(0, data.length / batch);
}

const CACHE_NAME = "nadir-golden";

/** In the browser's cache storage; computed anew where there is none. */
export const browserGoldenMemory: GoldenMemory = {
  async read(key) {
    const found = await (await openCache())?.match(addressOf(key));
    return found === undefined ? null : new Float32Array(await found.arrayBuffer());
  },
  async write(key, logits) {
    await (await openCache())?.put(addressOf(key), new Response(logits.slice()));
  },
};

async function openCache(): Promise<Cache | null> {
  return "caches" in globalThis ? caches.open(CACHE_NAME) : null;
}

/** Cache storage wants addresses; nothing is ever fetched from this one. */
function addressOf(key: string): string {
  return new URL(`/nadir-golden/${encodeURIComponent(key)}`, globalThis.location.href).href;
}
