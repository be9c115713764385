/** A scene that is not open, in one line: its name, its runs and its best score. */
import { selectSceneById } from "../../actions/view/arrange";
import type { SceneRecord } from "../../store/scenes";
import { CutName } from "../controls/CutName";
import { pixelSizeText, sceneFacts } from "../describe";
import { percent } from "../format";
import { messages } from "../messages";
import { useStudio } from "../StudioContext";
import type { SceneState, SceneSummary } from "./scene-list";

const words = messages.scenes;

const TONES: Partial<Record<SceneState, string>> = { "needs-look": "bad", failed: "bad", running: "good" };

export function SceneLine(props: SceneSummary & { record: SceneRecord; isTabStop: boolean }) {
  const studio = useStudio();
  const { isTabStop, state, runs, runsDone, meanIou, bestModel } = props;
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
      onClick={() => selectSceneById(studio, id)}
    >
      <CutName text={name} />
      <span className="quiet truncate scene-line-facts">
        {pixelSizeText(optical.facts)} · {sceneFacts(props.record)}
      </span>
      {tone !== undefined && <span className={`dot ${tone}`} title={words.states[state]} />}
      {runs > 0 && (
        <span className="badge" title={words.runsDoneTip(runsDone, runs, words.states[state])}>
          {words.runsDone(runsDone, runs)}
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
