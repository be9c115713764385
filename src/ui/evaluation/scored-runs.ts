/** Finished runs with their scores under the chosen boundary rule: what every evaluation tab reads. */
import { useMemo } from "react";
import { type ScoredMatrix, scoreMatrix } from "../../core/metrics/test-set";
import { chosenMatrix, type EvaluationState, type ReadyEvaluation } from "../../store/evaluation";
import type { DoneRun } from "../../store/runs";
import { selectDoneRuns } from "../../store/selectors";
import { fixed } from "../format";
import { messages } from "../messages";
import { useSelect, useSelectList } from "../StudioContext";

const words = messages.describe;

export interface ScoredRun extends ScoredMatrix {
  readonly run: DoneRun;
  readonly evaluation: ReadyEvaluation;
}

export function scoreRun(state: EvaluationState, run: DoneRun): ScoredRun | null {
  const evaluation = state.byRun[run.id];
  if (evaluation?.status !== "ready") {
    return null;
  }
  return { run, evaluation, ...scoreMatrix(chosenMatrix(state, evaluation), evaluation.classes) };
}

export function useScoredRuns(): ScoredRun[] {
  const evaluation = useSelect((state) => state.evaluation);
  const runs = useSelectList(selectDoneRuns);
  return useMemo(() => runs.flatMap((run) => scoreRun(evaluation, run) ?? []), [evaluation, runs]);
}

/** "with boundary" or "no boundary · 3 px". */
export function boundaryText({ boundary, boundaryPx }: EvaluationState): string {
  return boundary === "with" ? words.withBoundary : words.noBoundary(boundaryPx);
}

/** "5 classes, without clutter" and "all 6 classes": what a mean covers, in words. */
export function conventionTexts(evaluation: Pick<ReadyEvaluation, "classes">): { scored: string; all: string } {
  const left = evaluation.classes.filter(({ scored }) => !scored).map(({ name }) => name);
  const count = evaluation.classes.length;
  return {
    scored: left.length === 0 ? words.everyClass(count) : words.withoutClasses(count - left.length, left),
    all: left.length === 0 ? words.everyClass(count) : words.allClasses(count, left),
  };
}

/** 0–1, as tables have it. */
export function kappaText(kappa: number | null): string {
  return kappa === null ? "–" : fixed(kappa, 3);
}
