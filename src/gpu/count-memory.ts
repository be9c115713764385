/** How much memory buffers take on a device, whoever creates them there: onnxruntime's weights and values, and ours. */

export interface GpuMemory {
  readonly liveBytes: number;
  /** Most bytes alive at once since the last call of `forgetPeak`. */
  readonly peakBytes: number;
  forgetPeak(): void;
}

/** Counts what is created on `device` from now on. A buffer counts until it is destroyed. */
export function countMemory(device: GPUDevice): GpuMemory {
  let liveBytes = 0;
  let peakBytes = 0;
  const createBuffer = device.createBuffer.bind(device);
  device.createBuffer = (descriptor) => {
    const buffer = createBuffer(descriptor);
    const destroy = buffer.destroy.bind(buffer);
    let counted = buffer.size;
    liveBytes += counted;
    peakBytes = Math.max(peakBytes, liveBytes);
    buffer.destroy = () => {
      liveBytes -= counted;
      counted = 0;
      destroy();
    };
    return buffer;
  };
  return {
    get liveBytes() {
      return liveBytes;
    },
    get peakBytes() {
      return peakBytes;
    },
    forgetPeak() {
      peakBytes = liveBytes;
    },
  };
}
