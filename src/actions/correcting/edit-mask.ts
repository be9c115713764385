/** Corrections of a run's mask by hand: each is a step that can be undone; the run's own mask stays. */
import { type EditLog, editsBeyond, NO_EDITS, withEdits } from "../../core/correction/edit-log";
import type { MaskEdit } from "../../core/correction/mask-edit";
import { withRunEdits } from "../../store/runs";
import { selectRun } from "../../store/selectors";
import { update } from "../../store/studio-store";
import { keepStep } from "../history";
import type { Studio } from "../studio";

/** Appends it, said now. */
export function editMask(studio: Studio, runId: string, edit: Omit<MaskEdit, "at">): void {
  changeLog(studio, runId, (log) => withEdits(log, [{ ...edit, at: new Date().toISOString() }]));
}

/** Appends what somebody said before, as one step. @returns How many were not there yet. */
export function addEdits(studio: Studio, runId: string, edits: readonly MaskEdit[]): number {
  const before = selectRun(studio.store.getState(), runId)?.edits ?? NO_EDITS;
  const added = editsBeyond(before, edits);
  changeLog(studio, runId, (log) => withEdits(log, added));
  return added.length;
}

/** The run's own mask counts again. */
export function clearEdits(studio: Studio, runId: string): void {
  changeLog(studio, runId, () => NO_EDITS);
}

function changeLog(studio: Studio, runId: string, change: (log: EditLog) => EditLog): void {
  const run = selectRun(studio.store.getState(), runId);
  if (run === null) return;
  const before = run.edits ?? NO_EDITS;
  const after = change(before);
  if (after.edits.length === before.edits.length) return;
  const put = (log: EditLog) => update(studio.store, "runs", (state) => withRunEdits(state, runId, log));
  keepStep(studio.working, { back: () => put(before), forth: () => put(after) });
  put(after);
}
