/** Worker entry: owns the GPU device and every onnxruntime session. */
import { browserMachine } from "./browser-machine";
import { createEngineHandlers } from "./engine-handlers";
import { type MaskHandlers, onMaskLine } from "./mask-line";
import { createClient, serve, type WorkerClient } from "./rpc";

const line = new Promise<WorkerClient<MaskHandlers>>((laid) => onMaskLine(self, (end) => laid(createClient(end))));
serve(createEngineHandlers(browserMachine, line));
