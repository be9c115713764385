/** The two maps that are compared, and what is known of how they differ. */
import type { DatedChanges } from "../core/metrics/map-changes";
import type { DatedSource, ResultOf } from "../core/results/result";
import { auxiliariesOf, type Scene } from "../core/scene/scene";
import { maskInUse } from "./masks-in-use";
import type { ResultRecord } from "./results";
import { type DoneRun, isDone } from "./runs";
import type { StudioState } from "./studio-store";

export interface DatedRun {
  readonly run: DoneRun;
  readonly scene: Scene;
}

/** Every finished run of every scene, oldest first. */
export function selectDatedRuns(state: Pick<StudioState, "runs" | "scenes">): DatedRun[] {
  return state.runs.records.filter(isDone).flatMap((run) => {
    const scene = state.scenes.records.find((record) => record.scene.id === run.sceneId)?.scene;
    return scene === undefined ? [] : [{ run, scene }];
  });
}

/** Whether there are maps of two scenes. */
export function selectHasDates(state: Pick<StudioState, "runs" | "scenes">): boolean {
  return new Set(selectDatedRuns(state).map(({ scene }) => scene.id)).size > 1;
}

export interface ComparedDates {
  readonly before: DatedRun;
  readonly after: DatedRun;
  readonly of: ResultOf & { readonly kind: "date-changes" };
}

/** Null before there are maps of two scenes. */
export function selectDates(state: StudioState): ComparedDates | null {
  const { beforeRunId, afterRunId, least } = state.dates;
  const runs = selectDatedRuns(state);
  const chosen = (id: string | null) => runs.find(({ run }) => run.id === id);
  const shown = runs.filter(({ scene }) => scene.id === state.scenes.selectedId).at(-1);
  const before = chosen(beforeRunId) ?? shown ?? runs.at(0);
  const after = chosen(afterRunId) ?? runs.filter(({ scene }) => scene.id !== before?.scene.id).at(-1);
  if (before === undefined || after === undefined || before.run.id === after.run.id) return null;
  const kind = (["dsm", "ndsm"] as const).find((each) => [before, after].every(({ scene }) => heightsOf(scene, each)));
  const source = ({ run, scene }: DatedRun): DatedSource => ({
    runId: run.id,
    maskId: maskInUse(state, run).maskId,
    opticalId: scene.optical.rasterId,
    heightsId: kind === undefined ? null : heightsOf(scene, kind),
  });
  return { before, after, of: { kind: "date-changes", before: source(before), after: source(after), least } };
}

/** Id of the scene's raster of that kind, where it can be laid on the photo. */
function heightsOf(scene: Scene, kind: "dsm" | "ndsm"): string | null {
  const found = auxiliariesOf(scene).find((raster) => raster.kind === kind && raster.alignment.verdict !== "refused");
  return found?.rasterId ?? null;
}

/** Undefined before anybody asked. */
export function findChanges(
  { results }: Pick<StudioState, "results">,
  { of }: ComparedDates,
): ResultRecord | undefined {
  const wanted = JSON.stringify(of);
  return Object.values(results).find((record) => record.of.kind === of.kind && JSON.stringify(record.of) === wanted);
}

/** What a report says of a run as the earlier date: everything that was compared of the maps as they are now. */
export function reportedChanges(state: StudioState, run: DoneRun): readonly DatedChanges[] {
  const runs = selectDatedRuns(state);
  return Object.values(state.results).flatMap(({ of, state: known }): DatedChanges[] => {
    if (of.kind !== "date-changes" || of.before.runId !== run.id || known.status !== "ready") return [];
    const later = runs.find((dated) => dated.run.id === of.after.runId);
    const isNow = later !== undefined && isOf(state, of.before, run) && isOf(state, of.after, later.run);
    if (!isNow || known.changes === undefined) return [];
    const { changes, placement = null } = known;
    return [{ sceneName: later.scene.name, modelName: later.run.modelName, changes, placement }];
  });
}

function isOf(state: StudioState, { maskId }: DatedSource, run: DoneRun): boolean {
  return maskInUse(state, run).maskId === maskId;
}

/** Of two runs, whatever else they were compared by; null until it is there. */
export function readyChangeRaster(
  { results }: Pick<StudioState, "results">,
  kind: "date-changes" | "date-pairs" | "height-change",
  runId: string,
  otherRunId: string,
): ResultRecord | null {
  const isIt = ({ of, state }: ResultRecord) =>
    of.kind === kind && of.before.runId === runId && of.after.runId === otherRunId && state.status === "ready";
  return Object.values(results).find(isIt) ?? null;
}
