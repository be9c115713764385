/** A taught model as one archive: graph, manifest, golden pair and strokes, as `nadir teach` writes them. */
import { createBlobSink } from "../../io/byte-sink";
import { createZip } from "../../io/write-zip";
import { selectManifest } from "../../store/selectors";
import { taughtOf } from "../../store/teaching";
import { formatStrokes } from "../../teaching/strokes";
import { save } from "../outputs/save-file";
import { notify, notifyError, type Studio } from "../studio";

export async function saveTaught(studio: Studio, modelId: string): Promise<void> {
  const state = studio.store.getState();
  const manifest = selectManifest(state, modelId);
  const taught = manifest && taughtOf(state.teaching, manifest.graph.sha256);
  if (manifest === null || taught === null) return;
  try {
    const model = studio.registry.models.get(modelId)!;
    const { graph, externalData, goldenFiles } = model.needsEngine?.()
      ? await studio.working.engineQueue.add(() => model.files())
      : await model.files();
    const stem = modelId.replace(/^own:/, "");
    const members: Record<string, Blob> = {
      [manifest.graph.file]: graph,
      [`${stem}.nadir.json`]: new Blob([`${JSON.stringify({ ...manifest, id: stem }, null, 2)}\n`]),
      ...goldenFiles,
      ...Object.fromEntries(manifest.externalData.map(({ file, path }) => [file, externalData[path]!])),
      ...(manifest.taught?.strokesFile != null && { [manifest.taught.strokesFile]: new Blob([formatStrokes(taught)]) }),
    };
    const fileName = `${stem}.zip`;
    save({ fileName, blob: await archiveOf(members) });
    notify(studio, "good", studio.messages.saved([fileName]));
  } catch (error) {
    notifyError(studio, error);
  }
}

async function archiveOf(members: Readonly<Record<string, Blob>>): Promise<Blob> {
  const sink = createBlobSink("application/zip");
  const zip = createZip(sink, new Date());
  for (const [name, blob] of Object.entries(members)) {
    const entry = await zip.open(name);
    await entry.write(0, new Uint8Array(await blob.arrayBuffer()));
    await entry.close();
  }
  await zip.finish();
  return sink.toBlob();
}
