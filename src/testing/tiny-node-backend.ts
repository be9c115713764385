/** The fixtures' networks on onnxruntime-node behind the CPU strip pipeline. */
import { readFile } from "node:fs/promises";
import { createNodeSession, nodeCpuFacts } from "../cli/node-session";
import type { ModelManifest } from "../core/manifest/manifest";
import type { NetworkSession, StripBackend } from "../inference/backend";
import { createCpuBackend } from "../inference/cpu-backend";
import type { TinyModel } from "./tiny-models";

export async function tinyNodeSession(manifest: ModelManifest, batch: number): Promise<NetworkSession> {
  const graph = await readFile(new URL(`./fixtures/${manifest.id as TinyModel}.onnx`, import.meta.url));
  return createNodeSession(manifest, graph, { batch, threads: 1 });
}

export async function tinyNodeBackend(manifest: ModelManifest, batch = 2): Promise<StripBackend> {
  return createCpuBackend(await tinyNodeSession(manifest, batch), nodeCpuFacts(1));
}
