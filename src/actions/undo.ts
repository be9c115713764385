/** Undo and redo for what a user sets (settings, class mappings, corrections of files) and removes (runs, scenes). */
import { keepNonFinite } from "../core/json/non-finite";
import { keepStep, makeAgain, takeBack } from "./history";
import type { Studio } from "./studio";

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
  keepStep(studio.working, { back: () => void put(before), forth: () => void put(after) });
  return put(after);
}

export function undo({ working }: Studio): void {
  takeBack(working);
}

export function redo({ working }: Studio): void {
  makeAgain(working);
}
