/**
 * What a page does to its GPU, counted by standing between the page and WebGPU: bytes up and down, dispatches, submits,
 * objects created, live bytes. Exact and repeatable on any adapter.
 */

export interface GpuCounts {
  uploadedBytes: number;
  readBackBytes: number;
  dispatches: number;
  submits: number;
  buffersCreated: number;
  bindGroupsCreated: number;
  pipelinesCreated: number;
  mapAsyncs: number;
}

export interface GpuCounter {
  readonly counts: GpuCounts;
  readonly liveBytes: number;
  readonly peakBytes: number;
  /** Counts from zero again; live buffers stay live. */
  reset(): void;
}

const zero = (): GpuCounts => ({
  uploadedBytes: 0,
  readBackBytes: 0,
  dispatches: 0,
  submits: 0,
  buffersCreated: 0,
  bindGroupsCreated: 0,
  pipelinesCreated: 0,
  mapAsyncs: 0,
});

/** Differences, field by field. */
export function countsBetween(before: GpuCounts, after: GpuCounts): GpuCounts {
  const result = zero();
  for (const key of Object.keys(result) as (keyof GpuCounts)[]) result[key] = after[key] - before[key];
  return result;
}

export function countGpu(): GpuCounter {
  let counts = zero();
  let liveBytes = 0;
  let peakBytes = 0;
  const live = new WeakMap<GPUBuffer, number>();

  before(GPUDevice.prototype, "createBindGroup", () => counts.bindGroupsCreated++);
  before(GPUDevice.prototype, "createComputePipeline", () => counts.pipelinesCreated++);
  before(GPUDevice.prototype, "createComputePipelineAsync", () => counts.pipelinesCreated++);
  before(GPUComputePassEncoder.prototype, "dispatchWorkgroups", () => counts.dispatches++);
  before(GPUComputePassEncoder.prototype, "dispatchWorkgroupsIndirect", () => counts.dispatches++);
  before(GPUQueue.prototype, "submit", () => counts.submits++);
  before(GPUQueue.prototype, "writeBuffer", (_, __, ___, data, offset, size) => {
    counts.uploadedBytes += writtenBytes(data as ArrayBuffer | ArrayBufferView, offset as number, size as number);
  });
  before(GPUBuffer.prototype, "mapAsync", (buffer, mode, offset, size) => {
    counts.mapAsyncs++;
    const bytes = (size as number | undefined) ?? (buffer as GPUBuffer).size - ((offset as number | undefined) ?? 0);
    if (mode === GPUMapMode.READ) counts.readBackBytes += bytes;
    else counts.uploadedBytes += bytes;
  });
  const createBuffer = GPUDevice.prototype.createBuffer;
  GPUDevice.prototype.createBuffer = function (this: GPUDevice, descriptor: GPUBufferDescriptor) {
    const buffer = createBuffer.call(this, descriptor);
    counts.buffersCreated++;
    if (descriptor.mappedAtCreation === true) counts.uploadedBytes += descriptor.size;
    live.set(buffer, descriptor.size);
    liveBytes += descriptor.size;
    peakBytes = Math.max(peakBytes, liveBytes);
    return buffer;
  };
  before(GPUBuffer.prototype, "destroy", (buffer) => {
    liveBytes -= live.get(buffer as GPUBuffer) ?? 0;
    live.delete(buffer as GPUBuffer);
  });

  return {
    get counts() {
      return { ...counts };
    },
    get liveBytes() {
      return liveBytes;
    },
    get peakBytes() {
      return peakBytes;
    },
    reset() {
      counts = zero();
      peakBytes = liveBytes;
    },
  };
}

function before<T extends object>(
  prototype: T,
  name: keyof T & string,
  look: (self: unknown, ...args: unknown[]) => void,
) {
  const original = prototype[name] as unknown as (...args: unknown[]) => unknown;
  (prototype as Record<string, unknown>)[name] = function (this: unknown, ...args: unknown[]) {
    look(this, ...args);
    return original.apply(this, args);
  };
}

function writtenBytes(
  data: ArrayBuffer | ArrayBufferView,
  offset: number | undefined,
  size: number | undefined,
): number {
  const unit = ArrayBuffer.isView(data) && !(data instanceof DataView) ? (data as Uint8Array).BYTES_PER_ELEMENT : 1;
  return size === undefined ? data.byteLength - (offset ?? 0) * unit : size * unit;
}
