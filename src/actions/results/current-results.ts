/** What the state as it is lets be made of runs and truths: pure, so that a result is current exactly when it is listed. */
import { canonicalClass } from "../../core/labels/class-mapping";
import type { ProjectTaught } from "../../core/project/project";
import type { MaskReading, ResultOf } from "../../core/results/result";
import { truthIdOf } from "../../core/run/mask-names";
import { planAboveGround } from "../../core/run/plan-heights";
import { auxiliariesOf } from "../../core/scene/scene";
import type { ClassMeeting } from "../../evaluation/class-meeting";
import { planEvaluation } from "../../evaluation/plan-evaluation";
import { correctedMaskOf, maskInUse } from "../../store/masks-in-use";
import { type DoneRun, isDone } from "../../store/runs";
import { findScene, type SceneRecord } from "../../store/scenes";
import type { StudioState } from "../../store/studio-store";
import { taughtOf } from "../../store/teaching";

export type Of<Kind extends ResultOf["kind"]> = ResultOf & { readonly kind: Kind };

/** A finished run against the truth, and the rasters that come with it. */
export interface CurrentEvaluation {
  /** What the run's model was taught with; null for models that were not taught. */
  readonly taught: ProjectTaught | null;
  readonly run: DoneRun;
  readonly record: SceneRecord;
  readonly meeting: ClassMeeting;
  readonly of: Of<"evaluation">;
  readonly erodedTruth: Of<"eroded-truth">;
  readonly windowMap: Of<"window-iou">;
}

/** Where the finished runs of a scene agree. */
export interface CurrentAgreement {
  readonly record: SceneRecord;
  readonly runs: readonly DoneRun[];
  readonly masks: readonly MaskReading[];
  readonly classCount: number;
}

/** Null while the scene's truth is not read. */
export function currentEvaluation(state: StudioState, run: DoneRun): CurrentEvaluation | null {
  const record = findScene(state.scenes, run.sceneId);
  if (record?.truth.status !== "ready") {
    return null;
  }
  const { boundaryPx, classMapping } = state.evaluation;
  const { optical } = record.scene;
  const plan = planEvaluation(optical.facts, run.classes, record.truth.classes, classMapping, boundaryPx);
  const { meeting } = plan;
  const { averaged, windowPx } = plan.request;
  const mask = { maskId: maskInUse(state, run).maskId, toClass: meeting.maskToClass };
  const truth = { maskId: record.truth.maskId, toClass: meeting.truthToClass };
  const taught = taughtOf(state.teaching, run.state.result.result.graphSha256);
  const leftOut = taught && { leftOut: taught.manifest.graph.sha256 };
  return {
    taught,
    run,
    record,
    meeting,
    of: {
      kind: "evaluation",
      mask,
      truth,
      confidenceId: run.state.result.confidenceId,
      classNames: meeting.classes.map(({ name }) => name),
      averaged,
      boundaryPx,
      windowPx,
      ...leftOut,
    },
    erodedTruth: { kind: "eroded-truth", truthId: truth.maskId, radiusPx: boundaryPx },
    windowMap: { kind: "window-iou", mask, truth, windowPx, averaged, ...leftOut },
  };
}

/** Null with fewer than two finished runs. */
export function currentAgreement(state: StudioState, record: SceneRecord): CurrentAgreement | null {
  const runs = state.runs.records.filter(isDone).filter(({ sceneId }) => sceneId === record.scene.id);
  if (runs.length < 2) {
    return null;
  }
  // Runs of different models vote by the name of the class.
  const keys = [...new Set(runs.flatMap(({ classes }) => classes.map(({ name }) => canonicalClass(name))))];
  const masks = runs.map((run) => {
    const { classes } = run;
    const toClass: (number | null)[] = [];
    for (const { id, name } of classes) {
      toClass[id] = keys.indexOf(canonicalClass(name));
    }
    return { maskId: maskInUse(state, run).maskId, toClass };
  });
  return { record, runs, masks, classCount: keys.length };
}

/** Heights above the ground that the scene can be given; null where there are none to make, or none need making. */
export function currentAboveGround({ scene }: SceneRecord): Of<"above-ground"> | null {
  const plan = planAboveGround(auxiliariesOf(scene));
  return plan === null || plan.how === "as-given"
    ? null
    : { kind: "above-ground", surfaceId: plan.raster.rasterId, terrainId: plan.terrain?.rasterId ?? null };
}

/** Truths the scenes are scored against. */
export function currentTruths({ scenes }: StudioState): string[] {
  return scenes.records.flatMap(({ scene }) =>
    scene.truth === null ? [] : [truthIdOf(scene.truth.rasterId, scene.optical.rasterId)],
  );
}

/** Ids of the masks that count, and of those that are to. */
export function currentMasks(state: StudioState, idOf: (of: ResultOf) => string): string[] {
  return state.runs.records.filter(isDone).flatMap((run) => {
    const wanted = correctedMaskOf(run);
    return [maskInUse(state, run).maskId, ...(wanted === null ? [] : [idOf(wanted)])];
  });
}
