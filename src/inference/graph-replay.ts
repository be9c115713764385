/**
 * Is a recorded run (graph capture) the same as a plain one? It has not always been: a replay once bound the wrong
 * uniform buffer (microsoft/onnxruntime #29594). Asked of every captured session before it is used.
 */
import type { ModelManifest } from "../core/manifest/manifest";
import type { SelfCheckFacts } from "../core/run/run-result";
import type { BackendFacts } from "../core/run/run-settings";
import type { NetworkSession } from "./backend";
import type { GoldenPair } from "./golden";
import { sampleInputs } from "./sample-inputs";
import { selfCheck } from "./self-check";

/**
 * Runs a first input, which is recorded; then the golden pair, which is replayed and judged by PyTorch's logits; then
 * the first input again, whose replay must give what the recording gave, bit by bit, and differ from the golden run's.
 */
export async function checkReplay(
  session: NetworkSession,
  manifest: ModelManifest,
  golden: GoldenPair | null,
  backend: BackendFacts,
): Promise<{ readonly replays: boolean; readonly selfCheck: SelfCheckFacts }> {
  const first = sampleInputs(session, manifest, 1);
  const recorded = await session.run(first);
  const other = golden === null ? await session.run(sampleInputs(session, manifest, 2)) : null;
  const checked = await selfCheck(session, golden, backend);
  const replayed = await session.run(first);
  const follows = other === null || !isEqual(other.data, recorded.data);
  return { replays: follows && isEqual(recorded.data, replayed.data), selfCheck: checked };
}

function isEqual(left: Float32Array, right: Float32Array): boolean {
  return left.length === right.length && left.every((value, at) => value === right[at]);
}
