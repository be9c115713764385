/**
 * Does this adapter compute what PyTorch computed? Runs a model's golden input, copied into every slot of the batch,
 * and compares each slot's logits with the golden ones.
 */
import { NadirError } from "../core/errors";
import type { ModelManifest } from "../core/manifest/manifest";
import type { GoldenOrigin, SelfCheckFacts } from "../core/run/run-result";
import type { BackendFacts } from "../core/run/run-settings";
import type { NetworkSession, NetworkTensor } from "./backend";
import type { GoldenPair } from "./golden";
import { sampleInputs } from "./sample-inputs";

/** @param manifest Of a model without golden pair: it is run once, so that what it cannot do is said here. */
export async function selfCheck(
  session: NetworkSession,
  golden: GoldenPair | null,
  backend: BackendFacts,
  manifest?: ModelManifest,
): Promise<SelfCheckFacts> {
  const { adapter } = backend;
  if (golden === null) {
    if (manifest !== undefined) await session.run(sampleInputs(session, manifest, 1));
    return {
      verdict: "no-golden-pair",
      largestDifference: null,
      tolerance: null,
      argmaxAgreement: null,
      adapter,
      golden: null,
    };
  }
  const inputs = Object.fromEntries(
    Object.entries(golden.inputs).map(([name, tensor]) => [name, repeated(tensor, session.batch)]),
  );
  const output = await session.run(inputs);
  const { largestDifference, argmaxAgreement } = compareLogits(output, golden.output);
  return {
    // A NaN difference compares false, and so fails.
    verdict: largestDifference <= golden.tolerance ? "passed" : "failed",
    largestDifference,
    tolerance: golden.tolerance,
    argmaxAgreement,
    adapter,
    golden: golden.origin,
  };
}

const HELD_TO: Readonly<Record<GoldenOrigin, string>> = {
  "with-model": "the model's golden input",
  computed: "an input that WebAssembly was given before (the model came without a golden pair)",
};

/** @throws {NadirError} `bad-model` when the check failed. */
export function requirePassed(facts: SelfCheckFacts, modelName: string): void {
  if (facts.verdict !== "failed") return;
  throw new NadirError({
    code: "bad-model",
    subject: modelName,
    found: `On ${facts.adapter} ${HELD_TO[facts.golden!]} gives logits that are off by ${facts.largestDifference!.toPrecision(3)}.`,
    needed: `At most ${facts.tolerance} is right.`,
    next: "Choose the other backend; this graphics driver computes the model wrongly.",
  });
}

/** Compares every batch slot of `output` with the one golden item; NaN anywhere makes the difference NaN. */
function compareLogits(
  output: NetworkTensor,
  golden: NetworkTensor,
): { largestDifference: number; argmaxAgreement: number } {
  const [, classes = 1, height = 1, width = 1] = golden.dims;
  const planePx = height * width;
  const itemLength = classes * planePx;
  const slots = output.data.length / itemLength;
  if (!Number.isInteger(slots)) return { largestDifference: Number.NaN, argmaxAgreement: 0 };
  let largestDifference = 0;
  let agreeing = 0;
  for (let slot = 0; slot < slots; slot++) {
    for (let at = 0; at < itemLength; at++) {
      const difference = Math.abs(output.data[slot * itemLength + at]! - golden.data[at]!);
      if (!(difference <= largestDifference)) largestDifference = difference;
      if (Number.isNaN(difference)) return { largestDifference: Number.NaN, argmaxAgreement: 0 };
    }
    for (let pixel = 0; pixel < planePx; pixel++) {
      const same =
        argmax(output.data, slot * itemLength + pixel, classes, planePx) ===
        argmax(golden.data, pixel, classes, planePx);
      if (same) agreeing++;
    }
  }
  return { largestDifference, argmaxAgreement: agreeing / (slots * planePx) };
}

function argmax(data: Float32Array, at: number, classes: number, stridePx: number): number {
  let best = 0;
  for (let c = 1; c < classes; c++) if (data[at + c * stridePx]! > data[at + best * stridePx]!) best = c;
  return best;
}

function repeated({ dims, data }: NetworkTensor, batch: number): NetworkTensor {
  const all = new Float32Array(data.length * batch);
  for (let slot = 0; slot < batch; slot++) all.set(data, slot * data.length);
  return { dims: [batch, ...dims.slice(1)], data: all };
}
