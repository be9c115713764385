/** The strokes a model was taught with, as they lie beside its manifest. */
import { dirname, join } from "node:path";
import type { ModelManifest } from "../core/manifest/manifest";
import { readStrokes } from "../teaching/read-strokes";
import type { StrokesFile } from "../teaching/strokes";
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
  return taught?.strokesFile == null ? null : openStrokes(join(dirname(manifestPath), taught.strokesFile));
}

/** @throws {NadirError} `bad-strokes`. */
export async function openStrokes(path: string): Promise<StrokesFile> {
  return readStrokes(await openFile(path, "bad-strokes"), path);
}

/** What scores must not count: the strokes that were named, and those a model was taught with. */
export async function strokesToSkip(
  path: string | undefined,
  manifestPath: string | undefined,
  manifest: ModelManifest | null,
): Promise<readonly StrokesFile[]> {
  const named = path === undefined ? null : await openStrokes(path);
  const taught = manifestPath === undefined || manifest === null ? null : await taughtStrokes(manifestPath, manifest);
  return [named, taught].filter((file) => file !== null);
}
