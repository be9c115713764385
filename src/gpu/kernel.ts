/** Compiling WGSL once and binding buffers to it. */

export interface Kernel {
  readonly pipeline: GPUComputePipeline;
  /** Buffers in binding order, from 0. */
  bind(buffers: readonly GPUBuffer[]): GPUBindGroup;
}

/** @throws {Error} With file and line when the shader does not compile: a bug, never the user's fault. */
export async function compileKernel(
  device: GPUDevice,
  label: string,
  code: string,
  constants: Readonly<Record<string, number>> = {},
): Promise<Kernel> {
  const module = device.createShaderModule({ label, code });
  const { messages } = await module.getCompilationInfo();
  const faults = messages.filter(({ type }) => type === "error");
  if (faults.length > 0) {
    throw new Error(
      faults.map(({ lineNum, linePos, message }) => `${label}.wgsl:${lineNum}:${linePos} ${message}`).join("\n"),
    );
  }
  const pipeline = await device.createComputePipelineAsync({
    label,
    layout: "auto",
    compute: { module, entryPoint: "main", constants },
  });
  const layout = pipeline.getBindGroupLayout(0);
  return {
    pipeline,
    bind: (buffers) =>
      device.createBindGroup({
        label,
        layout,
        entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
      }),
  };
}

/** Records one dispatch. */
export function dispatch(
  encoder: GPUCommandEncoder,
  { pipeline }: Kernel,
  bindings: GPUBindGroup,
  [x, y, z]: readonly [x: number, y: number, z: number],
): void {
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, bindings);
  pass.dispatchWorkgroups(x, y, z);
  pass.end();
}

/** Buffer sizes and copies are counted in words of four bytes. */
export function wordBytes(words: number): number {
  return 4 * Math.max(1, Math.ceil(words));
}
