/** A scene that is not open, in one line: its name, how far each model has come, and its best score. */
import { selectSceneById } from "../../actions/view/arrange";
import type { SceneRecord } from "../../store/scenes";
import { CutName } from "../controls/CutName";
import { colourAt, pixelSizeText, sceneFacts } from "../describe";
import { percent } from "../format";
import { messages } from "../messages";
import { useStudio } from "../StudioContext";
import type { SceneState, SceneSummary } from "./scene-list";

const words = messages.scenes;

const TONES: Partial<Record<SceneState, string>> = { "needs-look": "bad", failed: "bad", running: "good" };

export function SceneLine(props: SceneSummary & { record: SceneRecord; isTabStop: boolean }) {
  const studio = useStudio();
  const { isTabStop, state, models, meanIou, bestModel } = props;
  const said = models.map(({ modelName, status }) => words.modelState(modelName, words.runStates[status])).join("; ");
  const { id, name, optical } = props.record.scene;
  const tone = TONES[state];
  return (
    <button
      type="button"
      className="scene-line"
      data-scene={id}
      tabIndex={isTabStop ? 0 : -1}
      aria-pressed={false}
      aria-label={words.show(name)}
      aria-description={said}
      onClick={() => selectSceneById(studio, id)}
    >
      <CutName text={name} />
      <span className="quiet truncate scene-line-facts">
        {pixelSizeText(optical.facts)} · {sceneFacts(props.record)}
      </span>
      {tone !== undefined && <span className={`dot ${tone}`} title={words.states[state]} />}
      {models.length > 0 && (
        <span className="model-states" title={said}>
          {models.map(({ modelName, place, status }) => (
            <i key={modelName} className="model-state" data-status={status} style={{ color: colourAt(place) }} />
          ))}
        </span>
      )}
      {meanIou !== null && (
        <span className="number quiet" title={words.best(percent(meanIou), bestModel ?? "")}>
          {percent(meanIou)}
        </span>
      )}
    </button>
  );
}
