/** The edits of a run as a file of their own, for `nadir correct` and for whoever wants to know. */
import { formatEdits } from "../../core/correction/edits-file";
import { exportName } from "../../outputs/run-labels";
import { selectRun } from "../../store/selectors";
import { save } from "../outputs/save-file";
import { whenCorrected } from "../results/corrected-masks";
import { notify, notifyError, type Studio } from "../studio";

/** Nothing where nothing was corrected. */
export async function saveEdits(studio: Studio, runId: string): Promise<void> {
  try {
    const { corrected } = await whenCorrected(studio, runId);
    const state = studio.store.getState();
    const run = selectRun(state, runId);
    const scene = state.scenes.records.find((record) => record.scene.id === run?.sceneId)?.scene;
    if (corrected === null || run === null || scene === undefined) return;
    const text = formatEdits(scene.optical.facts, run.edits?.edits ?? [], corrected);
    const fileName = `${exportName(scene.name, run.modelName)}.edits.json`;
    save({ fileName, blob: new Blob([text], { type: "application/json" }) });
    notify(studio, "good", studio.messages.saved([fileName]));
  } catch (error) {
    notifyError(studio, error);
  }
}
