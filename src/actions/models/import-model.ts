/** Models of the user's own: a graph with its manifest, golden pair and external data, dropped together. */
import { NadirError, type NadirErrorFacts } from "../../core/errors";
import { completeManifest } from "../../core/manifest/complete-manifest";
import { draftManifest, type ModelDraft } from "../../core/manifest/draft-manifest";
import type { ModelManifest } from "../../core/manifest/manifest";
import { parseManifest } from "../../core/manifest/parse-manifest";
import { type OnnxFacts, readOnnx } from "../../core/manifest/read-onnx";
import { withModel, withRefusedModel } from "../../store/models";
import { update } from "../../store/studio-store";
import { askPatiently } from "../runs/ask-patiently";
import { errorFacts, notify, type Studio } from "../studio";
import { keepDroppedStrokes } from "../teaching/dropped-strokes";
import { changeSettings, openDialog } from "../view/arrange";

/** Graphs, manifests, weights, strokes that a model was taught by. */
export function isModelFile(name: string): boolean {
  return /\.(onnx|onnx\.data|onnx_data|data|json|bin)$/i.test(name) || isStrokesFile(name);
}

export function isStrokesFile(name: string): boolean {
  return /\.strokes\.geojson$/i.test(name);
}

export async function importModels(studio: Studio, files: readonly File[]): Promise<void> {
  const manifests = files.filter(({ name }) => name.toLowerCase().endsWith(".nadir.json"));
  const described = new Set<string>();
  for (const file of manifests) {
    try {
      const manifest = await readManifest(file);
      described.add(manifest.graph.file);
      addModel(studio, manifest, files);
      await keepDroppedStrokes(studio, manifest, files);
    } catch (error) {
      refuse(studio, file.name, errorFacts(error));
    }
  }
  for (const file of files.filter(({ name }) => /\.onnx$/i.test(name) && !described.has(name))) {
    try {
      await openCard(studio, file, files);
    } catch (error) {
      refuse(studio, file.name, errorFacts(error));
    }
  }
  const strays = files.filter(({ name }) => /\.json$/i.test(name) && !/\.(nadir|golden)\.json$/i.test(name));
  for (const { name } of strays) {
    refuse(studio, name, {
      code: "bad-manifest",
      found: "A JSON file that is no model manifest by its name.",
      needed: "Manifests end in .nadir.json.",
      next: "Rename it, or drop the model's own manifest.",
    });
  }
}

async function readManifest(file: File): Promise<ModelManifest> {
  let json: unknown;
  try {
    json = JSON.parse(await file.text());
  } catch (cause) {
    throw new NadirError(
      {
        code: "bad-manifest",
        subject: file.name,
        found: `The manifest is no JSON (${cause instanceof Error ? cause.message : String(cause)}).`,
        needed: 'A manifest of format "nadir-model/1" is needed.',
        next: "Export the model again with nadir_models.",
      },
      { cause },
    );
  }
  return parseManifest(json, file.name);
}

function addModel(studio: Studio, manifest: ModelManifest, files: readonly File[]): void {
  const find = (name: string) => files.find((file) => file.name === name);
  const graph = find(manifest.graph.file);
  const missing = [manifest.graph.file, ...manifest.externalData.map(({ file }) => file)].filter((name) => !find(name));
  if (graph === undefined || missing.length > 0) {
    throw new NadirError({
      code: "bad-model",
      subject: `${manifest.id}.nadir.json`,
      found: `The manifest came without ${missing.join(", ")}.`,
      needed: "A model is its manifest, its graph and its weights.",
      next: "Drop all of its files together.",
    });
  }
  const id = `own:${manifest.id}`;
  const own = { ...manifest, id };
  const externalData = Object.fromEntries(manifest.externalData.map(({ file, path }) => [path, find(file)!]));
  const goldenFiles = Object.fromEntries(
    files.filter(({ name }) => /\.(golden\.json|bin)$/i.test(name)).map((file) => [file.name, file]),
  );
  studio.registry.models.set(id, {
    manifest: own,
    files: async () => ({ manifest: own, graph, externalData, goldenFiles }),
  });
  update(studio.store, "models", (state) => withModel(state, { id, origin: "own", manifest: own }));
  changeSettings(studio, { modelIds: [...new Set([...studio.store.getState().settings.modelIds, id])] });
  notify(studio, "good", studio.messages.modelAdded(manifest.name));
}

