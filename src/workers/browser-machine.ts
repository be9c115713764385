/** What the browser runs models on: WebGPU where it has hardware for it, else WebAssembly. */
import { findAdapter } from "../gpu/device";
import { chooseBackend } from "../inference/choose-backend";
import { createSession } from "../inference/onnx-session";
import { openModel, wasmName } from "../inference/open-model";
import type { EngineMachine } from "./engine-handlers";
import { fitInWorkers } from "./fit-in-workers";

export const browserMachine: EngineMachine = {
  async describe() {
    const adapter = await findAdapter();
    const verdict = chooseBackend("auto", adapter);
    return {
      preferred: verdict.kind,
      offers: [
        {
          kind: "webgpu",
          available: adapter !== null,
          adapter: adapter?.name ?? "none",
          reason: verdict.reason,
        },
        { kind: "wasm", available: true, adapter: wasmName(), reason: "works everywhere" },
      ],
    };
  },
  open: openModel,
  openSession: (manifest, bytes) => createSession(manifest, bytes, { device: null, batch: 1 }),
  fitHeads: fitInWorkers,
};
