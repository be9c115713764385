/** What can be done with a run, by its state. */
import { chooseRunToCorrect, openCorrecting } from "../../actions/correcting/draw-edits";
import { setPaused } from "../../actions/runs/hold-queue";
import { ablateHeights, cancelRun, remakeRun, repeatRun, resumeRun } from "../../actions/runs/run-model";
import { setPaneContent } from "../../actions/view/arrange";
import { isOfNetwork } from "../../core/run/run-result";
import { type DoneRun, isDone, isHalted, isUnfinished, type RunRecord } from "../../store/runs";
import { Tip } from "../controls/Tip";
import { messages } from "../messages";
import { useSelect, useStudio } from "../StudioContext";

const words = messages.runs;

export function RunTools({ run }: { run: RunRecord }) {
  const studio = useStudio();
  const { id, state } = run;
  return (
    <div className="card-tools">
      {state.status === "running" && (
        <Tool label={state.paused ? words.goOn : words.pause} onClick={() => setPaused(studio, id, !state.paused)} />
      )}
      {isUnfinished(run) && <Tool label={words.cancel} onClick={() => cancelRun(studio, id)} />}
      {isDone(run) && <DoneTools run={run} />}
      {canGoOn(run) && <Tool label={messages.runState.goOn} onClick={() => resumeRun(studio, id)} />}
      {state.status === "elsewhere" && isOfNetwork(state.result.result) && (
        <Tool label={messages.runState.runAgain} onClick={() => remakeRun(studio, id)} />
      )}
      {(state.status === "failed" || state.status === "cancelled") && (
        <Tool label={words.runAgain} onClick={() => repeatRun(studio, id)} />
      )}
    </div>
  );
}

function DoneTools({ run }: { run: DoneRun }) {
  const studio = useStudio();
  const activePane = useSelect((state) => state.panes.activePane);
  const { result } = run.state.result;
  return (
    <>
      <Tool label={words.show} onClick={() => setPaneContent(studio, activePane, { kind: "mask", runId: run.id })} />
      <Tool
        label={messages.correcting.correct}
        onClick={() => {
          chooseRunToCorrect(studio, run.id);
          openCorrecting(studio, true);
        }}
      />
      {isOfNetwork(result) && run.settings.heights === "as-is" && result.heightsMade?.how !== "absent" && (
        <Tip text={words.ablateTip}>
          <button type="button" className="button button-small" onClick={() => ablateHeights(studio, run.id)}>
            {words.ablate}
          </button>
        </Tip>
      )}
    </>
  );
}

function Tool({ label, onClick }: { label: string; onClick: () => void }) {
  return (
    <button type="button" className="button button-small" onClick={onClick}>
      {label}
    </button>
  );
}

/** It stopped where it can go on from. */
function canGoOn({ state }: RunRecord): boolean {
  return isHalted(state) && (state.status === "interrupted" || state.checkpoint !== null);
}
