/** Undo and redo for what a user sets: settings, class mappings, corrections of files. Results are never undone. */
import { keepNonFinite } from "../core/raster/parse-corrections";
import type { Studio } from "./studio";

/** One change, as what takes it back and what makes it again. */
interface Step {
  readonly back: () => void;
  readonly forth: () => void;
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

/** Carries out a change from `before` to `after` that can be undone; one that changes nothing is not kept. */
export function changeUndoably<Value, Done>(
  studio: Studio,
  before: Value,
  after: Value,
  put: (value: Value) => Done,
): Done | undefined {
  if (JSON.stringify(before, keepNonFinite) === JSON.stringify(after, keepNonFinite)) {
    return undefined;
  }
  const history = historyOf(studio);
  const step = { back: () => void put(before), forth: () => void put(after) };
  history.done = [...history.done, step].slice(-MOST_STEPS);
  history.undone = [];
  return put(after);
}

export function undo(studio: Studio): void {
  const { done, undone } = historyOf(studio);
  const step = done.pop();
  if (step !== undefined) {
    undone.push(step);
    step.back();
  }
}

export function redo(studio: Studio): void {
  const { done, undone } = historyOf(studio);
  const step = undone.pop();
  if (step !== undefined) {
    done.push(step);
    step.forth();
  }
}
