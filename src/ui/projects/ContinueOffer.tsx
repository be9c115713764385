/** What earlier visits left, on the start screen: go on with one of them, or delete them all; keep what cannot be read. */
import { continueSession } from "../../actions/projects/restore-project";
import { deleteUnreadable, saveUnreadable, startAnew } from "../../actions/projects/session";
import { describeError } from "../../core/errors";
import type { UnreadableSession } from "../../store/project";
import { moment } from "../format";
import { messages } from "../messages";
import { spelledFault } from "../remarks";
import { useSelect, useStudio } from "../StudioContext";

const words = messages.continueOffer;

export function ContinueOffer() {
  const studio = useStudio();
  const left = useSelect((state) => state.project.left);
  const unreadable = useSelect((state) => state.project.unreadable);
  if (left.length === 0 && unreadable.length === 0) {
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
      {unreadable.map((session) => (
        <UnreadableVisit key={session.sessionId} {...session} />
      ))}
      {left.length > 0 && (
        <button
          type="button"
          className="button-plain"
          title={words.startAnewTip}
          onClick={() => void startAnew(studio)}
        >
          {words.startAnew}
        </button>
      )}
    </section>
  );
}

function UnreadableVisit({ sessionId, savedAtMs, why }: UnreadableSession) {
  const studio = useStudio();
  const when = moment(savedAtMs);
  const fault = spelledFault(why);
  return (
    <div className="continue-row">
      <span className="continue-text">
        <span className="truncate strong" title={describeError(fault)}>
          {words.unreadable}
        </span>
        <span className="quiet">{words.unreadableFacts(when)}</span>
        <span className="quiet truncate" title={describeError(fault)}>
          {fault.found}
        </span>
      </span>
      <button
        type="button"
        className="button"
        aria-label={words.saveVisit(when)}
        onClick={() => void saveUnreadable(studio, sessionId)}
      >
        {words.saveIt}
      </button>
      <button
        type="button"
        className="button-plain"
        aria-label={words.deleteVisit(when)}
        onClick={() => void deleteUnreadable(studio, sessionId)}
      >
        {words.deleteIt}
      </button>
    </div>
  );
}
