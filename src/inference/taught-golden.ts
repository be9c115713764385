/**
 * The golden pair of a taught model: the base's golden inputs, and what the taught head makes of their samples in double
 * precision, outside the graph. So the appended nodes are held to a second computation before they are first used.
 */
import type { ModelManifest } from "../core/manifest/manifest";
import { applyHead, type SampleShape, sampleLength, type TaughtHead } from "../teaching/head";
import type { ModelFiles, NetworkSession, NetworkTensor } from "./backend";
import { type GoldenPair, readGolden } from "./golden";

/** A base's golden pair, and the samples of its inputs, which no lesson changes. */
export interface SampledGolden {
  readonly base: GoldenPair;
  readonly samples: NetworkTensor;
}

export interface TaughtGolden {
  readonly inputs: GoldenPair["inputs"];
  readonly output: NetworkTensor;
  readonly tolerance: number;
}

/** Of the largest logit: what single precision and another order of summing may change. */
const TOLERANCE = { fp32: 1e-3, fp16: 2e-2 } as const;

/**
 * @param session Gives samples, one window at a time.
 * @returns Null where the base came without a golden pair.
 */
export async function sampleGolden(files: ModelFiles, session: NetworkSession): Promise<SampledGolden | null> {
  const base = await readGolden(files);
  return base && { base, samples: await session.run(base.inputs) };
}

export function taughtGolden(
  { graph }: ModelManifest,
  { base, samples: { data, dims } }: SampledGolden,
  shape: SampleShape,
  head: TaughtHead,
): TaughtGolden {
  const [length, sidePx] = [sampleLength(shape), dims[3]!];
  const planePx = sidePx * sidePx;
  const sample = new Float64Array(length);
  const logits = new Float64Array(head.classes);
  const output = new Float32Array(head.classes * planePx);
  for (let pixel = 0; pixel < planePx; pixel++) {
    for (let value = 0; value < length; value++) sample[value] = data[value * planePx + pixel]!;
    applyHead(head, shape, sample, 0, logits);
    for (let c = 0; c < head.classes; c++) output[c * planePx + pixel] = logits[c]!;
  }
  const largest = output.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  return {
    inputs: base.inputs,
    output: { dims: [1, head.classes, sidePx, sidePx], data: output },
    tolerance: Math.max(base.tolerance, largest * TOLERANCE[graph.precision]),
  };
}

/** As the two files a manifest's golden pair is made of. */
export function formatGolden({ inputs, output }: TaughtGolden, binFile: string): { json: string; bin: Uint8Array } {
  let offset = 0;
  const placed = ({ dims, data }: NetworkTensor) => {
    const stored = { shape: dims, file: binFile, offset };
    offset += 4 * data.length;
    return stored;
  };
  const names = Object.keys(inputs);
  const index = {
    inputs: Object.fromEntries(names.map((name) => [name, placed(inputs[name]!)])),
    output: placed(output),
  };
  const bin = new DataView(new ArrayBuffer(offset));
  let at = 0;
  for (const { data } of [...names.map((name) => inputs[name]!), output]) {
    for (const value of data) {
      bin.setFloat32(at, value, true);
      at += 4;
    }
  }
  return { json: `${JSON.stringify(index)}\n`, bin: new Uint8Array(bin.buffer) };
}
