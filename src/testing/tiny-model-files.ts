/** The fixtures' networks as model files in the browser, with the hash the engine asks for. */
import type { ModelManifest } from "../core/manifest/manifest";
import type { ModelFiles } from "../inference/backend";
import { sha256Hex } from "../inference/model-bytes";

const URLS = import.meta.glob<string>("./fixtures/*.onnx", { query: "?url", import: "default", eager: true });

export async function tinyModelFiles(manifest: ModelManifest): Promise<ModelFiles> {
  const url = URLS[`./fixtures/${manifest.id}.onnx`];
  if (url === undefined) throw new Error(`no fixture named ${manifest.id}`);
  const bytes = new Uint8Array(await (await fetch(url)).arrayBuffer());
  return {
    manifest: { ...manifest, graph: { ...manifest.graph, bytes: bytes.length, sha256: await sha256Hex(bytes) } },
    graph: new Blob([bytes]),
    externalData: {},
    goldenFiles: {},
  };
}
