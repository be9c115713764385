/** Undo and redo for what a user sets: settings, class mappings, corrections of files. Results are never undone. */
import { keepNonFinite } from "../core/json/non-finite";
import type { Studio } from "./studio";
import type { UndoStep } from "./working-state";

const MOST_STEPS = 100;

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
  keepStep(studio, { back: () => void put(before), forth: () => void put(after) });
  return put(after);
}

/** Remembers a change that has been made; what was undone before it cannot be made again. */
function keepStep({ working: { done, undone } }: Studio, step: UndoStep): void {
  done.push(step);
  done.splice(0, done.length - MOST_STEPS);
  undone.length = 0;
}

export function undo({ working: { done, undone } }: Studio): void {
  const step = done.pop();
  if (step !== undefined) {
    undone.push(step);
    step.back();
  }
}

export function redo({ working: { done, undone } }: Studio): void {
  const step = undone.pop();
  if (step !== undefined) {
    done.push(step);
    step.forth();
  }
}
