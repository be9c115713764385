/** The studio's own models: an index and one manifest each, from the page's own origin; weights only when needed. */
import { NadirError } from "../../core/errors";
import type { ModelManifest } from "../../core/manifest/manifest";
import { parseManifest } from "../../core/manifest/parse-manifest";
import { type RefusedModel, withZoo } from "../../store/models";
import { update } from "../../store/studio-store";
import type { ModelBytes } from "../registry";
import { errorFacts, type Studio } from "../studio";

/** Model chosen on the first visit. */
const FIRST_CHOICE = "emsnet";

export async function loadZoo(studio: Studio, base: URL): Promise<void> {
  let fileNames: readonly string[];
  try {
    const index = (await (await fetchFile(new URL("zoo/index.json", base))).json()) as { manifests: string[] };
    fileNames = index.manifests;
  } catch (error) {
    const refused = { id: "zoo", fileName: "zoo/index.json", error: errorFacts(error) };
    update(studio.store, "models", (state) => withZoo(state, "failed", [], [refused]));
    return;
  }
  const manifests: ModelManifest[] = [];
  const refused: RefusedModel[] = [];
  for (const fileName of fileNames) {
    const url = new URL(`zoo/${fileName}`, base);
    try {
      const manifest = parseManifest(await (await fetchFile(url)).json(), fileName);
      manifests.push(manifest);
      studio.registry.models.set(manifest.id, zooBytes(manifest, url));
    } catch (error) {
      refused.push({ id: fileName, fileName, error: errorFacts(error) });
    }
  }
  const records = manifests.map((manifest) => ({ id: manifest.id, origin: "zoo" as const, manifest }));
  update(studio.store, "models", (state) => withZoo(state, "ready", records, refused));
  const { models } = studio.store.getState();
  update(studio.store, "settings", (state) => {
    const known = state.modelIds.filter((id) => models.records.some((record) => record.id === id));
    const first = records.find(({ id }) => id === FIRST_CHOICE) ?? records[0];
    return { ...state, modelIds: known.length > 0 || first === undefined ? known : [first.id] };
  });
}

function zooBytes(manifest: ModelManifest, manifestUrl: URL): ModelBytes {
  const totalBytes = [manifest.graph, ...manifest.externalData].reduce((sum, { bytes }) => sum + bytes, 0);
  return {
    manifest,
    async files(signal, onLoaded) {
      let bytes = 0;
      const fetched = (file: string) => fetchFile(new URL(file, manifestUrl), signal);
      const blob = async (file: string) =>
        countedBlob(await fetched(file), (more) => {
          bytes += more;
          onLoaded?.({ bytes, totalBytes });
        });
      const [graph, externalData, goldenFiles] = await Promise.all([
        blob(manifest.graph.file),
        Promise.all(manifest.externalData.map(async ({ file, path }) => [path, await blob(file)] as const)),
        fetchGolden(manifest, async (file) => (await fetched(file)).blob()),
      ]);
      return { manifest, graph, externalData: Object.fromEntries(externalData), goldenFiles };
    },
  };
}

/** @param onBytes Told of each piece that arrives. */
async function countedBlob(response: Response, onBytes: (count: number) => void): Promise<Blob> {
  if (response.body === null) {
    return response.blob();
  }
  const counted = new TransformStream<Uint8Array, Uint8Array>({
    transform(piece, controller) {
      onBytes(piece.byteLength);
      controller.enqueue(piece);
    },
  });
  return new Response(response.body.pipeThrough(counted)).blob();
}

async function fetchGolden(
  { golden }: ModelManifest,
  blob: (file: string) => Promise<Blob>,
): Promise<Record<string, Blob>> {
  if (golden === null) {
    return {};
  }
  const index = await blob(golden.file);
  const names = goldenFileNames(await index.text());
  const values = await Promise.all(names.map(async (name) => [name, await blob(name)] as const));
  return { [golden.file]: index, ...Object.fromEntries(values) };
}

/** Names of the files of values that the golden pair's JSON refers to (`docs/manifest.md`). */
function goldenFileNames(json: string): string[] {
  const { inputs, output } = JSON.parse(json) as { inputs: Record<string, { file: string }>; output: { file: string } };
  return [...new Set([...Object.values(inputs), output].map(({ file }) => file))];
}

/** @throws {NadirError} `bad-model` when the file is not there. */
async function fetchFile(url: URL, signal?: AbortSignal): Promise<Response> {
  const response = await fetch(url, signal === undefined ? {} : { signal });
  if (!response.ok) {
    throw new NadirError({
      code: "bad-model",
      subject: url.pathname.split("/").at(-1) ?? url.pathname,
      found: `The server answered ${response.status}.`,
      needed: "The studio's models lie beside its page, in zoo/.",
      next: "Build the studio again (npm start), or drop a model file of your own.",
    });
  }
  return response;
}
