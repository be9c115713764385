/** A taught model that was dropped: its strokes say which pixels it must not be scored on. */
import { NadirError } from "../../core/errors";
import type { ModelManifest } from "../../core/manifest/manifest";
import { toBase64 } from "../../io/base64";
import { update } from "../../store/studio-store";
import { withTaught } from "../../store/teaching";
import { parseStrokes } from "../../teaching/strokes";
import type { Studio } from "../studio";
import { nextVersion } from "./taught-models";

/**
 * Kept with what was appended to its base, where that is one of the models here: so the model comes back with a project
 * or a visit, as one taught here does.
 *
 * @throws {NadirError} `bad-strokes` when the strokes that the manifest names did not come along or cannot be read.
 */
export async function keepDroppedStrokes(
  studio: Studio,
  dropped: ModelManifest,
  files: readonly File[],
): Promise<void> {
  const { taught, graph } = dropped;
  if (taught === undefined || taught.strokesFile === null) return;
  const strokes = await readStrokes(taught.strokesFile, files);
  const { models, teaching } = studio.store.getState();
  const base = models.records.find(({ manifest }) => manifest.graph.sha256 === taught.base.sha256)?.manifest;
  const bytes = files.find(({ name }) => name === graph.file)!.slice(base?.graph.bytes ?? 0);
  const record = {
    manifest: { ...dropped, id: `own:${dropped.id}` },
    version: base === undefined ? 1 : nextVersion({ teaching }, base),
    // That these bytes stand behind that base is found out when the two are put together and held against the hash.
    appended: base === undefined ? null : toBase64(new Uint8Array(await bytes.arrayBuffer())),
    ...strokes,
  };
  update(studio.store, "teaching", (state) => withTaught(state, record));
}

async function readStrokes(fileName: string, files: readonly File[]) {
  const text = await files.find(({ name }) => name === fileName)?.text();
  try {
    if (text !== undefined) return parseStrokes(JSON.parse(text), fileName);
  } catch (cause) {
    if (cause instanceof NadirError) throw cause;
  }
  throw new NadirError({
    code: "bad-strokes",
    subject: fileName,
    found: text === undefined ? "The strokes of this model did not come along." : "This is not JSON.",
    needed: "Pixels a model was taught with must not count in its scores.",
    next: "Drop all of the model's files together.",
  });
}
