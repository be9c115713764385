/** Saves a run in one of the formats of `outputs/run-formats.ts`. Everything is made in the worker, nothing is sent. */
import { formatEdits } from "../../core/correction/edits-file";
import { withFileColours } from "../../core/labels/class-colours";
import { type RunFormatId, runFormat } from "../../outputs/run-formats";
import { exportName, runLabels } from "../../outputs/run-labels";
import { isDone } from "../../store/runs";
import { findScene } from "../../store/scenes";
import { selectRun } from "../../store/selectors";
import { polygonHeightIds } from "../results/above-ground";
import { checkMasks } from "../results/check-masks";
import { whenCorrected } from "../results/corrected-masks";
import { notify, notifyError, type Studio } from "../studio";
import { save } from "./save-file";

export async function exportMask(studio: Studio, runId: string, format: RunFormatId): Promise<void> {
  const state = studio.store.getState();
  const run = selectRun(state, runId);
  const record = findScene(state.scenes, run?.sceneId);
  if (run === null || !isDone(run) || record === undefined) {
    return;
  }
  const { confidenceId, result } = run.state.result;
  const { facts, rasterId: opticalId } = record.scene.optical;
  try {
    await checkMasks(studio, run, result, result);
    const { maskId, corrected } = await whenCorrected(studio, runId);
    const heights = runFormat(format).isPolygons === true ? await polygonHeightIds(studio, record) : null;
    const files = await studio.rasters.call("exportRun", {
      format,
      heights,
      polygons: state.workspace.polygons,
      maskId,
      confidenceId,
      opticalId,
      classes: withFileColours(run.classes, state.legend),
      name: exportName(record.scene.name, run.modelName),
      labels: runLabels(result, run.windowPx, corrected),
      ...(corrected && { edits: formatEdits(facts, run.edits?.edits ?? [], corrected) }),
    });
    for (const file of files) {
      save(file);
    }
    notify(studio, "good", studio.messages.saved(files.map(({ fileName }) => fileName)));
  } catch (error) {
    notifyError(studio, error);
  }
}
