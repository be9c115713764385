/**
 * The one place that asks for a WebGPU device.
 *
 * `subgroups` is asked for only where tuning wants it, and never where the smallest subgroup is below 16:
 * onnxruntime's FlashAttention gives wrong values there. On Intel its faster MatMul needs them.
 */
import { NadirError } from "../core/errors";
import { countMemory, type GpuMemory } from "./count-memory";

export interface GpuAdapterFacts {
  /** "nvidia hopper", "google swiftshader". */
  readonly name: string;
  /** Rendered by the CPU: far slower than WebAssembly. */
  readonly isSoftware: boolean;
  readonly hasFp16: boolean;
  /** `subgroups`, of at least 16 invocations each. */
  readonly hasWideSubgroups: boolean;
  readonly vendor: string;
  /** Stands for adapter and driver in caches. */
  readonly key: string;
}

export interface GpuMachine {
  readonly device: GPUDevice;
  readonly adapter: GpuAdapterFacts;
  readonly health: GpuHealth;
  readonly memory: GpuMemory;
}

/** What went wrong on a device behind the back of the code that uses it. */
export interface GpuHealth {
  /** Rejects with `device-lost`, or with `out-of-memory` or `bad-output` after an uncaptured error; else stays open. */
  readonly trouble: Promise<never>;
  /** @throws {NadirError} The trouble, if there has been any. */
  check(): void;
  /** `task`, or the trouble if that comes first: nothing waits for a device that is gone. */
  guard<T>(task: Promise<T>): Promise<T>;
  /** After a failed operation: waits a moment for the trouble behind it, which the browser reports a little later. */
  explain(): Promise<void>;
}

const LEAST_SUBGROUP_SIZE = 16;

const EXPLANATION_MS = 200;

/** Limits raised to what the adapter offers; onnxruntime's kernels and large models use them. */
const RAISED_LIMITS = [
  "maxBufferSize",
  "maxStorageBufferBindingSize",
  "maxComputeWorkgroupStorageSize",
  "maxComputeInvocationsPerWorkgroup",
  "maxComputeWorkgroupSizeX",
  "maxComputeWorkgroupSizeY",
  "maxComputeWorkgroupSizeZ",
  "maxStorageBuffersPerShaderStage",
] as const;

/** What adapter there is; null without one. */
export async function findAdapter(): Promise<GpuAdapterFacts | null> {
  const adapter = await requestAdapter();
  return adapter === null ? null : adapterFacts(adapter);
}

/**
 * A fresh device on a fresh adapter (an adapter gives one device only); null when there is none.
 *
 * @param subgroups  Asked for where the adapter's are wide enough.
 */
export async function openGpu({ subgroups = false } = {}): Promise<GpuMachine | null> {
  const adapter = await requestAdapter();
  if (adapter === null) return null;
  const facts = adapterFacts(adapter);
  const features = (["shader-f16", "timestamp-query"] as const).filter((feature) => adapter.features.has(feature));
  const device = await adapter.requestDevice({
    label: "nadir engine",
    requiredFeatures: subgroups && facts.hasWideSubgroups ? [...features, "subgroups"] : features,
    requiredLimits: Object.fromEntries(RAISED_LIMITS.map((limit) => [limit, adapter.limits[limit]])),
  });
  return { device, adapter: facts, health: watch(device), memory: countMemory(device) };
}

function watch(device: GPUDevice): GpuHealth {
  let found: NadirError | null = null;
  const trouble = new Promise<never>((_, reject) => {
    const report = (error: NadirError) => {
      found ??= error;
      reject(found);
    };
    void device.lost.then(({ reason, message }) => report(deviceLost(reason, message)));
    device.addEventListener("uncapturederror", ({ error }) => report(uncaptured(error)));
  });
  // It is reported by `check` and `guard`; a device given up in peace is nobody's error.
  trouble.catch(() => undefined);
  return {
    trouble,
    check() {
      if (found !== null) throw found;
    },
    guard: (task) => Promise.race([task, trouble]),
    explain: () => Promise.race([trouble, new Promise<void>((resolve) => setTimeout(resolve, EXPLANATION_MS))]),
  };
}

function deviceLost(reason: string, message: string): NadirError {
  return new NadirError({
    code: "device-lost",
    found: `The graphics device was lost (${message || reason || "no reason given"}).`,
    needed: "A working device is needed.",
    next: "Run again; if it happens again, choose the CPU backend.",
  });
}

function uncaptured(error: GPUError): NadirError {
  if (error instanceof GPUOutOfMemoryError) return gpuOutOfMemory(error.message);
  return new NadirError({
    code: "bad-output",
    found: `The graphics device refused an operation (${error.message.slice(0, 300)}).`,
    needed: "Every operation must be carried out for a mask that can be trusted.",
    next: "Choose the CPU backend, and report this sentence.",
  });
}

/** @param message The driver's own words. */
export function gpuOutOfMemory(message: string): NadirError {
  return new NadirError({
    code: "out-of-memory",
    found: `The graphics device has too little free memory (${message.slice(0, 300) || "allocation refused"}).`,
    needed: "A smaller batch or more free memory is needed.",
    next: "Close other programs that use the GPU, set the batch to 1, or choose the CPU backend.",
  });
}

async function requestAdapter(): Promise<GPUAdapter | null> {
  if (!("gpu" in navigator) || navigator.gpu === undefined) return null;
  return navigator.gpu.requestAdapter({ powerPreference: "high-performance" });
}

/** Browsers that give no names still give limits and features, which tell most adapters apart. */
export function adapterFacts(adapter: Pick<GPUAdapter, "info" | "features" | "limits">): GpuAdapterFacts {
  const { vendor, architecture, device, description, isFallbackAdapter } = adapter.info;
  const name = [vendor, architecture].filter((part) => part !== "").join(" ") || description || "unnamed adapter";
  return {
    name,
    isSoftware: isFallbackAdapter || /swiftshader|llvmpipe|lavapipe/i.test(`${name} ${description}`),
    hasFp16: adapter.features.has("shader-f16"),
    hasWideSubgroups: adapter.features.has("subgroups") && (adapter.info.subgroupMinSize ?? 0) >= LEAST_SUBGROUP_SIZE,
    vendor,
    key: [vendor, architecture, device, description, ...limitsOf(adapter), ...[...adapter.features].sort()].join("|"),
  };
}

function limitsOf({ limits }: Pick<GPUAdapter, "limits">): string[] {
  // Their names stand on the prototype, where only this loop finds them.
  const names: string[] = [];
  for (const name in limits) names.push(name);
  return names.sort().map((name) => `${name}=${limits[name as keyof GPUSupportedLimits]}`);
}
