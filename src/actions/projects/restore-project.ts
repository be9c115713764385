/** Going on with a saved project or with what an earlier visit left; files are read again where the browser can. */
import { folderOf } from "../../io/file-place";
import { deleteSession } from "../../io/session-store";
import { update } from "../../store/studio-store";
import { isEditsFile, openEdits } from "../correcting/open-edits";
import { isStrokesFile } from "../models/import-model";
import { layersAmong } from "../parcels/layers-among";
import { openParcels } from "../parcels/open-parcels";
import { joinQueue } from "../runs/join-queue";
import { droppedFiles, unpackArchives } from "../scenes/dropped-files";
import { droppedHandles, recallFiles, rememberHandles } from "../scenes/file-handles";
import { openFiles, sampleFiles } from "../scenes/open-files";
import { notify, notifyError, type Studio } from "../studio";
import { openStrokes } from "../teaching/stroke-files";
import { adoptProject } from "./adopt-project";
import { saveSessionNow, takeSession } from "./session";

/** Opens what was dropped on the page, folders and archives whole. Call it while the drop is being handled. */
export async function openDropped(studio: Studio, transfer: DataTransfer | null): Promise<void> {
  void droppedHandles(transfer).then(rememberHandles);
  try {
    await openAny(studio, await droppedFiles(transfer));
  } catch (error) {
    notifyError(studio, error);
  }
}

/** Opens dropped or chosen files: projects among them, then models and rasters. */
export async function openAny(studio: Studio, given: readonly File[]): Promise<void> {
  const files = await unpackArchives(studio, given);
  const projects = files.filter(({ name }) => /\.nadirz?$/i.test(name));
  for (const project of projects) {
    await openProject(studio, project);
  }
  // Beside a model they are the strokes it was taught with.
  const strokes = files.some(({ name }) => /\.(onnx|nadir\.json)$/i.test(name))
    ? []
    : await strokesAmong(studio, files);
  const edits = files.filter(({ name }) => isEditsFile(name));
  const rasters = files.filter((file) => ![...projects, ...strokes, ...edits].includes(file));
  const { layers, others } = layersAmong(rasters);
  if (others.length > 0) await joinQueue(studio, () => openFiles(studio, others));
  await openParcels(studio, layers);
  for (const file of strokes) await openStrokes(studio, file);
  for (const file of edits) await openEdits(studio, file);
  if (projects.length > 0) {
    await readAgain(studio, false);
  }
}

/** Other polygons are layers of their own. */
async function strokesAmong({ rasters }: Studio, files: readonly File[]): Promise<File[]> {
  const found: File[] = [];
  for (const file of files.filter(({ name }) => /\.geojson$/i.test(name))) {
    if (isStrokesFile(file.name) || (await rasters.call("isStrokes", { file }))) found.push(file);
  }
  return found;
}

async function openProject(studio: Studio, file: File): Promise<void> {
  try {
    await adoptProject(studio, await studio.rasters.call("readProject", { file }), false);
    notify(studio, "good", studio.messages.opened(file.name));
  } catch (error) {
    notifyError(studio, error);
  }
}

/** Goes on where a closed tab stopped. Call it while a click is being handled, so that permission can be asked. */
export async function continueSession(studio: Studio, sessionId: string): Promise<void> {
  try {
    const project = await takeSession(studio, sessionId);
    if (project === null) {
      return;
    }
    await adoptProject(studio, project, true);
    // Only when this tab's own session lists everything may the other one go; else both are offered again.
    if (await saveSessionNow(studio)) {
      await deleteSession(sessionId);
    }
    await readAgain(studio, true);
  } catch (error) {
    notifyError(studio, error);
  }
}

/**
 * Opens the missing files that the browser remembers, or that the page brings along itself.
 *
 * @param ask Whether the user may be asked for permission: only while a click is being handled.
 */
export async function readAgain(studio: Studio, ask: boolean): Promise<void> {
  const { wanted, wantedParcels } = studio.store.getState().project;
  const missing = wanted.flatMap((scene) => scene.missing.map(({ file }) => file));
  if (missing.length === 0 && wantedParcels.length === 0) {
    return;
  }
  const sideFiles = wanted.flatMap(({ scene }) => scene.sideFiles);
  const layers = wantedParcels.flatMap((layer) => [layer, ...layer.sideFiles]);
  const expected = [...missing, ...sideFiles, ...layers];
  const { files: recalled, askable } = await recallFiles(expected, ask);
  update(studio.store, "project", (state) => ({ ...state, askable }));
  const isExpected = (file: File) =>
    expected.some(
      ({ name, bytes, folder = "" }) => name === file.name && bytes === file.size && folder === folderOf(file),
    );
  const files = (await unpackArchives(studio, recalled)).filter(isExpected);
  const remembered = files.map(({ name }) => name);
  const samples = await sampleFiles(missing.map(({ name }) => name).filter((name) => !remembered.includes(name)));
  const fitting = samples.filter(({ name, size }) => missing.some((file) => file.name === name && file.bytes === size));
  const { layers: again, others } = layersAmong([...files, ...fitting]);
  await openFiles(studio, others);
  await openParcels(studio, again);
}
