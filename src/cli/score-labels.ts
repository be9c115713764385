/** A mask counted against a truth, both in plain files, as the page counts them. */
import type { ClassMapping } from "../core/labels/class-mapping";
import type { ModelClass } from "../core/manifest/manifest";
import { ISPRS_BOUNDARY_RADIUS_PX } from "../core/metrics/boundary";
import { strangeTargets } from "../evaluation/class-meeting";
import { type LeftOutStroke, leftOutNotes } from "../evaluation/left-out";
import type { DecodedLabels } from "../evaluation/place-labels";
import { planEvaluation } from "../evaluation/plan-evaluation";
import { scoreMask } from "../evaluation/score-mask";
import type { MaskReader } from "../io/mask-store";
import type { ReportedEvaluation } from "../outputs/report";
import { type CommandIo, printNotes } from "./command-io";

interface ScoredMask {
  readonly pixels: MaskReader;
  readonly classes: readonly ModelClass[];
  /** What its model was taught with does not count. */
  readonly leftOut: readonly LeftOutStroke[];
}

export async function scoreLabels(
  mask: ScoredMask,
  truth: { readonly ids: MaskReader; readonly decoded: DecodedLabels },
  mapping: ClassMapping | null,
  io: CommandIo,
): Promise<ReportedEvaluation> {
  const { classes } = truth.decoded;
  const strangers = mapping === null ? [] : strangeTargets(mapping, classes);
  if (strangers.length > 0) {
    printNotes(io, [`The mapping names ${strangers.join(", ")}, which the truth does not have.`]);
  }
  const chosen = mapping?.modelToTruth ?? {};
  const { meeting, request } = planEvaluation(mask.pixels, mask.classes, classes, chosen, ISPRS_BOUNDARY_RADIUS_PX);
  const { withBoundary, noBoundary, leftOutPixels } = await scoreMask(
    {
      ...request,
      mask: { pixels: mask.pixels, toClass: meeting.maskToClass },
      truth: { pixels: truth.ids, toClass: meeting.truthToClass },
      confidence: null,
      leftOut: mask.leftOut,
    },
    io.signal,
  );
  const notes = [...meeting.notes, ...leftOutNotes(leftOutPixels)];
  printNotes(io, notes);
  return { classes: meeting.classes, withBoundary, noBoundary, boundaryPx: request.boundaryPx, notes };
}
