/** Models to run, how to run them, and every run of the scene with its state and the settings that made it. */
import { remakeAllRuns } from "../../actions/runs/run-model";
import { selectRemakable, selectScene, selectSceneRuns } from "../../store/selectors";
import { messages } from "../messages";
import { useSelect, useSelectList, useStudio } from "../StudioContext";
import { ModelsSection } from "./ModelsSection";
import { PredictionForm } from "./PredictionForm";
import { RunCard } from "./RunCard";

const words = messages.runs;

function RunsElsewhere() {
  const studio = useStudio();
  const runs = useSelect((state) => selectRemakable(state).length);
  return (
    runs > 1 && (
      <p className="card-line">
        {messages.project.runsElsewhere(runs)}{" "}
        <button type="button" className="link" onClick={() => remakeAllRuns(studio)}>
          {messages.project.runAllAgain}
        </button>
      </p>
    )
  );
}

export function RunsPanel() {
  const runs = useSelectList(selectSceneRuns);
  const hasScene = useSelect((state) => selectScene(state) !== null);
  return (
    <>
      <ModelsSection />
      <section className="section" aria-label={words.title} data-drop="predictions">
        <div className="section-head">
          <h2 className="label">{words.title}</h2>
        </div>
        <RunsElsewhere />
        <div className="stack">
          {runs.map((run) => (
            <RunCard key={run.id} run={run} runs={runs} />
          ))}
          {runs.length === 0 && <p className="quiet">{words.none}</p>}
          {hasScene && <PredictionForm />}
        </div>
      </section>
    </>
  );
}
