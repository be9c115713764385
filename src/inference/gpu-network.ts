/**
 * A network on WebGPU whose inputs and output stay in buffers of our own: created once, the same for every run, so that
 * onnxruntime can record the run once and replay it (graph capture).
 */
import type { InferenceSession, Tensor } from "onnxruntime-web/webgpu";
import { NadirError } from "../core/errors";
import type { ModelManifest } from "../core/manifest/manifest";
import type { GpuMachine } from "../gpu/device";
import type { NetworkSession, NetworkTensor } from "./backend";
import { batchOf, type ValueFacts, widened } from "./graph-values";
import type { ModelBytes } from "./model-bytes";
import { loadOrt, ortQueue } from "./onnx-runtime";
import { createRaw, sessionFault } from "./onnx-session";

export interface GpuNetwork {
  readonly machine: GpuMachine;
  readonly batch: number;
  /** Float32 inputs, `[batch, channels, padded, padded]`, by name. */
  readonly inputs: Readonly<Record<string, GPUBuffer>>;
  readonly output: GPUBuffer;
  readonly outputDims: readonly number[];
  /** Half-precision logits, two to a word. */
  readonly outputIsF16: boolean;
  readonly windowPx: number;
  /** Queues one run over whatever is in the inputs; resolves when it is submitted, not when it is done. */
  run(): Promise<void>;
  release(): Promise<void>;
}

export interface GpuNetworkOptions {
  readonly batch: number;
  readonly capture: boolean;
  readonly layout: "NCHW" | "NHWC";
  /** Convolutions take the activation after them along; Intel's faster kernels take only those that do not. */
  readonly fusesActivations: boolean;
}

/** onnxruntime's key `optimization.disable_specified_optimizers`. */
const WITHOUT_FUSION = { extra: { optimization: { disable_specified_optimizers: "ConvActivationFusion" } } };

export async function createGpuNetwork(
  manifest: ModelManifest,
  bytes: ModelBytes,
  machine: GpuMachine,
  options: GpuNetworkOptions,
): Promise<GpuNetwork> {
  const { device, health } = machine;
  const ort = await loadOrt();
  const session = await openSession(ort, manifest, bytes, machine, options);
  const batch = batchOf(session.inputMetadata, options.batch);
  const { buffers, allocate } = allocator(device);
  const asTensor = (buffer: GPUBuffer, dims: readonly number[], dataType: "float32" | "float16" = "float32"): Tensor =>
    ort.Tensor.fromGpuBuffer(buffer, { dataType, dims });
  const inputs: Record<string, GPUBuffer> = {};
  const feeds: Record<string, Tensor> = {};
  for (const input of manifest.inputs) {
    const dims = [batch, ...input.shape.slice(1)] as number[];
    const buffer = allocate(`input ${input.name}`, dims);
    inputs[input.name] = buffer;
    feeds[input.name] = asTensor(buffer, dims);
  }
  const outputDims = [batch, ...manifest.output.shape.slice(1)] as number[];
  const output = allocate("logits", outputDims);
  const outputIsF16 = session.outputMetadata.some(
    (entry) => entry.isTensor && entry.name === manifest.output.name && entry.type === "float16",
  );
  const fetches = {
    [manifest.output.name]: asTensor(output, outputDims, outputIsF16 ? "float16" : "float32"),
  };
  return {
    machine,
    batch,
    inputs,
    output,
    outputDims,
    outputIsF16,
    windowPx: manifest.window.sizePx,
    async run() {
      health.check();
      try {
        // Guarded inside the queue: a run that never returns from a lost device must not hold up the next session.
        await ortQueue.add(() => health.guard(session.run(feeds, fetches)));
      } catch (cause) {
        await health.explain();
        throw sessionFault(cause, manifest.name);
      }
    },
    async release() {
      await ortQueue.add(() => session.release()).catch(() => undefined);
      for (const buffer of buffers) buffer.destroy();
    },
  };
}

