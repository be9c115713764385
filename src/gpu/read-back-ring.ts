/** A few staging buffers used in turn, so that reading back never creates a buffer and never holds up the GPU. */

export class ReadBackRing {
  private readonly free: GPUBuffer[];
  private readonly all: readonly GPUBuffer[];

  constructor(device: GPUDevice, bytes: number, count: number) {
    this.all = Array.from({ length: count }, (_, index) =>
      device.createBuffer({
        label: `read-back ${index}`,
        size: bytes,
        usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
      }),
    );
    this.free = [...this.all];
  }

  /**
   * A buffer to copy into; give it to `read`. Never waits, because what is copied next depends on the order of calls.
   *
   * @throws {Error} When all are on their way: the caller keeps more reads open than the ring has buffers.
   */
  take(): GPUBuffer {
    const buffer = this.free.pop();
    if (buffer === undefined) throw new Error("every read-back buffer is in use");
    return buffer;
  }

  /** A copy of the first `bytes` bytes once the GPU has written them; the buffer is free again afterwards. */
  async read(buffer: GPUBuffer, bytes: number): Promise<ArrayBuffer> {
    try {
      await buffer.mapAsync(GPUMapMode.READ, 0, bytes);
      const copy = buffer.getMappedRange(0, bytes).slice(0);
      buffer.unmap();
      return copy;
    } finally {
      this.free.push(buffer);
    }
  }

  destroy(): void {
    for (const buffer of this.all) buffer.destroy();
  }
}
