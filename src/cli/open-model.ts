/** A model from disk: its manifest and the files that lie beside it, as the engine takes them. */
import { dirname, join } from "node:path";
import { NadirError } from "../core/errors";
import type { ModelManifest } from "../core/manifest/manifest";
import { parseManifest } from "../core/manifest/parse-manifest";
import type { ModelFiles } from "../inference/backend";
import { goldenFileNames } from "../inference/golden";
import { describePointer, HEAD_BYTES } from "../io/foreign-files";
import { type NamedBlob, openFile } from "./file-blob";

/** A manifest is a page of text; anything much larger is something else. */
const MOST_MANIFEST_BYTES = 1 << 22;

export async function readManifest(path: string): Promise<ModelManifest> {
  const file = await openFile(path, "bad-manifest");
  if (/\.onnx$/i.test(path)) {
    throw new NadirError({
      code: "bad-manifest",
      subject: path,
      found: "A graph without its manifest: it does not say what its bands and classes are.",
      needed: "A model manifest (*.nadir.json) is needed.",
      next: `Give the one that lies beside it, or make it: nadir describe ${path} > ${path.replace(/\.onnx$/i, ".nadir.json")}`,
    });
  }
  let json: unknown;
  try {
    if (file.size > MOST_MANIFEST_BYTES) {
      throw new SyntaxError(`${file.size} bytes are too many`);
    }
    json = JSON.parse(await file.text());
  } catch (cause) {
    throw new NadirError(
      {
        code: "bad-manifest",
        subject: path,
        found: `This is not JSON: ${(cause as Error).message}.`,
        needed: "A model manifest (*.nadir.json) is needed.",
        next: "Give the manifest that lies beside the .onnx file.",
      },
      { cause },
    );
  }
  return parseManifest(json, path);
}

/** @throws {NadirError} `bad-manifest`, or `bad-model` when a file is missing; hashes are checked when it is read. */
export async function openModel(manifestPath: string): Promise<ModelFiles> {
  const manifest = await readManifest(manifestPath);
  const beside = (file: string) => openModelFile(join(dirname(manifestPath), file));
  const externalData: Record<string, Blob> = {};
  for (const { file, path } of manifest.externalData) {
    externalData[path] = await beside(file);
  }
  const goldenFiles: Record<string, Blob> = {};
  if (manifest.golden !== null) {
    const index = await beside(manifest.golden.file);
    goldenFiles[manifest.golden.file] = index;
    for (const file of goldenFileNames(await index.text())) {
      goldenFiles[file] = await beside(file);
    }
  }
  return { manifest, graph: await beside(manifest.graph.file), externalData, goldenFiles };
}

/** @throws {NadirError} `bad-model` for one that is not there, or only a pointer to it. */
export async function openModelFile(path: string): Promise<NamedBlob> {
  const file = await openFile(path, "bad-model");
  const pointer = describePointer(new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer()));
  if (pointer !== null) throw new NadirError({ code: "bad-model", subject: path, ...pointer });
  return file;
}
