/**
 * What a model sees of a scene: the very tensor a run would give its network, at the size of a thumbnail.
 *
 * It is a run (`run-scene.ts`) of one window that covers the scene, on a grid as coarse as that needs, with a network that
 * only keeps what it is given: bands, range, missing values, second raster and normalisation are the run's own.
 */
import type { ModelManifest } from "../core/manifest/manifest";
import { bandsOf } from "../core/run/find-band";
import type { RunSettings } from "../core/run/run-settings";
import type { BandName } from "../core/vocabulary/band-roles";
import type { NetworkSession, NetworkTensor } from "./backend";
import { createCpuBackend } from "./cpu-backend";
import type { RunRequest } from "./run-request";
import { runScene } from "./run-scene";

/** Longer side of the picture. */
const SIDE_PX = 160;
const BINS = 32;

interface SeenBand {
  readonly input: string;
  readonly band: BandName;
  /** Row-major; 0 for what the model knows as black or lowest, 255 for white or highest, by its own scaling. */
  readonly grey: Uint8Array;
  /** In the tensor's own units. */
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  /** Pixels in equal steps from `min` to `max`; all in the first where these are one. */
  readonly histogram: readonly number[];
}

export interface SeenInputs {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly bands: readonly SeenBand[];
  /** What the run would say: assumed range, roles and missing values. */
  readonly notes: readonly string[];
}

/** @throws {NadirError} As the run would. */
export async function seeInputs(
  manifest: ModelManifest,
  request: Pick<RunRequest, "optical" | "auxiliary" | "measureBand" | "heights"> & {
    readonly signal: AbortSignal;
  },
): Promise<SeenInputs> {
  const { widthPx, heightPx } = request.optical.facts;
  const longer = Math.max(widthPx, heightPx);
  const sidePx = Math.min(SIDE_PX, longer);
  const small = { ...manifest, ...windowOf(manifest, sidePx) };
  let seen: Readonly<Record<string, NetworkTensor>> = {};
  const network: NetworkSession = {
    batch: 1,
    async run(inputs) {
      seen = Object.fromEntries(
        Object.entries(inputs).map(([name, { dims, data }]) => [name, { dims, data: data.slice() }]),
      );
      const dims = [1, manifest.classes.length, sidePx, sidePx];
      // One class everywhere: a constant output would be taken for a broken network.
      return { dims, data: new Float32Array(dims.reduce((product, dim) => product * dim)).fill(1, 0, sidePx ** 2) };
    },
    release: async () => undefined,
  };
  const settings: RunSettings = {
    modelId: manifest.id,
    backend: "wasm",
    stridePx: sidePx,
    blend: "flat",
    ...(longer > sidePx && { scale: longer / sidePx }),
    testTimeAugmentation: "none",
    batch: 1,
    areaOfInterest: null,
    heights: "as-is",
    confidence: false,
  };
  const facts = { kind: "wasm", adapter: "", reason: "", precision: "fp32" } as const;
  const { warnings } = await runScene({
    ...request,
    manifest: small,
    settings,
    backend: createCpuBackend(network, facts),
    sink: { writeRows: async () => undefined },
  });
  const scale = settings.scale ?? 1;
  const size = { widthPx: Math.ceil(widthPx / scale - 1e-6), heightPx: Math.ceil(heightPx / scale - 1e-6) };
  const bands = manifest.inputs.flatMap((input) =>
    bandsOf(input, request.optical.facts).flatMap((band, channel) => {
      const tensor = seen[input.name];
      if (tensor === undefined) return [];
      const values = planeOf(tensor, channel, size);
      const [mean, std] = [input.mean[channel] ?? 0, input.std[channel] ?? 1];
      return [{ input: input.name, band, ...seenAs(values, input.scale.kind === "none" ? null : { mean, std }) }];
    }),
  );
  return { ...size, bands, notes: warnings };
}

/** The same network with a window of another size. */
function windowOf({ inputs, output, window }: ModelManifest, sizePx: number) {
  return {
    inputs: inputs.map((input) => ({
      ...input,
      shape: [input.shape[0], input.shape[1], sizePx, sizePx] as typeof input.shape,
    })),
    output: { ...output, stride: 1, shape: [output.shape[0], output.shape[1], sizePx, sizePx] as typeof output.shape },
    window: { ...window, sizePx, padPx: 0, suggestedStridePx: sizePx },
  };
}

function planeOf(
  { dims, data }: NetworkTensor,
  channel: number,
  { widthPx, heightPx }: { widthPx: number; heightPx: number },
) {
  const sidePx = dims[3]!;
  const values = new Float32Array(widthPx * heightPx);
  for (let row = 0; row < heightPx; row++) {
    const from = (channel * sidePx + row) * sidePx;
    values.set(data.subarray(from, from + widthPx), row * widthPx);
  }
  return values;
}

/** @param scaled What 0 and 1 became; null where stored values go in: then the picture spans what there is. */
function seenAs(values: Float32Array, scaled: { readonly mean: number; readonly std: number } | null) {
  const min = values.reduce((least, value) => Math.min(least, value), Infinity);
  const max = values.reduce((most, value) => Math.max(most, value), -Infinity);
  const histogram = new Array<number>(BINS).fill(0);
  for (const value of values) {
    const bin = max === min ? 0 : Math.min(BINS - 1, Math.floor(((value - min) / (max - min)) * BINS));
    histogram[bin]!++;
  }
  const [black, white] = scaled === null ? [min, max] : [-scaled.mean / scaled.std, (1 - scaled.mean) / scaled.std];
  const grey = Uint8Array.from(values, (value) =>
    white === black ? 0 : Math.max(0, Math.min(255, Math.round((255 * (value - black)) / (white - black)))),
  );
  return { grey, min, max, mean: values.reduce((sum, value) => sum + value, 0) / values.length, histogram };
}
