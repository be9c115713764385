/** Two runs of two scenes as two dates of one place. */
import type { ResultOf } from "../../core/results/result";
import { type ComparedDates, findChanges, selectDates } from "../../store/date-selectors";
import type { DatesState } from "../../store/dates";
import { update } from "../../store/studio-store";
import { checkMasks } from "../results/check-masks";
import { whenCorrected } from "../results/corrected-masks";
import { dropResults, makeResults } from "../results/keep-results";
import type { Studio } from "../studio";
import { selectSceneById, setPaneContent } from "../view/arrange";

export function changeDates(studio: Studio, change: Partial<DatesState>): void {
  update(studio.store, "dates", (state) => ({ ...state, ...change }));
}

/** The other one stays; where it is the one that is chosen, the two change places. */
export function chooseDate(studio: Studio, which: "before" | "after", runId: string): void {
  const dates = selectDates(studio.store.getState());
  if (dates === null) return;
  const { before, after } = dates;
  const other = which === "before" ? after : before;
  if (other.run.id === runId) swapDates(studio);
  else if (which === "before") changeDates(studio, { beforeRunId: runId, afterRunId: after.run.id });
  else changeDates(studio, { beforeRunId: before.run.id, afterRunId: runId });
}

/** The later one becomes the earlier one. */
export function swapDates(studio: Studio): void {
  const dates = selectDates(studio.store.getState());
  if (dates !== null) changeDates(studio, { beforeRunId: dates.after.run.id, afterRunId: dates.before.run.id });
}

/** Counts what changed unless that is known or on its way; what failed is tried again. */
export function compareChosenDates(studio: Studio): void {
  const state = studio.store.getState();
  const dates = selectDates(state);
  if (dates === null || (findChanges(state, dates)?.state.status ?? "failed") !== "failed") return;
  dropEarlier(studio, dates);
  const { before, after, of } = dates;
  const kinds: ResultOf[] = [of, { ...of, kind: "date-pairs" }];
  const hasHeights = of.before.heightsId !== null && of.after.heightsId !== null;
  if (hasHeights) kinds.push({ ...of, kind: "height-change" });
  const owners = [before, after].flatMap(({ run, scene }) => [run.id, scene.id]);
  makeResults(studio, kinds, owners, async ([changedId, pairsId, heightChangeId = null], signal) => {
    for (const { run, scene } of [before, after]) {
      await checkMasks(studio, run, run.state.result.result, scene.optical.facts);
      await whenCorrected(studio, run.id);
    }
    return studio.rasters.call(
      "compareDates",
      {
        before: { ...of.before, classes: before.run.classes },
        after: { ...of.after, classes: after.run.classes },
        maskIds: [changedId!, pairsId!, heightChangeId],
        least: of.least,
      },
      { signal },
    );
  });
}

/** What was known of the same two runs: of other masks, another least object, or nothing because it failed. */
function dropEarlier(studio: Studio, { of: { before, after } }: ComparedDates): void {
  const earlier = Object.values(studio.store.getState().results).filter(
    ({ of }) =>
      (of.kind === "date-changes" || of.kind === "date-pairs" || of.kind === "height-change") &&
      of.before.runId === before.runId &&
      of.after.runId === after.runId,
  );
  dropResults(
    studio,
    earlier.map(({ id }) => id),
  );
}

/** On the earlier scene, whose grid it lies on. */
export function showChanges(studio: Studio, kind: "date-changes" | "height-change"): void {
  const state = studio.store.getState();
  const dates = selectDates(state);
  if (dates === null) return;
  const { before, after } = dates;
  if (state.scenes.selectedId !== before.scene.id) {
    // The two stay chosen, whichever scene is shown.
    changeDates(studio, { beforeRunId: before.run.id, afterRunId: after.run.id });
    selectSceneById(studio, before.scene.id);
  }
  setPaneContent(studio, studio.store.getState().panes.activePane, {
    kind,
    runId: before.run.id,
    otherRunId: after.run.id,
  });
}
