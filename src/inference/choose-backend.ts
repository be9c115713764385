/**
 * Which machine runs the model, and why, in words.
 *
 * A software adapter counts as no GPU: it is tens of times slower than WebAssembly. It is used when asked for by name,
 * which is how tests prove the WebGPU path on machines without a GPU.
 */
import { NadirError } from "../core/errors";
import type { BackendChoice } from "../core/vocabulary/backends";
import type { GpuAdapterFacts } from "../gpu/device";

export interface BackendVerdict {
  readonly kind: "webgpu" | "wasm";
  readonly reason: string;
}

/**
 * @param precision  Arithmetic of the model's graph; half precision needs an adapter that has it.
 * @throws {NadirError} `backend-unavailable` when WebGPU is asked for and cannot run the model.
 */
export function chooseBackend(
  choice: BackendChoice,
  adapter: GpuAdapterFacts | null,
  precision: "fp32" | "fp16" = "fp32",
): BackendVerdict {
  if (choice === "wasm") return { kind: "wasm", reason: "chosen by you" };
  const lacksHalf = adapter !== null && precision === "fp16" && !adapter.hasFp16;
  if (choice === "webgpu") {
    if (lacksHalf) throw noHalfPrecision(adapter.name);
    if (adapter !== null) return { kind: "webgpu", reason: "chosen by you" };
    throw new NadirError({
      code: "backend-unavailable",
      found: "The browser offers no WebGPU adapter.",
      needed: "A browser with WebGPU and a GPU it accepts are needed.",
      next: "Choose the CPU backend, or open the studio in a current Chrome or Edge with hardware acceleration on.",
    });
  }
  if (adapter === null) return { kind: "wasm", reason: "the browser offers no WebGPU adapter" };
  if (adapter.isSoftware) {
    return { kind: "wasm", reason: `no hardware WebGPU adapter (${adapter.name} renders on the CPU)` };
  }
  if (lacksHalf) {
    return { kind: "wasm", reason: `${adapter.name} has no half-precision arithmetic, which this model needs` };
  }
  return { kind: "webgpu", reason: "hardware WebGPU adapter found" };
}

function noHalfPrecision(adapterName: string): NadirError {
  return new NadirError({
    code: "backend-unavailable",
    found: `The adapter ${adapterName} has no half-precision arithmetic (shader-f16).`,
    needed: "This model computes in fp16.",
    next: "Choose the CPU backend, or the model's fp32 version.",
  });
}
