/** A run: its state, how it was made, what is to be known of it and what can be done with it. */

import { type RefObject, useEffect, useRef } from "react";
import { removeRun, repeatRun, runOnCpu } from "../../actions/runs/run-model";
import { type CleanedFacts, isOfNetwork, type RunResult } from "../../core/run/run-result";
import type { RunProgress } from "../../core/run/run-settings";
import { spellWindowCheck, type WindowCheckFacts } from "../../core/run/window-check";
import { type DoneRun, isDone, isUnfinished, type RunRecord, type RunState } from "../../store/runs";
import { selectStaleness } from "../../store/selectors";
import { CutName } from "../controls/CutName";
import { Fault } from "../controls/Fault";
import { ProgressBar, shareDone } from "../controls/ProgressBar";
import { useCorrectionText } from "../correcting/correction-text";
import { progressText, runColour, settingsText } from "../describe";
import { percent, seconds } from "../format";
import { messages } from "../messages";
import { spelled } from "../remarks";
import { useSelect, useSelectList, useStudio } from "../StudioContext";
import { beginRunDrag } from "../view/dragged-run";
import { CleanForm } from "./CleanForm";
import { RunTools } from "./RunTools";

const words = messages.runs;

/** Scrolls what appears because somebody has just asked for it into sight; what was there before stays where it is. */
function useInSightWhenAsked(isAsked: boolean): RefObject<HTMLElement | null> {
  const ref = useRef<HTMLElement>(null);
  const atFirst = useRef(isAsked);
  useEffect(() => {
    if (atFirst.current) ref.current?.scrollIntoView({ block: "nearest" });
  }, []);
  return ref;
}

/** One run of the scene. */
export function RunCard({ run, runs }: { run: RunRecord; runs: readonly RunRecord[] }) {
  const studio = useStudio();
  const stale = useSelectList((state) => (run.state.status === "done" ? selectStaleness(state, run) : []));
  const progress = useSelect((state) => state.progress[run.id] ?? null);
  const { state } = run;
  const ref = useInSightWhenAsked(state.status === "queued" || state.status === "running");
  return (
    <article
      ref={ref}
      className="card"
      aria-label={words.run(run.modelName)}
      data-run={run.id}
      data-status={state.status}
      draggable={state.status === "done"}
      onDragStart={(event) => beginRunDrag(event, run.id)}
    >
      <div className="card-title">
        <span className="dot" style={{ color: runColour(runs, run.id) }} />
        <CutName text={run.modelName} />
        <span className="badge">
          <RunBadge run={run} progress={progress} stale={stale.length > 0} />
        </span>
        {!isUnfinished(run) && (
          <button
            type="button"
            className="button-plain"
            aria-label={words.remove(run.modelName)}
            onClick={() => removeRun(studio, run.id)}
          >
            ×
          </button>
        )}
      </div>
      {state.status === "running" ? (
        <RunNow run={run} state={state} progress={progress} />
      ) : (
        <span className="card-line">{howItWasMade(run)}</span>
      )}
      <RunHow run={run} />
      {state.status === "done" && <RunFindings runId={run.id} result={state.result.result} />}
      {isDone(run) && <Corrected run={run} />}
      {stale.length > 0 && (
        <p className="card-line">
          {words.stale(stale)}
          <button type="button" className="link" onClick={() => repeatRun(studio, run.id)}>
            {words.runAgainLink}
          </button>
        </p>
      )}
      <RunTools run={run} />
      {isDone(run) && <CleanForm run={run} />}
    </article>
  );
}

/** Nothing where the map is as the run made it. */
function Corrected({ run }: { run: DoneRun }) {
  const text = useCorrectionText(run);
  return text === "" ? null : <span className="card-line">{messages.correcting.corrected(text)}</span>;
}

function foreignOf({ state }: RunRecord) {
  return state.status === "done" || state.status === "elsewhere" ? state.result.result.madeElsewhere : undefined;
}

function howItWasMade(run: RunRecord): string {
  const foreign = foreignOf(run);
  return foreign === undefined ? settingsText(run.settings, run.windowPx) : words.madeElsewhere(foreign.fileName);
}

function RunNow(props: { run: RunRecord; state: RunState & { status: "running" }; progress: RunProgress | null }) {
  const { run, state, progress } = props;
  return (
    <>
      <span className="card-line" role="status">
        {state.paused ? words.paused(progressText(progress)) : progressText(progress)}
      </span>
      <ProgressBar label={words.progress(run.modelName)} progress={progress} />
      {state.noRoom !== undefined && (
        <>
          <Fault error={state.noRoom} />
          <span className="card-line">{messages.runState.waitsForRoom}</span>
        </>
      )}
    </>
  );
}

