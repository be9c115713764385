/**
 * A run's mask tidied up becomes a run beside it: shown, scored, compared, exported and kept like any other, with what was
 * done in its words. The run it was made of stays as it is.
 */
import { type Cleaning, cleaningInPixels, spellCleaning } from "../../core/cleaning/cleaning";
import { spellCorrection } from "../../core/correction/mask-edit";
import { cleanedRunId } from "../../core/results/result";
import { confidenceIdOf, maskIdOf } from "../../core/run/mask-names";
import { meanPixelArea } from "../../evaluation/clean-mask";
import { cleanedName } from "../../outputs/run-labels";
import { withContent } from "../../store/panes";
import { type DoneRun, isDone, type RunRecord, withRun } from "../../store/runs";
import { findScene } from "../../store/scenes";
import { selectTicked } from "../../store/selectors";
import { update } from "../../store/studio-store";
import type { CleaningState } from "../../store/workspace";
import { checkMasks } from "../results/check-masks";
import { whenCorrected } from "../results/corrected-masks";
import { declareMasks, inTurn } from "../results/keep-results";
import { isCancelled, nextNumber, notifyError, type Studio } from "../studio";
import { finishedRun } from "./run-model";

/** The newest runs of the same name over all ticked scenes, or the run alone where its scene is not among them. */
export function selectAlike(studio: Studio, run: DoneRun): DoneRun[] {
  const state = studio.store.getState();
  const ticked = new Set(selectTicked(state).map(({ scene }) => scene.id));
  if (!ticked.has(run.sceneId)) return [run];
  const newest = new Map<string, DoneRun>([[run.sceneId, run]]);
  for (const other of state.runs.records.filter(isDone)) {
    if (ticked.has(other.sceneId) && other.sceneId !== run.sceneId && other.modelName === run.modelName) {
      newest.set(other.sceneId, other);
    }
  }
  return [...newest.values()];
}

/** One after the other; the shown scene's is shown. Nothing happens while others are being cleaned. */
export async function cleanRuns(studio: Studio, runs: readonly DoneRun[], cleaning: Cleaning): Promise<void> {
  if (studio.working.cleaning !== null) return;
  const controller = new AbortController();
  studio.working.cleaning = controller;
  const { signal } = controller;
  for (const [runsDone, run] of runs.entries()) {
    const onShare = (share: number) => {
      if (!signal.aborted) showCleaning(studio, { runsDone, runsTotal: runs.length, share });
    };
    onShare(0);
    try {
      await cleanRun(studio, run, cleaning, { signal, onShare });
    } catch (error) {
      if (!isCancelled(error)) notifyError(studio, error);
    }
    if (signal.aborted) return;
  }
  endCleaning(studio);
}

/** Maps that are finished stay. */
export function cancelCleaning(studio: Studio): void {
  studio.working.cleaning?.abort();
  endCleaning(studio);
}

function endCleaning(studio: Studio): void {
  studio.working.cleaning = null;
  showCleaning(studio, null);
}

function showCleaning({ store }: Studio, cleaning: CleaningState | null): void {
  update(store, "workspace", (state) => ({ ...state, cleaning }));
}

interface Watch {
  readonly signal: AbortSignal;
  readonly onShare: (share: number) => void;
}

async function cleanRun(studio: Studio, run: DoneRun, cleaning: Cleaning, { signal, onShare }: Watch): Promise<void> {
  const { store, sessionId } = studio;
  const facts = findScene(store.getState().scenes, run.sceneId)?.scene.optical.facts;
  if (facts === undefined) return;
  const { confidenceId, result, seconds } = run.state.result;
  const { maskId, corrected } = await whenCorrected(studio, run.id);
  const steps = cleaningInPixels(cleaning, meanPixelArea(facts));
  const name = cleanedRunId(maskId, steps, sessionId);
  const known = store.getState().runs.records.find((record) => record.id.startsWith(name));
  // One that was removed may come back beside what is made now.
  const id = known?.id ?? `${name}-${nextNumber(studio)}`;
  if (known === undefined) {
    const to = { maskId: maskIdOf(id), confidenceId: confidenceId && confidenceIdOf(id) };
    const { widthPx, heightPx } = result;
    const { changedPixels, closedHoles, mergedPatches, ...pixels } = await inTurn(
      studio,
      [to.maskId],
      async (dropped) => {
        signal.throwIfAborted();
        await checkMasks(studio, run, result, result);
        const size = { widthPx, heightPx };
        return studio.rasters.call(
          "cleanMask",
          { from: { maskId, confidenceId }, to, size, cleaning: steps },
          { signal: AbortSignal.any([signal, dropped]), onProgress: onShare },
        );
      },
    );
    const before = result.cleaned;
    const byHand = corrected === null ? [] : [`corrected ${spellCorrection(corrected)}`];
    const how = [...(before ? [before.how] : []), ...byHand, spellCleaning(cleaning, run.classes)].join("; then ");
    const cleaned = { of: before?.of ?? run.modelName, cleaning, how, changedPixels, closedHoles, mergedPatches };
    const { edits: _, ...own } = run;
    const record: RunRecord = {
      ...own,
      id,
      modelName: cleanedName(cleaned.of),
      state: { status: "done", result: finishedRun({ ...result, ...pixels, cleaned }, id, run.settings, seconds) },
    };
    declareMasks(studio, record);
    update(store, "runs", (state) => withRun(state, record));
  }
  showInstead(studio, run.id, id);
}

/** In a pane that shows nothing but the photo, else in the place of the mask it was made of. */
function showInstead({ store }: Studio, runId: string, cleanedId: string): void {
  const { contents, count, activePane } = store.getState().panes;
  const shown = contents.slice(0, count);
  if (shown.some((content) => content.kind === "mask" && content.runId === cleanedId)) return;
  const own = shown.findIndex((content) => content.kind === "mask" && content.runId === runId);
  const free = shown.findIndex((content, pane) => pane !== own && content.kind === "optical");
  const pane = free >= 0 ? free : own >= 0 ? own : activePane;
  update(store, "panes", (panes) => withContent(panes, pane, { kind: "mask", runId: cleanedId }));
}
