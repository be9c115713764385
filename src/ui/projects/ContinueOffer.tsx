/** What earlier visits left, on the start screen: go on with one of them, or delete them all. */
import { continueSession } from "../../actions/projects/restore-project";
import { startAnew } from "../../actions/projects/session";
import { moment } from "../format";
import { messages } from "../messages";
import { useSelect, useStudio } from "../StudioContext";

const words = messages.continueOffer;

export function ContinueOffer() {
  const studio = useStudio();
  const left = useSelect((state) => state.project.left);
  if (left.length === 0) {
    return null;
  }
  return (
    <section className="continue-offer" aria-label={words.title}>
      <h2 className="label">{words.title}</h2>
      {left.map(({ sessionId, savedAtMs, sceneNames, doneRuns, interruptedRuns }) => (
        <div key={sessionId} className="continue-row">
          <span className="continue-text">
            <span className="truncate strong" title={sceneNames.join(", ")}>
              {sceneNames.join(", ")}
            </span>
            <span className="quiet">{words.facts(doneRuns, interruptedRuns, moment(savedAtMs))}</span>
          </span>
          <button
            type="button"
            className="button"
            aria-label={words.goOnWith(sceneNames.join(", "))}
            onClick={() => void continueSession(studio, sessionId)}
          >
            {words.goOn}
          </button>
        </div>
      ))}
      <button type="button" className="button-plain" title={words.startAnewTip} onClick={() => void startAnew(studio)}>
        {words.startAnew}
      </button>
    </section>
  );
}
