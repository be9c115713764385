/** What each finished run is worth against the truth: matrices only, every score is derived from them. */

import type { NadirErrorFacts } from "../core/errors";
import type { ModelClass } from "../core/manifest/manifest";
import type { Blob } from "../core/metrics/blobs";
import type { ConfusionMatrix } from "../core/metrics/confusion-matrix";
import type { ConfidenceHistogram } from "../core/metrics/reliability";
import type { PixelRect } from "../core/raster/raster";
import type { Sentence } from "../core/remarks/remark";

export type Evaluation = {
  /** Of everything that decides its numbers: another one is out of date. */
  readonly id: string;
} & EvaluationOutcome;

type EvaluationOutcome =
  | { readonly status: "counting" }
  | {
      readonly status: "ready";
      /** Rows and columns of both matrices. */
      readonly classes: readonly ModelClass[];
      /** Class of the matrix for each class id of the truth and of the mask; null when it is left out. */
      readonly truthToClass: readonly (number | null)[];
      readonly maskToClass: readonly (number | null)[];
      readonly withBoundary: ConfusionMatrix;
      readonly noBoundary: ConfusionMatrix;
      /** Radius in pixels of the disc that eroded the truth for `noBoundary`. */
      readonly boundaryPx: number;
      readonly notes: readonly Sentence[];
      /** The squares the scene is scored in, boundaries included. */
      readonly windows: readonly { readonly rect: PixelRect; readonly matrix: ConfusionMatrix }[];
      /** Null when the run kept no confidence. */
      readonly confidence: ConfidenceHistogram | null;
    }
  | { readonly status: "failed"; readonly error: NadirErrorFacts };

export type ReadyEvaluation = Evaluation & { readonly status: "ready" };

/** One cell of a run's confusion matrix, lit up on the map. */
interface LitCell {
  readonly runId: string;
  readonly truthClass: number;
  readonly predictedClass: number;
  /** Pixels in it on the map; equals the cell's count. Null until counted. */
  readonly pixels: number | null;
  /** Largest blobs first. */
  readonly blobs: readonly Blob[];
  readonly blobIndex: number;
}

export interface EvaluationState {
  readonly byRun: Readonly<Record<string, Evaluation>>;
  readonly boundary: "with" | "without";
  readonly boundaryPx: number;
  readonly normalise: "counts" | "rows" | "columns";
  readonly lit: LitCell | null;
  /** Which truth file counts where a scene has two: the full one, or the one whose class boundaries were taken out. */
  readonly truthFile: "full" | "eroded";
  /** The user's word on which truth class each model class counts as, by name; null: as none. */
  readonly classMapping: Readonly<Record<string, string | null>>;
  /** What the scores are of: the scene that is shown, or all ticked ones together. */
  readonly scope: "scene" | "test-set";
  /** Run whose confusion matrix is on show; null for the first one. */
  readonly matrixRunId: string | null;
}

export const initialEvaluation: EvaluationState = {
  byRun: {},
  boundary: "with",
  boundaryPx: 3,
  normalise: "rows",
  lit: null,
  truthFile: "full",
  classMapping: {},
  scope: "scene",
  matrixRunId: null,
};

/** What is on its way; another truth, mapping or radius puts another one in its place, and no cell of the old one shines. */
export function withCounting(state: EvaluationState, runId: string, id: string): EvaluationState {
  const { lit } = withoutEvaluation(state, runId);
  return { ...state, lit, byRun: { ...state.byRun, [runId]: { id, status: "counting" } } };
}

/** Changes nothing when the run is gone or something else is counted by now. */
export function withEvaluation(state: EvaluationState, runId: string, evaluation: Evaluation): EvaluationState {
  return state.byRun[runId]?.id !== evaluation.id
    ? state
    : { ...state, byRun: { ...state.byRun, [runId]: evaluation } };
}

export function withoutEvaluation(state: EvaluationState, runId: string): EvaluationState {
  const { [runId]: _removed, ...byRun } = state.byRun;
  return { ...state, byRun, lit: state.lit?.runId === runId ? null : state.lit };
}

/** The matrix that the chosen boundary rule asks for. */
export function chosenMatrix(state: EvaluationState, evaluation: ReadyEvaluation): ConfusionMatrix {
  return state.boundary === "with" ? evaluation.withBoundary : evaluation.noBoundary;
}
