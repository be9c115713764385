/** Which of onnxruntime-node's providers runs a model, and a session on it that passed the self-check. */
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { NadirError } from "../core/errors";
import type { SelfCheckFacts } from "../core/run/run-result";
import type { BackendFacts } from "../core/run/run-settings";
import type { ModelFiles, NetworkSession } from "../inference/backend";
import { readGolden } from "../inference/golden";
import { readModel } from "../inference/model-bytes";
import { requirePassed, selfCheck } from "../inference/self-check";
import { createNodeSession, nodeCpuFacts } from "./node-session";

export const NODE_BACKENDS = ["auto", "cpu", "webgpu"] as const;
export type NodeBackendChoice = (typeof NODE_BACKENDS)[number];

export interface NodeNetwork {
  readonly session: NetworkSession;
  readonly facts: BackendFacts;
  readonly check: SelfCheckFacts;
}

/**
 * Loads a model and checks its golden pair. `auto` takes WebGPU where there is a GPU driver and the model starts and
 * passes on it, else the CPU; the facts say why.
 *
 * @throws {NadirError} `backend-unavailable` when WebGPU was asked for and cannot be had; `bad-model` when the files
 *   are wrong or the golden pair does not come out.
 */
export async function openNodeNetwork(
  files: ModelFiles,
  choice: NodeBackendChoice,
  batch: number,
): Promise<NodeNetwork> {
  if (choice === "cpu" || (choice === "auto" && !hasGpuDriver())) {
    return openCpu(files, batch, choice === "cpu" ? "asked for" : "no GPU driver was found");
  }
  try {
    return await openChecked(files, "webgpu", batch, {
      kind: "node-webgpu",
      adapter: "onnxruntime-node WebGPU provider",
      reason: choice === "webgpu" ? "asked for" : "a GPU driver was found",
      precision: files.manifest.graph.precision,
    });
  } catch (cause) {
    if (choice === "auto") {
      return openCpu(files, batch, `WebGPU could not be used: ${(cause as Error).message}`);
    }
    throw noWebGpu(cause);
  }
}

function openCpu(files: ModelFiles, batch: number, reason: string): Promise<NodeNetwork> {
  const { precision } = files.manifest.graph;
  return openChecked(files, "cpu", batch, { ...nodeCpuFacts(availableParallelism()), reason, precision });
}

async function openChecked(
  files: ModelFiles,
  provider: "cpu" | "webgpu",
  batch: number,
  facts: BackendFacts,
): Promise<NodeNetwork> {
  const { graph, externalData } = await readModel(files);
  const threads = availableParallelism();
  const session = await createNodeSession(files.manifest, graph, { batch, provider, threads, externalData });
  const check = await selfCheck(session, await readGolden(files), facts);
  requirePassed(check, files.manifest.name);
  return { session, facts, check };
}

/** onnxruntime-node cannot be asked for its adapter, and a software one is many times slower than the CPU provider. */
function hasGpuDriver(): boolean {
  return process.platform !== "linux" || existsSync("/dev/nvidia0") || existsSync("/dev/dri/renderD128");
}

function noWebGpu(cause: unknown): NadirError {
  return new NadirError(
    {
      code: "backend-unavailable",
      found: `onnxruntime's WebGPU provider did not start (${(cause as Error).message}).`,
      needed: "It needs a GPU with a Vulkan, Metal or D3D12 driver.",
      next: "Use --backend cpu.",
    },
    { cause },
  );
}
