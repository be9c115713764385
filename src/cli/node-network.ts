/** Which of onnxruntime-node's providers runs a model, and a session on it that passed the self-check. */
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { NadirError } from "../core/errors";
import type { SelfCheckFacts } from "../core/run/run-result";
import type { BackendFacts } from "../core/run/run-settings";
import type { ModelFiles, NetworkSession, ReferenceBackend } from "../inference/backend";
import { createCpuBackend } from "../inference/cpu-backend";
import { readGolden } from "../inference/golden";
import { readModel } from "../inference/model-bytes";
import { requirePassed, selfCheck } from "../inference/self-check";
import type { CommandIo } from "./command-io";
import { createNodeSession, nodeCpuFacts } from "./node-session";

export const NODE_BACKENDS = ["auto", "cpu", "webgpu"] as const;
export type NodeBackendChoice = (typeof NODE_BACKENDS)[number];

export interface NodeNetwork {
  readonly session: NetworkSession;
  readonly facts: BackendFacts;
  /**
   * On the CPU still going on, beside the first windows; nothing may be written before it has passed. Rejects with a
   * `bad-model` NadirError when the golden pair does not come out.
   */
  readonly check: Promise<SelfCheckFacts>;
  /** The same model on the CPU, for comparison; null where it runs there. */
  readonly openReference: (() => Promise<ReferenceBackend>) | null;
}

/**
 * Loads a model and checks its golden pair. `auto` takes WebGPU where there is a GPU driver and the model starts and
 * passes on it, else the CPU; the facts say why.
 *
 * @param io Opens sessions on the CPU.
 * @param options `threads` of the CPU backend: all cores when absent.
 * @throws {NadirError} `backend-unavailable` when WebGPU was asked for and cannot be had; `bad-model` when the files
 *   are wrong.
 */
export async function openNodeNetwork(
  files: ModelFiles,
  choice: NodeBackendChoice,
  { openCpuSession }: Pick<CommandIo, "openCpuSession">,
  {
    batch = 1,
    threads = availableParallelism(),
  }: { readonly batch?: number; readonly threads?: number | undefined } = {},
): Promise<NodeNetwork> {
  const { precision } = files.manifest.graph;
  const bytes = await readModel(files);
  const openCpu = async (reason: string): Promise<NodeNetwork> => {
    const session = await openCpuSession(files.manifest, bytes, { batch, threads });
    const facts = { ...nodeCpuFacts(threads), reason, precision };
    const check = passed(files, session, facts);
    // Whoever awaits it hears of its failure; until then nobody may see it as unhandled.
    check.catch(() => undefined);
    return { session, facts, check, openReference: null };
  };
  if (choice === "cpu" || (choice === "auto" && !hasGpuDriver())) {
    return openCpu(choice === "cpu" ? "asked for" : "no GPU driver was found");
  }
  try {
    const session = await createNodeSession(files.manifest, bytes.graph, {
      batch,
      provider: "webgpu",
      externalData: bytes.externalData,
    });
    const facts: BackendFacts = {
      kind: "node-webgpu",
      adapter: "onnxruntime-node WebGPU provider",
      reason: choice === "webgpu" ? "asked for" : "a GPU driver was found",
      precision,
    };
    const check = await passed(files, session, facts).catch(async (error: unknown) => {
      await session.release();
      throw error;
    });
    const openReference = async (): Promise<ReferenceBackend> => {
      const { session: reference, facts: cpu } = await openCpu("for comparison");
      return { backend: createCpuBackend(reference, cpu), close: () => reference.release() };
    };
    return { session, facts, check: Promise.resolve(check), openReference };
  } catch (cause) {
    if (choice === "auto") {
      return openCpu(`WebGPU could not be used: ${(cause as Error).message}`);
    }
    throw noWebGpu(cause);
  }
}

async function passed(files: ModelFiles, session: NetworkSession, facts: BackendFacts): Promise<SelfCheckFacts> {
  const check = await selfCheck(session, await readGolden(files), facts, files.manifest);
  requirePassed(check, files.manifest.name);
  return check;
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
