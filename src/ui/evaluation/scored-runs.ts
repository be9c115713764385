/** Finished runs with their scores under the chosen boundary rule: what every evaluation tab reads. */
import { useMemo } from "react";
import { type ScoredMatrix, scoreMatrix } from "../../core/metrics/test-set";
import { type RunScores, restoreMatrix } from "../../core/project/run-scores";
import { chosenMatrix, type EvaluationState, type ReadyEvaluation } from "../../store/evaluation";
import { isKnown, type KnownRun, type RunRecord } from "../../store/runs";
import { selectSceneRuns } from "../../store/selectors";
import { fixed } from "../format";
import { messages } from "../messages";
import { useSelect, useSelectList } from "../StudioContext";

const words = messages.describe;

export interface ScoredRun extends ScoredMatrix {
  readonly run: KnownRun;
  readonly evaluation: ReadyEvaluation;
}

/** A run whose mask is elsewhere has the scores that came with it. */
export function scoreRun(state: EvaluationState, run: KnownRun): ScoredRun | null {
  const evaluation = run.state.status === "done" ? state.byRun[run.id] : broughtAlong(run);
  if (evaluation?.status !== "ready") {
    return null;
  }
  return { run, evaluation, ...scoreMatrix(chosenMatrix(state, evaluation), evaluation.classes) };
}

/** The same object for the same run, so that what is made of it is made once. */
const brought = new WeakMap<RunScores, ReadyEvaluation>();

function broughtAlong({ state }: RunRecord): ReadyEvaluation | undefined {
  const scores = state.status === "elsewhere" ? state.scores : undefined;
  if (scores === undefined) return undefined;
  const known = brought.get(scores);
  if (known !== undefined) return known;
  const { classes, boundaryPx, notes } = scores;
  const own = classes.map((_, classId) => classId);
  const evaluation: ReadyEvaluation = {
    id: "brought-along",
    status: "ready",
    classes,
    truthToClass: own,
    maskToClass: own,
    withBoundary: restoreMatrix(scores.withBoundary),
    noBoundary: restoreMatrix(scores.noBoundary),
    boundaryPx,
    notes,
    windows: [],
    confidence: null,
  };
  brought.set(scores, evaluation);
  return evaluation;
}

export function useScoredRuns(): ScoredRun[] {
  const evaluation = useSelect((state) => state.evaluation);
  const runs = useSelectList((state) => selectSceneRuns(state).filter(isKnown));
  return useMemo(() => runs.flatMap((run) => scoreRun(evaluation, run) ?? []), [evaluation, runs]);
}

/** "with boundary" or "no boundary · 3 px". */
export function boundaryText({ boundary, boundaryPx }: EvaluationState): string {
  return boundary === "with" ? words.withBoundary : words.noBoundary(boundaryPx);
}

/**
 * "5 classes, without clutter" and "all 6 classes": what a mean covers, in words.
 *
 * @param scores  With them also how many of the classes occur: "mean of 3 of 5 classes, without clutter".
 */
export function conventionTexts(
  { classes }: Pick<ReadyEvaluation, "classes">,
  scores?: Pick<ScoredMatrix, "all">,
): { scored: string; all: string } {
  const left = classes.filter(({ scored }) => !scored).map(({ name }) => name);
  const count = classes.length;
  const texts = {
    scored: left.length === 0 ? words.everyClass(count) : words.withoutClasses(count - left.length, left),
    all: left.length === 0 ? words.everyClass(count) : words.allClasses(count, left),
  };
  if (scores === undefined) {
    return texts;
  }
  const defined = scores.all.perClass.filter(({ iou }) => iou !== null);
  const scored = defined.filter(({ classId }) => classes[classId]!.scored);
  return {
    scored: scored.length === count - left.length ? texts.scored : words.meanOf(scored.length, texts.scored),
    all: defined.length === count ? texts.all : words.meanOf(defined.length, texts.all),
  };
}

/** How many of the classes a mean may cover it does cover. */
export function averagedCount({ all }: Pick<ScoredMatrix, "all">, classes: readonly { readonly scored: boolean }[]) {
  const ids = classes.flatMap(({ scored }, classId) => (scored ? [classId] : []));
  return { defined: ids.filter((id) => all.perClass[id]?.iou != null).length, of: ids.length };
}

/** 0–1, as tables have it. */
export function kappaText(kappa: number | null): string {
  return kappa === null ? "–" : fixed(kappa, 3);
}
