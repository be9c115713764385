/** A log of edits that was dropped: the same file that `nadir correct` takes. */
import type { EditsFile } from "../../core/correction/edits-file";
import { fitEdits } from "../../core/correction/fit-edits";
import { NadirError } from "../../core/errors";
import { selectRunToCorrect } from "../../store/correcting";
import { doneRunsOf, selectScene } from "../../store/selectors";
import { notify, notifyError, type Studio } from "../studio";
import { selectSceneById } from "../view/arrange";
import { openCorrecting } from "./draw-edits";
import { addEdits } from "./edit-mask";

/** "tile.emsnet.edits.json", as a browser renames it too. */
export function isEditsFile(name: string): boolean {
  return /\.edits( ?\(\d+\))?\.json$/i.test(name);
}

/** Goes to the shown map, or to that of the photo that the file names, behind what was edited there already. */
export async function openEdits(studio: Studio, file: File): Promise<void> {
  try {
    const edits = await studio.rasters.call("readEdits", { file });
    showPhotoOf(studio, edits);
    const state = studio.store.getState();
    const [record, run] = [selectScene(state), selectRunToCorrect(state)];
    if (record === null || run === null) throw noMap(file.name, edits);
    fitEdits(edits, record.scene.optical.facts, run.classes, file.name);
    const added = addEdits(studio, run.id, edits.edits);
    openCorrecting(studio, true);
    notify(studio, "good", studio.messages.editsAdded(file.name, added, run.modelName));
  } catch (error) {
    notifyError(studio, error);
  }
}

function showPhotoOf(studio: Studio, { photo }: EditsFile): void {
  const state = studio.store.getState();
  const named = state.scenes.records.filter(
    ({ scene }) => scene.optical.facts.fileName === photo && doneRunsOf(state, scene.id).length > 0,
  );
  const [first] = named;
  if (first !== undefined && !named.some(({ scene }) => scene.id === state.scenes.selectedId)) {
    selectSceneById(studio, first.scene.id);
  }
}

function noMap(subject: string, { photo }: EditsFile): NadirError {
  return new NadirError({
    code: "bad-edits",
    subject,
    found: `It corrects a map of ${photo}, and no finished map is shown.`,
    needed: "Edits change a map that is there.",
    next: "Open the photo and run a model, or add a prediction; then drop the edits again.",
  });
}
