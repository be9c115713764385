/** onnxruntime-node sessions that take and give values in memory: the CPU or the WebGPU provider, outside any browser. */
import * as ort from "onnxruntime-node";
import { NadirError } from "../core/errors";
import type { ModelManifest } from "../core/manifest/manifest";
import type { BackendFacts } from "../core/run/run-settings";
import type { NetworkSession } from "../inference/backend";
import { batchOf, feedOf, logitsOf } from "../inference/graph-values";

export interface NodeSessionOptions {
  /** Windows per call; the graph's symbolic batch becomes this number. */
  readonly batch: number;
  /** CPU when absent. */
  readonly provider?: "cpu" | "webgpu";
  /** Threads inside one operator; all cores when absent. */
  readonly threads?: number;
  /** Weights kept beside the graph, by the path used inside it. */
  readonly externalData?: readonly { readonly path: string; readonly data: Uint8Array }[];
}

/** @throws {NadirError} `bad-model` when the graph does not load or has no such output. */
export async function createNodeSession(
  manifest: ModelManifest,
  graph: Uint8Array,
  options: NodeSessionOptions,
): Promise<NetworkSession> {
  const { batch, provider = "cpu", threads, externalData = [] } = options;
  const session = await ort.InferenceSession.create(graph, {
    executionProviders: [provider],
    freeDimensionOverrides: { batch },
    externalData: [...externalData],
    // Warnings of the runtime (nodes kept on the CPU on purpose) would drown our own messages.
    logSeverityLevel: 3,
    ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
  }).catch((cause: unknown) => {
    throw refused(manifest, `onnxruntime cannot load this graph: ${(cause as Error).message}`, cause);
  });
  return {
    batch: batchOf(session.inputMetadata, batch),
    async run(inputs) {
      const feeds = Object.fromEntries(
        Object.entries(inputs).map(([name, { dims, data }]) => {
          const [type, values] = feedOf(session.inputMetadata, name, data);
          return [name, type === "float16" ? new ort.Tensor(type, values, dims) : new ort.Tensor(type, values, dims)];
        }),
      );
      const outputs = await session.run(feeds).catch((cause: unknown) => {
        throw refused(manifest, `onnxruntime cannot run this graph: ${(cause as Error).message}`, cause);
      });
      return logitsOf(outputs[manifest.output.name], manifest);
    },
    release: () => session.release(),
  };
}

/** What a report says of onnxruntime-node's CPU provider. */
export function nodeCpuFacts(threads: number): BackendFacts {
  return {
    kind: "node-cpu",
    adapter: `onnxruntime-node CPU provider · ${threads} ${threads === 1 ? "thread" : "threads"}`,
    reason: "running outside a browser",
    precision: "fp32",
  };
}

function refused(manifest: ModelManifest, found: string, cause?: unknown): NadirError {
  return new NadirError(
    {
      code: "bad-model",
      subject: manifest.graph.file,
      found: `${found}.`,
      needed: "A graph that onnxruntime 1.30 runs, with the float32 output its manifest names, is needed.",
      next: "Export the model again with nadir_models.",
    },
    { cause },
  );
}
