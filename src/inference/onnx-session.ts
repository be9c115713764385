/** onnxruntime-web sessions that take and give values in memory, on WebAssembly or WebGPU. */
import type { InferenceSession } from "onnxruntime-web/webgpu";
import { NadirError } from "../core/errors";
import type { ModelManifest } from "../core/manifest/manifest";
import type { NetworkSession, NetworkTensor } from "./backend";
import { batchOf, feedOf, logitsOf } from "./graph-values";
import type { ModelBytes } from "./model-bytes";
import { loadOrt, type Ort, ortQueue, runtimeUnavailable } from "./onnx-runtime";

/** A GPUDevice runs the model on WebGPU; null on WebAssembly. */
export interface SessionPlace {
  readonly device: GPUDevice | null;
  readonly batch: number;
}

/** @throws {NadirError} `bad-model` or `out-of-memory`. */
export async function createSession(
  manifest: ModelManifest,
  bytes: ModelBytes,
  { device, batch }: SessionPlace,
): Promise<NetworkSession> {
  const ort = await loadOrt();
  const session = await createRaw(ort, manifest, bytes, {
    executionProviders: [device === null ? "wasm" : { name: "webgpu", device }],
    freeDimensionOverrides: { batch },
  });
  return {
    batch: batchOf(session.inputMetadata, batch),
    run: (inputs) => ortQueue.add(() => runInMemory(ort, session, manifest, inputs)),
    release: () => ortQueue.add(() => session.release()),
  };
}

/** Creates a session in its turn; the graph's own errors become sentences. */
export function createRaw(
  ort: Ort,
  manifest: ModelManifest,
  { graph, externalData }: ModelBytes,
  options: InferenceSession.SessionOptions,
): Promise<InferenceSession> {
  return ortQueue.add(async () => {
    try {
      return await ort.InferenceSession.create(graph, { ...options, externalData: [...externalData] });
    } catch (cause) {
      throw sessionFault(cause, manifest.name);
    }
  });
}

async function runInMemory(
  ort: Ort,
  session: InferenceSession,
  manifest: ModelManifest,
  inputs: Readonly<Record<string, NetworkTensor>>,
): Promise<NetworkTensor> {
  const feeds = Object.fromEntries(
    Object.entries(inputs).map(([name, { dims, data }]) => {
      const [type, values] = feedOf(session.inputMetadata, name, data);
      return [name, type === "float16" ? new ort.Tensor(type, values, dims) : new ort.Tensor(type, values, dims)];
    }),
  );
  try {
    const outputs = await session.run(feeds);
    const { dims, data } = logitsOf(outputs[manifest.output.name], manifest);
    const result = { dims, data: data.slice() };
    for (const tensor of Object.values(outputs)) tensor.dispose();
    return result;
  } catch (cause) {
    throw sessionFault(cause, manifest.name);
  }
}

/** Sorts what onnxruntime throws by what can be done about it. */
export function sessionFault(cause: unknown, modelName: string): NadirError {
  if (cause instanceof NadirError) return cause;
  const message = cause instanceof Error ? cause.message : String(cause);
  if (/no available backend|initializeWebAssembly|fetching of the wasm failed/i.test(message)) {
    return runtimeUnavailable(cause);
  }
  if (/out of memory|bad_alloc|allocation failed|failed to allocate/i.test(message)) {
    return new NadirError(
      {
        code: "out-of-memory",
        subject: modelName,
        found: `There is not enough memory for this model (${message}).`,
        needed: "A smaller batch or more free memory is needed.",
        next: "Close other tabs, set the batch to 1, or choose a smaller model.",
      },
      { cause },
    );
  }
  if (/device.*(lost|destroyed)|(lost|destroyed).*device/i.test(message)) {
    return new NadirError(
      {
        code: "device-lost",
        subject: modelName,
        found: "The graphics device was lost.",
        needed: "A working device is needed.",
        next: "Run again; if it happens again, choose the CPU backend.",
      },
      { cause },
    );
  }
  return new NadirError(
    {
      code: "bad-model",
      subject: modelName,
      found: `onnxruntime cannot run the graph: ${message}`,
      needed: "An ONNX graph whose operators and shapes onnxruntime supports is needed.",
      next: "Check that the .onnx and the manifest belong together, or export the model again.",
    },
    { cause },
  );
}