/** How a run that is not going on came to be as it is. */
function RunHow({ run }: { run: RunRecord }) {
  const { state } = run;
  const foreign = foreignOf(run);
  return (
    <>
      {foreign?.notes.map((note) => (
        <span key={note} className="card-line">
          {note}
        </span>
      ))}
      {state.status === "interrupted" && (
        <span className="card-line">
          {state.checkpoint === null
            ? messages.runState.notStarted
            : messages.runState.interruptedAt(percent(state.share))}
        </span>
      )}
      {(state.status === "cancelled" || state.status === "failed") && state.checkpoint !== null && (
        <span className="card-line">{messages.runState.stoppedAt(percent(state.share))}</span>
      )}
      {state.status === "elsewhere" && (
        <span className="card-line">
          {state.result.result.cleaned !== undefined
            ? messages.cleaning.gone(state.result.result.cleaned.of)
            : foreign === undefined
              ? messages.runState.elsewhereFacts({
                  seconds: seconds(state.result.seconds),
                  backend: state.result.result.backend.adapter,
                })
              : messages.runState.predictionGone(foreign.fileName)}
        </span>
      )}
      {state.status === "failed" && <Fault error={state.error} />}
    </>
  );
}

/** What is to be known of a finished run's result. */
function RunFindings({ runId, result }: { runId: string; result: RunResult }) {
  const studio = useStudio();
  return (
    <>
      {result.cleaned !== undefined && (
        <CleanedLine cleaned={result.cleaned} pixels={result.widthPx * result.heightPx} />
      )}
      {result.heightsMade !== undefined && (
        <span className="card-line">{sentence(spelled({ say: "heights-made", made: result.heightsMade }))}</span>
      )}
      {result.windowCheck !== undefined && (
        <WindowCheck
          check={result.windowCheck}
          onRunOnCpu={isOfNetwork(result) ? () => runOnCpu(studio, runId) : null}
        />
      )}
      {result.warnings.map((warning) => (
        <p key={warning} className="verdict">
          <span className="dot warn" />
          <span>{warning}</span>
        </p>
      ))}
    </>
  );
}

function CleanedLine({ cleaned, pixels }: { cleaned: CleanedFacts; pixels: number }) {
  const { how, changedPixels, closedHoles, mergedPatches } = cleaned;
  return (
    <span className="card-line" data-role="cleaned">
      {messages.cleaning.done({
        how,
        changed: percent(changedPixels / pixels),
        holes: closedHoles,
        patches: mergedPatches,
      })}
    </span>
  );
}

/** Windows of the run computed again: a line that opens when they agree, a mark and a way out when they do not. */
function WindowCheck({ check, onRunOnCpu }: { check: WindowCheckFacts; onRunOnCpu: (() => void) | null }) {
  const { windows, randomWindows, unsureWindows, escapedShare } = check;
  if (check.verdict === "agree") {
    const escaped = escapedShare === null || escapedShare === 0 ? null : percent(escapedShare);
    return (
      <details className="card-details" data-role="window-check" data-fit="good">
        <summary>
          <span className="dot good" /> {words.windowsAgree(randomWindows + unsureWindows, windows, escaped)}
        </summary>
        <span className="card-line">{spellWindowCheck(check)}</span>
      </details>
    );
  }
  return (
    <>
      <p className="verdict" data-role="window-check" data-fit="bad">
        <span className="dot bad" />
        <span>
          {words.wrongOnGpu} {spellWindowCheck(check)}
        </span>
      </p>
      {onRunOnCpu !== null && (
        <div className="card-tools">
          <button type="button" className="button button-small" onClick={onRunOnCpu}>
            {words.runOnCpu}
          </button>
        </div>
      )}
    </>
  );
}

/** Of a phrase the core says. */
function sentence(phrase: string): string {
  return `${phrase[0]!.toUpperCase()}${phrase.slice(1)}.`;
}

function RunBadge(props: { run: RunRecord; progress: RunProgress | null; stale: boolean }) {
  const { run, progress, stale } = props;
  const { state } = run;
  switch (state.status) {
    case "queued":
      return words.badges.queued;
    case "running":
      return progress === null || progress.windowsTotal === 0 ? "…" : `${Math.floor(100 * shareDone(progress))} %`;
    case "done":
      if (state.result.result.windowCheck?.verdict === "differ") return words.badges.wrong;
      if (stale) return words.badges.stale;
      if (state.result.result.cleaned !== undefined) return null;
      return isOfNetwork(state.result.result) ? seconds(state.result.seconds) : words.badges.foreign;
    case "failed":
      return words.badges.failed;
    case "cancelled":
      return words.badges.cancelled;
    case "interrupted":
      return messages.runState.interrupted;
    case "elsewhere":
      return messages.runState.elsewhere;
  }
}
