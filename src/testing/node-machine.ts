/** What the engine's handlers run models on in Node: onnxruntime-node behind the CPU strip pipeline. */
import { createNodeSession, nodeCpuFacts } from "../cli/node-session";
import type { BackendFacts } from "../core/run/run-settings";
import type { NetworkSession } from "../inference/backend";
import { createCpuBackend } from "../inference/cpu-backend";
import { readGolden } from "../inference/golden";
import { readModel } from "../inference/model-bytes";
import type { OpenModelOptions } from "../inference/open-model";
import { requirePassed, selfCheck } from "../inference/self-check";
import type { EngineMachine } from "../workers/engine-handlers";
import { whileAlive } from "./worker-life";

const FACTS = nodeCpuFacts(1);

/** Awaited on the way; what they throw is the machine's fault, what never settles is an engine that stands still. */
export interface MachineHooks {
  /** Before a model is loaded. */
  readonly beforeLoad?: (options: OpenModelOptions) => Promise<void>;
  /** Before each call of the network. */
  readonly beforeBatch?: () => Promise<void>;
  /** Windows a call takes where that is left to the machine; 1 unless given. */
  readonly batch?: number;
  /** Makes it a machine with a graphics device, which does this to the logits of every call; the self-check does not see it. */
  readonly miscompute?: (logits: Float32Array) => void;
}

const CARD: BackendFacts = { kind: "webgpu", adapter: "a graphics card", reason: "chosen by you", precision: "fp32" };

export function nodeMachine(hooks: MachineHooks = {}): EngineMachine {
  const { beforeLoad, beforeBatch, batch: ownBatch = 1, miscompute } = hooks;
  return {
    describe: async () => ({
      preferred: "wasm",
      offers: [{ kind: "wasm", available: true, adapter: FACTS.adapter, reason: FACTS.reason }],
    }),
    async openSession(manifest, { graph, externalData }) {
      await whileAlive();
      const network = await createNodeSession(manifest, graph, { batch: 1, threads: 1, externalData });
      return {
        ...network,
        async run(inputs) {
          await beforeBatch?.();
          await whileAlive();
          return network.run(inputs);
        },
      };
    },
    async open(files, options) {
      const { batch, onStage } = options;
      onStage?.("loading-model");
      await beforeLoad?.(options);
      await whileAlive();
      const { manifest } = files;
      const { graph, externalData } = await readModel(files);
      const openNetwork = (windows: number) =>
        createNodeSession(manifest, graph, { batch: windows, threads: 1, externalData });
      const network = await openNetwork(batch === "auto" ? ownBatch : batch);
      const isOnCard = miscompute !== undefined && options.backend !== "wasm";
      onStage?.("self-check");
      const checked = await selfCheck(network, await readGolden(files), FACTS, manifest);
      requirePassed(checked, manifest.name);
      const session: NetworkSession = {
        batch: network.batch,
        async run(inputs) {
          await beforeBatch?.();
          await whileAlive();
          const logits = await network.run(inputs);
          if (isOnCard) miscompute(logits.data);
          return logits;
        },
        release: () => network.release(),
      };
      return {
        backend: createCpuBackend(session, isOnCard ? CARD : FACTS),
        selfCheck: checked,
        loadMs: 0,
        openReference: isOnCard
          ? async () => {
              const reference = await openNetwork(1);
              return { backend: createCpuBackend(reference, FACTS), close: () => reference.release() };
            }
          : null,
        close: session.release,
      };
    },
  };
}
