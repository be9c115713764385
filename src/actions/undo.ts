/** Undo and redo for what a user sets: the slice before and after, in order. Results are never undone, only settings. */
import { type StudioState, update } from "../store/studio-store";
import type { Studio } from "./studio";

type UndoableSlice = "settings";

interface Step {
  readonly slice: UndoableSlice;
  readonly before: StudioState[UndoableSlice];
  readonly after: StudioState[UndoableSlice];
}

interface History {
  done: Step[];
  undone: Step[];
}

const MOST_STEPS = 100;
const histories = new WeakMap<Studio, History>();

function historyOf(studio: Studio): History {
  const history = histories.get(studio) ?? { done: [], undone: [] };
  histories.set(studio, history);
  return history;
}

/** Changes a slice so that it can be undone; a change that changes nothing is not kept. */
export function rememberChange<S extends UndoableSlice>(
  studio: Studio,
  slice: S,
  change: (state: StudioState[S]) => StudioState[S],
): void {
  const before = studio.store.getState()[slice];
  const after = change(before);
  if (JSON.stringify(before) === JSON.stringify(after)) {
    return;
  }
  const history = historyOf(studio);
  history.done = [...history.done, { slice, before, after }].slice(-MOST_STEPS);
  history.undone = [];
  update(studio.store, slice, () => after);
}

/** True when there was something to undo. */
export function undo(studio: Studio): boolean {
  const history = historyOf(studio);
  const step = history.done.pop();
  if (step === undefined) {
    return false;
  }
  history.undone.push(step);
  update(studio.store, step.slice, () => step.before);
  return true;
}

export function redo(studio: Studio): boolean {
  const history = historyOf(studio);
  const step = history.undone.pop();
  if (step === undefined) {
    return false;
  }
  history.done.push(step);
  update(studio.store, step.slice, () => step.after);
  return true;
}
