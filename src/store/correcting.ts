/** Which map is being corrected by hand, and what is not in it yet. */
import type { MaskEdit } from "../core/correction/mask-edit";
import { maskInUse } from "./masks-in-use";
import type { DoneRun } from "./runs";
import { selectDoneRuns } from "./selectors";
import type { StudioState } from "./studio-store";

/** As chosen, else the one in the active pane, else the newest of the scene; null where there is none. */
export function selectRunToCorrect(state: StudioState): DoneRun | null {
  const runs = selectDoneRuns(state);
  const { contents, activePane } = state.panes;
  const shown = contents[activePane];
  const shownId = shown !== undefined && "runId" in shown ? shown.runId : null;
  const find = (runId: string | null) => runs.find(({ id }) => id === runId);
  return find(state.strokes.correctedRunId) ?? find(shownId) ?? runs.at(-1) ?? null;
}

/** Edits that the mask on show has not followed yet. */
export function pendingEdits(state: StudioState, run: DoneRun): readonly MaskEdit[] {
  const edits = run.edits?.edits ?? [];
  return edits.slice(maskInUse(state, run).corrected?.edits ?? 0);
}
