/** Steps that can be taken back and made again: what `working.done` and `working.undone` hold. */
import type { UndoStep, WorkingState } from "./working-state";

const MOST_STEPS = 100;

/** Remembers a change that has been made; what was undone before it cannot be made again. */
export function keepStep({ done, undone }: WorkingState, step: UndoStep): void {
  done.push(step);
  for (const lost of [...done.splice(0, done.length - MOST_STEPS), ...undone.splice(0)]) {
    lost.forgotten?.();
  }
}

/** Takes back the newest step, or one of those before it. */
export function takeBack({ done, undone }: WorkingState, step = done.at(-1)): void {
  if (step !== undefined && move(done, undone, step)) {
    step.back();
  }
}

export function makeAgain({ done, undone }: WorkingState, step = undone.at(-1)): void {
  if (step !== undefined && move(undone, done, step)) {
    step.forth();
  }
}

/** A step that cannot be taken back or made again any longer. */
export function forgetStep({ done, undone }: WorkingState, step: UndoStep): void {
  for (const steps of [done, undone]) {
    if (steps.includes(step)) {
      steps.splice(steps.indexOf(step), 1);
      step.forgotten?.();
    }
  }
}

function move(from: UndoStep[], to: UndoStep[], step: UndoStep): boolean {
  const index = from.indexOf(step);
  if (index >= 0) {
    to.push(...from.splice(index, 1));
  }
  return index >= 0;
}
