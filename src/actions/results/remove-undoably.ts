/** Removing a run or a scene: done at once, and taken back while the notice that says so is there. */
import { forgetStep, keepStep } from "../history";
import { dismissNotice, notify, type Studio, withdrawOffer } from "../studio";
import type { Removal, UndoStep } from "../working-state";
import { giveUp, putBack, takeAway } from "./remove";
import { lookSoon } from "./watch-results";

/** @param afterPutBack What else a thing that came back needs. */
export function removeUndoably(
  studio: Studio,
  text: string,
  runIds: readonly string[],
  sceneId: string | null = null,
  afterPutBack: () => void = () => undefined,
): void {
  let removal: Removal | null = null;
  let noticeId = 0;
  const step: UndoStep = {
    forth() {
      // Without their scene, runs removed before cannot come back.
      forgetRemovals(studio, ({ runs }) => runs.some(({ record }) => record.sceneId === sceneId));
      removal = takeAway(studio, runIds, sceneId);
      studio.working.removals.set(removal, step);
      noticeId = notify(studio, "info", text, step);
    },
    back() {
      withdrawOffer(studio, noticeId);
      if (removal !== null) {
        studio.working.removals.delete(removal);
        putBack(studio, removal);
        removal = null;
        afterPutBack();
      }
    },
    forgotten() {
      dismissNotice(studio, noticeId);
      if (removal !== null) {
        studio.working.removals.delete(removal);
        giveUp(studio, removal);
        removal = null;
        lookSoon(studio);
      }
    },
  };
  step.forth();
  keepStep(studio.working, step);
}

/** Makes removals final that could no longer be put back as they were. */
export function forgetRemovals({ working }: Studio, isOutdated: (removal: Removal) => boolean): void {
  for (const [removal, step] of [...working.removals]) {
    if (isOutdated(removal)) {
      forgetStep(working, step);
    }
  }
}
