/** The golden pair of a model: a small input and the logits PyTorch made of it. Format: `docs/manifest.md`. */
import { NadirError } from "../core/errors";
import type { GoldenOrigin } from "../core/run/run-result";
import type { ModelFiles, NetworkTensor } from "./backend";

export interface GoldenPair {
  readonly inputs: Readonly<Record<string, NetworkTensor>>;
  readonly output: NetworkTensor;
  /** Largest absolute difference allowed, in logits. */
  readonly tolerance: number;
  readonly origin: GoldenOrigin;
}

interface StoredTensor {
  readonly shape: readonly number[];
  readonly file: string;
  readonly offset: number;
}

/** Null when the model came without one. @throws {NadirError} `bad-model` when it cannot be read. */
export async function readGolden({ manifest, goldenFiles }: ModelFiles): Promise<GoldenPair | null> {
  const { golden } = manifest;
  const index = golden === null ? undefined : goldenFiles[golden.file];
  if (golden === null || index === undefined) return null;
  try {
    const stored = JSON.parse(await index.text()) as {
      inputs: Record<string, StoredTensor>;
      output: StoredTensor;
    };
    const names = Object.keys(stored.inputs);
    const inputs = await Promise.all(names.map((name) => readTensor(stored.inputs[name]!, goldenFiles)));
    return {
      inputs: Object.fromEntries(names.map((name, at) => [name, inputs[at]!])),
      output: await readTensor(stored.output, goldenFiles),
      tolerance: golden.tolerance,
      origin: "with-model",
    };
  } catch (cause) {
    throw new NadirError(
      {
        code: "bad-model",
        subject: golden.file,
        found: `The golden pair cannot be read (${cause instanceof Error ? cause.message : String(cause)}).`,
        needed: "A JSON file and the binary file it names, as written by the exporter, are needed.",
        next: "Export the model again, or set golden to null in its manifest to go without the self-check.",
      },
      { cause },
    );
  }
}

/** Names of the files a golden pair's JSON refers to. @throws {SyntaxError | TypeError} On text that is no such JSON. */
export function goldenFileNames(indexText: string): readonly string[] {
  const { inputs, output } = JSON.parse(indexText) as { inputs: Record<string, StoredTensor>; output: StoredTensor };
  return [...new Set([...Object.values(inputs), output].map(({ file }) => file))];
}

async function readTensor(stored: StoredTensor, files: Readonly<Record<string, Blob>>): Promise<NetworkTensor> {
  const { shape, file, offset } = stored;
  const blob = files[file];
  const bytes = 4 * shape.reduce((product, dim) => product * dim, 1);
  if (blob === undefined) throw new Error(`${file} is not there`);
  if (blob.size < offset + bytes) throw new Error(`${file} has ${blob.size} bytes, ${offset + bytes} are needed`);
  const view = new DataView(await blob.slice(offset, offset + bytes).arrayBuffer());
  return { dims: shape, data: Float32Array.from({ length: bytes / 4 }, (_, at) => view.getFloat32(4 * at, true)) };
}
