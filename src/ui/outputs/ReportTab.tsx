/** A page to take away: scene, settings, scores and conventions in words; printed or saved as JSON. */

import { exportReport } from "../../actions/outputs/export-report";
import { printReport, saveReport } from "../../actions/outputs/report-document";
import { auxiliariesOf } from "../../core/scene/scene";
import { selectScene, selectTicked } from "../../store/selectors";
import { pixelSizeText, sceneFacts, settingsText } from "../describe";
import { selectIsTestSet } from "../evaluation/run-groups";
import { boundaryText, conventionTexts, type ScoredRun, useScoredRuns } from "../evaluation/scored-runs";
import { fixed, percent, seconds } from "../format";
import { messages } from "../messages";
import { spelled } from "../remarks";
import { useSelect, useStudio } from "../StudioContext";

const words = messages.report;

export function ReportTab() {
  const record = useSelect(selectScene);
  const scored = useScoredRuns();
  const isTestSet = useSelect(selectIsTestSet);
  const ticked = useSelect((state) => selectTicked(state).length);
  if (record === null) {
    return (
      <section className="section">
        <p className="quiet">{words.noScene}</p>
      </section>
    );
  }
  const { scene } = record;
  return (
    <section className="section stack report">
      <h2 className="label">{words.title}</h2>
      <p>
        <span className="strong">{scene.name}</span>
        {words.scene(
          sceneFacts(record),
          pixelSizeText(scene.optical.facts),
          [scene.optical, ...auxiliariesOf(scene), scene.truth].flatMap((raster) => raster?.facts.fileName ?? []),
        )}
      </p>
      {scene.auxiliary !== null && <p>{words.heights(spelled(scene.auxiliary.alignment.summary))}</p>}
      {scored.map((run) => (
        <RunArticle key={run.run.id} run={run} />
      ))}
      {isTestSet && <p className="quiet">{words.ofTicked(ticked)}</p>}
      {scored.length === 0 && <p className="quiet">{words.noRuns}</p>}
      <SaveButtons />
    </section>
  );
}

function RunArticle({ run }: { run: ScoredRun }) {
  const evaluation = useSelect((state) => state.evaluation);
  const { backend, madeElsewhere, cleaned } = run.run.state.result.result;
  return (
    <article>
      <p>
        <span className="strong">{run.run.modelName}</span>
        {madeElsewhere === undefined
          ? words.run(
              settingsText(run.run.settings, run.run.windowPx),
              backend.kind,
              backend.adapter,
              seconds(run.run.state.result.seconds),
            )
          : words.foreignRun(madeElsewhere.fileName)}
        {cleaned !== undefined && ` ${messages.cleaning.inReport(cleaned.how)}`}
      </p>
      <p>
        {words.scores({
          ...conventionTexts(run.evaluation),
          scoredIou: percent(run.scored.meanIou),
          allIou: percent(run.all.meanIou),
          scoredF1: percent(run.scored.meanF1),
          overallAccuracy: percent(run.all.overallAccuracy),
          kappa: run.all.kappa === null ? "–" : fixed(run.all.kappa, 3),
          boundary: boundaryText(evaluation),
        })}
      </p>
    </article>
  );
}

function SaveButtons() {
  const studio = useStudio();
  return (
    <div className="card-tools">
      <button type="button" className="button" onClick={() => void printReport(studio)}>
        {words.print}
      </button>
      <button type="button" className="button" onClick={() => void saveReport(studio)}>
        {words.saveHtml}
      </button>
      <button type="button" className="button" onClick={() => exportReport(studio)}>
        {words.saveJson}
      </button>
    </div>
  );
}
