/** What a mask and a truth are compared in: decided here for page and command line, before any pixel is counted. */
import type { ClassMapping } from "../core/labels/class-mapping";
import type { ModelClass } from "../core/manifest/manifest";
import { averagedClasses } from "../core/metrics/scores";
import { scoringWindowPx } from "../core/metrics/scoring-window";
import type { GridSize } from "../core/raster/tile-grid";
import { type ClassMeeting, mapMaskToTruth } from "./class-meeting";
import type { ScoreRequest } from "./score-mask";

export interface EvaluationPlan {
  readonly meeting: ClassMeeting;
  readonly request: Pick<ScoreRequest, "size" | "classCount" | "averaged" | "boundaryPx" | "windowPx">;
}

/** @param chosen The user's word on which truth class a mask class counts as, by name. */
export function planEvaluation(
  { widthPx, heightPx }: GridSize,
  maskClasses: readonly ModelClass[],
  truthClasses: readonly ModelClass[],
  chosen: ClassMapping["modelToTruth"],
  boundaryPx: number,
): EvaluationPlan {
  const meeting = mapMaskToTruth(maskClasses, truthClasses, chosen);
  return {
    meeting,
    request: {
      size: { widthPx, heightPx },
      classCount: meeting.classes.length,
      averaged: averagedClasses(meeting.classes, "scored"),
      boundaryPx,
      windowPx: scoringWindowPx(widthPx, heightPx),
    },
  };
}