/** @throws {NadirError} `bad-model` for a graph whose values do not fit the kernels. */
async function openSession(
  ort: Awaited<ReturnType<typeof loadOrt>>,
  manifest: ModelManifest,
  bytes: ModelBytes,
  { device, health }: GpuMachine,
  { batch, capture, layout, fusesActivations }: GpuNetworkOptions,
): Promise<InferenceSession> {
  const session = await health.guard(
    createRaw(ort, manifest, bytes, {
      executionProviders: [{ name: "webgpu", device, preferredLayout: layout }],
      freeDimensionOverrides: { batch },
      enableGraphCapture: capture,
      preferredOutputLocation: "gpu-buffer",
      ...(!fusesActivations && WITHOUT_FUSION),
    }),
  );
  const foreign = [...session.inputMetadata, ...session.outputMetadata].find(isForeign(manifest));
  if (foreign !== undefined) {
    await ortQueue.add(() => session.release());
    throw notOnGpu(manifest, foreign);
  }
  return session;
}

/** Tensors' buffers of float32, and all of them to destroy. */
function allocator(device: GPUDevice) {
  const buffers: GPUBuffer[] = [];
  const allocate = (label: string, dims: readonly number[]) => {
    const buffer = device.createBuffer({
      label,
      // Whole vec4s: onnxruntime's vectorised kernels bind 16-byte multiples.
      size: 16 * Math.ceil((4 * dims.reduce((product, dim) => product * dim)) / 16),
      usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST,
    });
    buffers.push(buffer);
    return buffer;
  };
  return { buffers, allocate };
}

/** Kernels fill float32 inputs and read float32 or half-precision logits; all else is turned on the CPU. */
function isForeign({ inputs, output }: ModelManifest): (value: ValueFacts) => boolean {
  return ({ name, type }) =>
    (inputs.some((input) => input.name === name) && type !== "float32") ||
    (name === output.name && type !== "float32" && type !== "float16");
}

function notOnGpu({ name }: ModelManifest, value: ValueFacts): NadirError {
  return new NadirError({
    code: "bad-model",
    subject: name,
    found: `Its ${value.name} holds ${value.type} values, which are handled on the CPU.`,
    needed: "On the GPU inputs are float32, and outputs float32 or float16 logits.",
    next: "Choose the CPU backend, or export it with float32 inputs and logits.",
  });
}

/** The same network with values in memory: for the self-check, and for runs whose every window must be looked at. */
export function inMemory(network: GpuNetwork): NetworkSession {
  const { machine, batch, inputs, outputDims } = network;
  const { device } = machine;
  return {
    batch,
    async run(values): Promise<NetworkTensor> {
      for (const [name, { data }] of Object.entries(values)) {
        device.queue.writeBuffer(inputs[name]!, 0, data as Float32Array<ArrayBuffer>);
      }
      await network.run();
      return { dims: outputDims, data: await readLogits(network) };
    },
    release: () => network.release(),
  };
}

/** Logits of the run queued last, of one slot of the batch or of all; queued before it returns its promise. */
export async function readLogits(
  { machine, output, outputDims, outputIsF16 }: GpuNetwork,
  slot: number | "all" = "all",
): Promise<Float32Array> {
  const { device, health } = machine;
  const length = outputDims.slice(slot === "all" ? 0 : 1).reduce((product, dim) => product * dim);
  const valueBytes = outputIsF16 ? 2 : 4;
  const from = slot === "all" ? 0 : valueBytes * length * slot;
  // Copies begin and end at whole words; a half before the first is left out below.
  const start = 4 * Math.floor(from / 4);
  const bytes = 4 * Math.ceil((from + valueBytes * length) / 4) - start;
  const staging = device.createBuffer({ size: bytes, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
  try {
    const encoder = device.createCommandEncoder();
    encoder.copyBufferToBuffer(output, start, staging, 0, bytes);
    device.queue.submit([encoder.finish()]);
    await health.guard(staging.mapAsync(GPUMapMode.READ));
    const copy = staging.getMappedRange().slice(from - start);
    return outputIsF16 ? widened(new Uint16Array(copy, 0, length)) : new Float32Array(copy, 0, length);
  } finally {
    staging.destroy();
  }
}
