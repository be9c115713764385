/** The strokes a model was taught with, as they lie beside its manifest. */
import { dirname, join } from "node:path";
import { NadirError } from "../core/errors";
import type { ModelManifest } from "../core/manifest/manifest";
import { parseStrokes, type StrokesFile } from "../teaching/strokes";
import { openFile } from "./file-blob";

/**
 * @param manifestPath Of the manifest.
 * @returns Null for a model that was not taught.
 * @throws {NadirError} When the manifest names strokes that are not there, or cannot be read.
 */
export async function taughtStrokes(
  manifestPath: string,
  { taught }: Pick<ModelManifest, "taught">,
): Promise<StrokesFile | null> {
  return taught?.strokesFile == null ? null : readStrokes(join(dirname(manifestPath), taught.strokesFile));
}

/** @throws {NadirError} `bad-strokes`. */
export async function readStrokes(path: string): Promise<StrokesFile> {
  const text = await (await openFile(path, "bad-strokes")).text();
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new NadirError(
      {
        code: "bad-strokes",
        subject: path,
        found: `This is not JSON: ${(cause as Error).message}.`,
        needed: "Strokes as GeoJSON are needed.",
        next: "Export them again.",
      },
      { cause },
    );
  }
  return parseStrokes(json, path);
}

/** What scores must not count: the strokes that were named, and those a model was taught with. */
export async function strokesToSkip(
  path: string | undefined,
  manifestPath: string | undefined,
  manifest: ModelManifest | null,
): Promise<readonly StrokesFile[]> {
  const named = path === undefined ? null : await readStrokes(path);
  const taught = manifestPath === undefined || manifest === null ? null : await taughtStrokes(manifestPath, manifest);
  return [named, taught].filter((file) => file !== null);
}
