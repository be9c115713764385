/**
 * Models taught by strokes among the models: what was appended is kept, and put behind the base's graph whenever the
 * model is loaded. So they come back with a project or a visit as long as their base is there.
 */
import { NadirError } from "../../core/errors";
import type { ModelManifest } from "../../core/manifest/manifest";
import type { ProjectTaught } from "../../core/project/project";
import { fromBase64, toBase64 } from "../../io/base64";
import { type ModelRecord, withModel } from "../../store/models";
import { type StudioState, update } from "../../store/studio-store";
import { withTaught } from "../../store/teaching";
import type { StrokesFile } from "../../teaching/strokes";
import type { ModelFiles, TaughtModel } from "../../workers/engine-protocol";
import type { Studio } from "../studio";
import { changeSettings } from "../view/arrange";
import { goldenToKeep, keptGolden } from "./kept-golden";

/** What a lesson gave. */
interface Taught extends Pick<TaughtModel, "manifest" | "appended" | "files" | "recipe" | "committee"> {
  readonly strokes: StrokesFile;
  readonly version: number;
}

/** The version joins the models, is chosen in place of the one before it, and is kept. @returns Its id. */
export function addTaught(studio: Studio, base: ModelRecord, taught: Taught): string {
  const { version, strokes, appended, files } = taught;
  const manifest = { ...taught.manifest, id: `own:${taught.manifest.id}` };
  const earlier = earlierVersions(studio.store.getState(), base.manifest);
  const golden = goldenToKeep(taught);
  keepTaught(studio, { manifest, version, appended: toBase64(appended), ...strokes, golden }, asBlobs(files));
  const { modelIds } = studio.store.getState().settings;
  changeSettings(studio, { modelIds: [...modelIds.filter((id) => !earlier.includes(id)), manifest.id] });
  return manifest.id;
}

/** Those of a project or an earlier visit; their golden pairs are made again when they are first loaded. */
export function giveTaughtBack(studio: Studio, records: readonly ProjectTaught[]): void {
  for (const record of records) {
    if (record.appended === null) update(studio.store, "teaching", (state) => withTaught(state, record));
    else if (record.golden !== undefined) keepTaught(studio, record, null);
    else keepTaught(studio, { ...record, manifest: { ...record.manifest, golden: null } }, {});
  }
}

/** One more than the newest of its base. */
export function nextVersion({ teaching }: Pick<StudioState, "teaching">, base: ModelManifest): number {
  return 1 + Math.max(0, ...recordsOf(teaching.records, base).map(({ version }) => version));
}

/** Of the files, and in their manifest. */
export function taughtStem({ id }: ModelManifest, version: number): string {
  return `${id.replace(/^own:/, "")}-taught-${version}`;
}

/** @param golden Null where it is still to be made. */
function keepTaught(studio: Studio, record: ProjectTaught, golden: ModelFiles["goldenFiles"] | null): void {
  const { manifest, appended } = record;
  let goldenFiles = golden;
  studio.registry.models.set(manifest.id, {
    manifest,
    needsEngine: () => goldenFiles === null,
    async files(signal, onLoaded) {
      const base = await baseBytes(studio, manifest).files(signal, onLoaded);
      const graph = new Blob([base.graph, fromBase64(appended!)]);
      goldenFiles ??= await makeGolden(studio, record, base);
      return { manifest, graph, externalData: base.externalData, goldenFiles };
    },
  });
  update(studio.store, "teaching", (state) => withTaught(state, record));
  update(studio.store, "models", (state) => withModel(state, { id: manifest.id, origin: "own", manifest }));
}

/** None where it cannot be made: a device is then held to the CPU's own result. */
async function makeGolden(
  { engine }: Studio,
  { manifest, golden }: ProjectTaught,
  files: ModelFiles,
): Promise<ModelFiles["goldenFiles"]> {
  const recipe = golden && keptGolden(golden);
  if (recipe == null) return {};
  const stem = manifest.id.replace(/^own:/, "");
  try {
    return asBlobs(await engine.call("goldenAgain", { files, recipe, stem }));
  } catch (error) {
    if (error instanceof NadirError) return {};
    throw error;
  }
}

function asBlobs(files: TaughtModel["files"]): ModelFiles["goldenFiles"] {
  return Object.fromEntries(
    Object.entries(files).map(([name, data]) => [name, new Blob([data as Uint8Array<ArrayBuffer> | string])]),
  );
}

function baseBytes({ registry }: Studio, { name, taught }: ModelManifest) {
  const base = [...registry.models.values()].find(({ manifest }) => manifest.graph.sha256 === taught!.base.sha256);
  if (base !== undefined) return base;
  throw new NadirError({
    code: "bad-model",
    subject: name,
    found: `It was taught from ${taught!.base.name}, which is not here.`,
    needed: "A taught model is its base with a new last layer.",
    next: `Drop the files of ${taught!.base.name}.`,
  });
}

function earlierVersions({ teaching }: StudioState, base: ModelManifest): string[] {
  return recordsOf(teaching.records, base).map(({ manifest }) => manifest.id);
}

function recordsOf(records: readonly ProjectTaught[], { graph }: ModelManifest): readonly ProjectTaught[] {
  return records.filter(({ manifest }) => manifest.taught?.base.sha256 === graph.sha256);
}
