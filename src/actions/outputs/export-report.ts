/** Everything the numbers rest on, as JSON: files, settings, backend, matrices and the scores derived from them. */
import { averagedClasses, scoreConfusion } from "../../core/metrics/scores";
import { selectDoneRuns, selectScene } from "../../store/selectors";
import { notify, type Studio } from "../studio";
import { exportName, save } from "./export-mask";

export function exportReport(studio: Studio): void {
  const state = studio.store.getState();
  const record = selectScene(state);
  if (record === null) {
    return;
  }
  const { scene } = record;
  const rasters = { optical: scene.optical.facts, auxiliary: scene.auxiliary?.facts, truth: scene.truth?.facts };
  const report = {
    format: "nadir-report/1",
    scene: {
      name: scene.name,
      pairing: scene.pairing,
      files: Object.fromEntries(
        Object.entries(rasters).map(([role, facts]) => [
          role,
          facts && { name: facts.fileName, bytes: facts.fileBytes },
        ]),
      ),
      alignment: { auxiliary: scene.auxiliary?.alignment, truth: scene.truth?.alignment },
    },
    runs: selectDoneRuns(state).map((run) => {
      const evaluation = state.evaluation.byRun[run.id];
      return {
        model: run.modelName,
        ...run.state.result.result,
        evaluation:
          evaluation?.status === "ready"
            ? {
                classes: evaluation.classes.map(({ name, scored }) => ({ name, scored })),
                boundaryPx: evaluation.boundaryPx,
                notes: evaluation.notes,
                withBoundary: matrixReport(evaluation.withBoundary),
                noBoundary: matrixReport(evaluation.noBoundary),
              }
            : null,
      };

      function matrixReport(matrix: Parameters<typeof scoreConfusion>[0]) {
        const classes = evaluation?.status === "ready" ? evaluation.classes : [];
        return {
          counts: Array.from({ length: matrix.classCount }, (_, row) => [
            ...matrix.counts.subarray(row * matrix.classCount, (row + 1) * matrix.classCount),
          ]),
          ignoredTruth: matrix.ignoredTruth,
          missingPrediction: matrix.missingPrediction,
          scoredClasses: scoreConfusion(matrix, averagedClasses(classes, "scored")),
          allClasses: scoreConfusion(matrix, averagedClasses(classes, "all")),
        };
      }
    }),
  };
  const fileName = `${exportName(scene.name, "report")}.json`;
  save({ fileName, blob: new Blob([JSON.stringify(report, null, 2)], { type: "application/json" }) });
  notify(studio, "good", studio.messages.saved([fileName]));
}
