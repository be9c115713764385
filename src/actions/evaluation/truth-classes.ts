/** What the truth's values mean and which model classes count as which truth class; scores follow at once. */
import { decideClassMapping, formatClassMapping, parseClassMapping } from "../../core/labels/class-mapping";
import type { ClassScheme } from "../../core/labels/class-scheme";
import { schemeOfMapping, type TruthValues } from "../../core/labels/own-scheme";
import type { RasterFacts } from "../../core/raster/raster";
import { strangeTargets } from "../../evaluation/class-meeting";
import { holdsBareIds } from "../../evaluation/label-meaning";
import type { EvaluationState } from "../../store/evaluation";
import { selectModelClasses, selectScene } from "../../store/selectors";
import { update } from "../../store/studio-store";
import { save } from "../outputs/save-file";
import { correctRaster } from "../scenes/correct-raster";
import { arrangeScenes } from "../scenes/open-files";
import { notify, notifyError, type Studio } from "../studio";
import { changeUndoably } from "../undo";

/** Null lets the colours decide again. Holds for every truth file of this make. */
export async function chooseScheme(studio: Studio, truth: RasterFacts, scheme: ClassScheme | null): Promise<void> {
  await correctRaster(studio, truth, { scheme: scheme && { ...scheme, chosenFor: truth.fileName } });
}

export async function readTruthValues(studio: Studio, truthId: string): Promise<TruthValues | null> {
  try {
    return await studio.rasters.call("truthValues", { truthId });
  } catch (error) {
    notifyError(studio, error);
    return null;
  }
}

export function chooseTruthFile(studio: Studio, truthFile: EvaluationState["truthFile"]): void {
  if (truthFile === studio.store.getState().evaluation.truthFile) {
    return;
  }
  update(studio.store, "evaluation", (state) => ({ ...state, truthFile, lit: null }));
  arrangeScenes(studio);
}

/** `truthClass` null: pixels predicted as this class take part in no score. Undoable. */
export async function mapClass(studio: Studio, modelClass: string, truthClass: string | null): Promise<void> {
  await changeMapping(studio, { ...studio.store.getState().evaluation.classMapping, [modelClass]: truthClass });
}

/** Undoable. */
export async function resetClassMapping(studio: Studio): Promise<void> {
  await changeMapping(studio, {});
}

/** Saves the mapping as it stands between the models on show and the scene's truth. */
export function saveClassMapping(studio: Studio): void {
  const state = studio.store.getState();
  const record = selectScene(state);
  if (record?.truth.status === "ready") {
    const { classMapping } = state.evaluation;
    const mapping = decideClassMapping(selectModelClasses(state), record.truth.classes, classMapping);
    const blob = new Blob([formatClassMapping(mapping)], { type: "application/json" });
    save({ fileName: `${record.scene.name.replaceAll(/[^\p{L}\p{N}_.]+/gu, "-")}.classes.json`, blob });
  }
}

/** Undoable. Bare ids of a truth that no table explains yet are those the mapping lists. */
export async function loadClassMapping(studio: Studio, file: File): Promise<void> {
  try {
    const mapping = parseClassMapping(await file.text());
    const unread = selectScene(studio.store.getState());
    if (unread?.truth.status === "failed" && unread.scene.truth !== null && holdsBareIds(unread.scene.truth.facts)) {
      await chooseScheme(studio, unread.scene.truth.facts, schemeOfMapping(mapping));
    }
    await changeMapping(studio, mapping.modelToTruth);
    const record = selectScene(studio.store.getState());
    const strangers = record?.truth.status === "ready" ? strangeTargets(mapping, record.truth.classes) : [];
    notify(
      studio,
      strangers.length > 0 ? "bad" : "good",
      strangers.length > 0
        ? studio.messages.mappingStrangers(file.name, strangers)
        : studio.messages.mappingInUse(file.name),
    );
  } catch (error) {
    notifyError(studio, error);
  }
}

async function changeMapping(studio: Studio, mapping: EvaluationState["classMapping"]): Promise<void> {
  const before = studio.store.getState().evaluation.classMapping;
  await changeUndoably(studio, before, mapping, (classMapping) => applyMapping(studio, classMapping));
}

/** Puts the user's word in place of all they said before; the scores follow. */
export function applyMapping(studio: Studio, classMapping: EvaluationState["classMapping"]): void {
  update(studio.store, "evaluation", (state) => ({ ...state, classMapping, lit: null }));
}
