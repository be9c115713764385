/** Finished runs with their scores under the chosen boundary rule: what every evaluation tab reads. */
import { useMemo } from "react";
import type { ConfusionMatrix } from "../../core/metrics/confusion-matrix";
import { averagedClasses, type Scores, scoreConfusion } from "../../core/metrics/scores";
import { chosenMatrix, type EvaluationState, type ReadyEvaluation } from "../../store/evaluation";
import type { DoneRun } from "../../store/runs";
import { selectDoneRuns } from "../../store/selectors";
import { messages } from "../messages";
import { useSelect, useSelectList } from "../StudioContext";

const words = messages.describe;

export interface ScoredRun {
  readonly run: DoneRun;
  readonly evaluation: ReadyEvaluation;
  readonly matrix: ConfusionMatrix;
  /** Means over the scored classes: without clutter. */
  readonly scored: Scores;
  /** Means over every class. */
  readonly all: Scores;
}

export function scoreRun(state: EvaluationState, run: DoneRun): ScoredRun | null {
  const evaluation = state.byRun[run.id];
  if (evaluation?.status !== "ready") {
    return null;
  }
  const matrix = chosenMatrix(state, evaluation);
  return {
    run,
    evaluation,
    matrix,
    scored: scoreConfusion(matrix, averagedClasses(evaluation.classes, "scored")),
    all: scoreConfusion(matrix, averagedClasses(evaluation.classes, "all")),
  };
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
export function conventionTexts(evaluation: ReadyEvaluation): { scored: string; all: string } {
  const left = evaluation.classes.filter(({ scored }) => !scored).map(({ name }) => name);
  const count = evaluation.classes.length;
  return {
    scored: left.length === 0 ? words.everyClass(count) : words.withoutClasses(count - left.length, left),
    all: left.length === 0 ? words.everyClass(count) : words.allClasses(count, left),
  };
}
