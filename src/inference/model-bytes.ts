/** A model's bytes, checked against the hashes its manifest promises before anything runs them. */
import { NadirError } from "../core/errors";
import type { ModelFiles } from "./backend";

export interface ModelBytes {
  readonly graph: Uint8Array;
  readonly externalData: readonly { readonly path: string; readonly data: Uint8Array }[];
}

/** @throws {NadirError} `bad-model` when a file is missing or is not the one the manifest names. */
export async function readModel({ manifest, graph, externalData }: ModelFiles): Promise<ModelBytes> {
  return {
    graph: await readChecked(graph, manifest.graph.file, manifest.graph.sha256),
    externalData: await Promise.all(
      manifest.externalData.map(async ({ file, path, sha256 }) => ({
        path,
        data: await readChecked(externalData[path], file, sha256),
      })),
    ),
  };
}

async function readChecked(blob: Blob | undefined, file: string, sha256: string): Promise<Uint8Array> {
  if (blob === undefined) {
    throw new NadirError({
      code: "bad-model",
      subject: file,
      found: "The file is not there.",
      needed: "The model's graph refers to it for its weights.",
      next: "Drop it together with the .onnx and .nadir.json files.",
    });
  }
  const bytes = new Uint8Array(await blob.arrayBuffer());
  const found = await sha256Hex(bytes);
  if (found === sha256) return bytes;
  throw new NadirError({
    code: "bad-model",
    subject: file,
    found: `The file has ${bytes.length} bytes and the SHA-256 ${found.slice(0, 12)}….`,
    needed: `Its manifest names a file with the SHA-256 ${sha256.slice(0, 12)}….`,
    next: "Load the model again: the file was cut short, changed, or belongs to another version of the manifest.",
  });
}

/** As 64 hexadecimal digits. */
export async function sha256Hex(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>);
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
