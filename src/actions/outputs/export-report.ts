/** Everything the numbers rest on, as JSON: files, settings, backend, matrices and the scores derived from them. */
import { describeReport, formatReport } from "../../outputs/report";
import { exportName } from "../../outputs/run-labels";
import { reportedChanges } from "../../store/date-selectors";
import { maskInUse } from "../../store/masks-in-use";
import { reportedSample } from "../../store/sample-selectors";
import { selectDoneRuns, selectScene } from "../../store/selectors";
import { notify, type Studio } from "../studio";
import { save } from "./save-file";

export function exportReport(studio: Studio): void {
  const state = studio.store.getState();
  const record = selectScene(state);
  if (record === null) {
    return;
  }
  const { scene, truth } = record;
  const runs = selectDoneRuns(state).map((run) => {
    const evaluation = state.evaluation.byRun[run.id];
    const sample = reportedSample(state, run);
    const changes = reportedChanges(state, run);
    return {
      modelName: run.modelName,
      result: run.state.result.result,
      corrected: maskInUse(state, run).corrected,
      evaluation: evaluation?.status === "ready" ? evaluation : null,
      ...(sample && { sample }),
      ...(changes.length > 0 && { changes }),
    };
  });
  const report = describeReport(scene, truth.status === "ready" ? truth : null, runs);
  const fileName = `${exportName(scene.name, "report")}.json`;
  save({ fileName, blob: new Blob([formatReport(report)], { type: "application/json" }) });
  notify(studio, "good", studio.messages.saved([fileName]));
}