function refuse(studio: Studio, fileName: string, error: NadirErrorFacts): void {
  update(studio.store, "models", (state) => withRefusedModel(state, { id: `file:${fileName}`, fileName, error }));
}

/** Reads what a graph says about itself and opens its card with a first draft. */
async function openCard(studio: Studio, file: File, files: readonly File[]): Promise<void> {
  const facts = readOnnx(new Uint8Array(await file.arrayBuffer()), file.name);
  const draft = draftManifest(facts, file.name);
  const missing = facts.externalData.filter((path) => !files.some(({ name }) => name === baseName(path)));
  if (missing.length > 0) {
    throw new NadirError({
      code: "bad-model",
      subject: file.name,
      found: `Its weights are in ${missing.join(", ")}, which did not come with it.`,
      needed: "A graph with external data is used together with its data files.",
      next: "Drop all of its files together.",
    });
  }
  studio.working.ownModelFiles = { file, files };
  studio.store.setState({
    ownModel: { fileName: file.name, bytes: file.size, facts, draft, trial: "none", error: null },
  });
  openDialog(studio, "own-model");
}

export function changeDraft(studio: Studio, change: Partial<ModelDraft>): void {
  studio.store.setState(({ ownModel }) => ({
    ownModel: ownModel && { ...ownModel, draft: { ...ownModel.draft, ...change }, error: null },
  }));
}

/** Runs the model once with what the card says; it joins the list only when that works. */
export async function tryOwnModel(studio: Studio): Promise<void> {
  const { ownModel } = studio.store.getState();
  const source = studio.working.ownModelFiles;
  if (ownModel === null || source === null) {
    return;
  }
  studio.store.setState({ ownModel: { ...ownModel, trial: "running", error: null } });
  try {
    const manifest = await manifestOf(ownModel.draft, ownModel.facts, source.file, source.files);
    const files = {
      manifest,
      graph: source.file,
      externalData: externalDataOf(manifest, source.files),
      goldenFiles: {},
    };
    // As the run will load it: the trial shows what the run would.
    const { backend } = studio.store.getState().settings;
    await studio.working.engineQueue.add(() =>
      askPatiently(
        studio.engine,
        (asking) => studio.engine.call("loadModel", { files, backend, batch: "auto" }, asking),
        { signal: new AbortController().signal, onProgress: () => undefined },
        // A model that hangs an engine once will do so again.
        { ...studio.patience, mostRestarts: 0 },
      ),
    );
    openDialog(studio, null);
    studio.store.setState({ ownModel: null });
    addModel(studio, manifest, [source.file, ...source.files]);
  } catch (error) {
    studio.store.setState({ ownModel: { ...ownModel, trial: "none", error: errorFacts(error) } });
  }
}

async function manifestOf(
  draft: ModelDraft,
  facts: OnnxFacts,
  graph: File,
  files: readonly File[],
): Promise<ModelManifest> {
  const fileFacts = async (file: File) => ({ file: file.name, sha256: await sha256(file), bytes: file.size });
  const externalData = await Promise.all(
    facts.externalData.map(async (path) => ({
      ...(await fileFacts(files.find(({ name }) => name === baseName(path))!)),
      path,
    })),
  );
  return parseManifest(completeManifest(draft, facts, await fileFacts(graph), externalData), graph.name);
}

function externalDataOf(manifest: ModelManifest, files: readonly File[]): Record<string, Blob> {
  return Object.fromEntries(
    manifest.externalData.flatMap(({ file, path }) => {
      const found = files.find(({ name }) => name === file);
      return found === undefined ? [] : [[path, found] as const];
    }),
  );
}

function baseName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}

async function sha256(file: Blob): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
