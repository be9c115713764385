/** Scores of finished runs against the truth: each counted once for what it is made of, and anew when that changes. */
import { spellCorrection } from "../../core/correction/mask-edit";
import { resultId } from "../../core/results/result";
import { leftOutNotes, strokesToLeaveOut } from "../../evaluation/left-out";
import { withCounting, withEvaluation, withoutEvaluation } from "../../store/evaluation";
import { maskInUse } from "../../store/masks-in-use";
import { withResultState } from "../../store/results";
import { withTruth } from "../../store/scenes";
import { selectRun } from "../../store/selectors";
import { update } from "../../store/studio-store";
import { retryTruth } from "../scenes/read-truth";
import { errorFacts, isCancelled, type Studio } from "../studio";
import { checkMasks } from "./check-masks";
import type { CurrentEvaluation } from "./current-results";
import { declareResult, dropResults, inTurn, isReady } from "./keep-results";

/** Does nothing when it is counted, being counted, or has failed; `retryEvaluation` clears the way. */
export function startEvaluation(studio: Studio, evaluation: CurrentEvaluation): void {
  const { run, meeting, of } = evaluation;
  const id = resultId(of, studio.sessionId);
  const before = studio.store.getState().evaluation.byRun[run.id];
  if (before?.id === id) {
    return;
  }
  cancelCounting(studio, before?.id);
  update(studio.store, "evaluation", (state) => withCounting(state, run.id, id));
  const { classes, maskToClass, truthToClass, notes } = meeting;
  const { corrected } = maskInUse(studio.store.getState(), run);
  const correctedNotes = corrected === null ? [] : [`Corrected ${spellCorrection(corrected)}.`];
  void inTurn(studio, [id], (signal) => count(studio, evaluation, signal)).then(
    ({ withBoundary, noBoundary, windows, confidence, leftOutPixels }) =>
      update(studio.store, "evaluation", (state) =>
        withEvaluation(state, run.id, {
          id,
          status: "ready",
          classes,
          maskToClass,
          truthToClass,
          withBoundary,
          noBoundary,
          boundaryPx: of.boundaryPx,
          notes: [...notes, ...correctedNotes, ...leftOutNotes(leftOutPixels)],
          windows,
          confidence,
        }),
      ),
    (error) =>
      isCancelled(error) ||
      update(studio.store, "evaluation", (state) =>
        withEvaluation(state, run.id, { id, status: "failed", error: errorFacts(error) }),
      ),
  );
}

/** The maps that come with the counting are written where they are not there yet. */
async function count(studio: Studio, evaluation: CurrentEvaluation, signal: AbortSignal) {
  const { run, record, meeting, of, erodedTruth, windowMap, taught } = evaluation;
  const { scene } = record;
  const { widthPx, heightPx } = scene.optical.facts;
  const maps = [
    { of: erodedTruth, owners: [scene.id] },
    { of: windowMap, owners: [run.id, scene.id] },
  ].map(({ of: map, owners }) =>
    isReady(studio, resultId(map, studio.sessionId)) ? null : declareResult(studio, map, owners, { status: "making" }),
  );
  const made = maps.filter((id) => id !== null);
  try {
    const { mask, truth, confidenceId, averaged, boundaryPx, windowPx } = of;
    const [erodedTruthId = null, windowMapId = null] = maps;
    await checkMasks(studio, run, run.state.result.result, scene.optical.facts);
    const answer = await studio.rasters.call(
      "evaluate",
      {
        size: { widthPx, heightPx },
        mask,
        truth,
        confidenceId,
        classCount: meeting.classes.length,
        averaged,
        boundaryPx,
        windowPx,
        ...(taught && { leftOut: strokesToLeaveOut(taught, scene.optical.facts, scene.optical.facts.fileName) }),
        erodedTruthId,
        windowMapId,
      },
      { signal },
    );
    update(studio.store, "results", (state) =>
      made.reduce((results, id) => withResultState(results, id, { status: "ready" }), state),
    );
    return answer;
  } catch (error) {
    dropResults(studio, made);
    throw error;
  }
}

/** Takes away the scores of every run but these. */
export function dropEvaluations(studio: Studio, runIds: readonly string[]): void {
  const { byRun } = studio.store.getState().evaluation;
  for (const [runId, { id }] of Object.entries(byRun)) {
    if (!runIds.includes(runId)) {
      cancelCounting(studio, id);
      update(studio.store, "evaluation", (state) => withoutEvaluation(state, runId));
    }
  }
}

/** Counts again what could not be counted. Where pixels were gone, the truth's are read from its file again. */
export function retryEvaluation(studio: Studio, runId: string): void {
  const state = studio.store.getState();
  const evaluation = state.evaluation.byRun[runId];
  const sceneId = selectRun(state, runId)?.sceneId;
  if (sceneId !== undefined && evaluation?.status === "failed" && evaluation.error.code === "damaged-result") {
    const { status, error } = evaluation;
    update(studio.store, "scenes", (scenes) => withTruth(scenes, sceneId, { status, error }));
    void retryTruth(studio, sceneId);
  }
  update(studio.store, "evaluation", (counted) => withoutEvaluation(counted, runId));
}

function cancelCounting({ registry }: Studio, id: string | undefined): void {
  registry.resultControllers.get(id ?? "")?.abort();
}
