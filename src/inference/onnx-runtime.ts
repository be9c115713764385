/**
 * onnxruntime-web, loaded once: the native WebGPU provider with JSPI where WebAssembly has it, else with Asyncify. Both
 * bundles also hold the CPU provider, so one runtime serves both backends.
 *
 * The runtime's files are named explicitly: with threads, the worker that Emscripten starts would otherwise load the
 * application's chunk instead of the runtime.
 */
import asyncifyModuleUrl from "onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url";
import asyncifyWasmUrl from "onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url";
import jspiModuleUrl from "onnxruntime-web/ort-wasm-simd-threaded.jspi.mjs?url";
import jspiWasmUrl from "onnxruntime-web/ort-wasm-simd-threaded.jspi.wasm?url";
import type * as OrtModule from "onnxruntime-web/webgpu";
import { NadirError } from "../core/errors";
import { loadOnce } from "../core/load-once";
import { SerialQueue } from "../core/serial-queue";

export type Ort = typeof OrtModule;

/**
 * Every create, run and release of onnxruntime-web, one after another: it crashes or hangs when two sessions are created
 * or run at the same time (microsoft/onnxruntime #32561).
 */
export const ortQueue = new SerialQueue();

/** More threads than this gain nothing for windows of a few hundred pixels. */
const MOST_THREADS = 8;

/** @throws {NadirError} `runtime-unavailable` when its files cannot be fetched. */
export const loadOrt = loadOnce(async () => {
  try {
    return await importOrt();
  } catch (cause) {
    throw runtimeUnavailable(cause);
  }
});

/** The runtime remembers that it failed to start: only a fresh worker can try again. */
export function runtimeUnavailable(cause: unknown): NadirError {
  return new NadirError(
    {
      code: "runtime-unavailable",
      found: `What runs models (WebAssembly) could not be loaded (${(cause as Error).message}).`,
      needed: "Its files lie beside the page.",
      next: "Check the connection and try again; the engine was started afresh.",
    },
    { cause },
  );
}

/** Threads WebAssembly may use here. WebKitGTK has no shared memory in isolated pages either, so it is asked itself. */
export function wasmThreads(): number {
  return "SharedArrayBuffer" in globalThis ? Math.min(MOST_THREADS, navigator.hardwareConcurrency || 1) : 1;
}

async function importOrt(): Promise<Ort> {
  const hasJspi = "Suspending" in WebAssembly;
  const ort: Ort = hasJspi ? await import("onnxruntime-web/jspi") : await import("onnxruntime-web/webgpu");
  ort.env.wasm.wasmPaths = hasJspi
    ? { mjs: absolute(jspiModuleUrl), wasm: absolute(jspiWasmUrl) }
    : { mjs: absolute(asyncifyModuleUrl), wasm: absolute(asyncifyWasmUrl) };
  ort.env.wasm.numThreads = wasmThreads();
  ort.env.logLevel = "error";
  return ort;
}

function absolute(url: string): string {
  return new URL(url, globalThis.location.href).href;
}
