/** Derived facts: pure, computed from the store, never kept in it. */

import { groundSamplingDistanceMetres } from "../core/georef/ground-sampling-distance";
import { canonicalClass } from "../core/labels/class-mapping";
import type { ModelClass, ModelManifest } from "../core/manifest/manifest";
import type { Sentence } from "../core/remarks/remark";
import { areaWithin } from "../core/run/area-of-interest";
import { checkModelFit, type ModelFit } from "../core/run/model-fit";
import { runsWithoutAuxiliary } from "../core/run/plan-heights";
import { queueSecondsLeft } from "../core/run/queue-time";
import { isOfNetwork } from "../core/run/run-result";
import type { AreaOfInterest, RunSettings } from "../core/run/run-settings";
import type { Scene } from "../core/scene/scene";
import { describeInputs } from "../core/scene/scene-inputs";
import { AUXILIARY_KINDS } from "../core/vocabulary/auxiliary-kinds";
import { type DoneRun, isDone, isUnfinished, type RunRecord } from "./runs";
import { findScene, type SceneRecord } from "./scenes";
import { settingsDifferences, settingsFor } from "./settings";
import type { StudioState } from "./studio-store";

export function selectScene(state: StudioState): SceneRecord | null {
  return findScene(state.scenes, state.scenes.selectedId) ?? null;
}

/** Runs of the selected scene, oldest first. */
export function selectSceneRuns(state: StudioState): RunRecord[] {
  return state.runs.records.filter(({ sceneId }) => sceneId === state.scenes.selectedId);
}

export function selectDoneRuns(state: StudioState): DoneRun[] {
  return selectSceneRuns(state).filter(isDone);
}

/** Of any scene, oldest first. */
export function doneRunsOf({ runs }: Pick<StudioState, "runs">, sceneId: string): DoneRun[] {
  return runs.records.filter(isDone).filter((run) => run.sceneId === sceneId);
}

/** Runs of a project whose masks are elsewhere and that can be made here: the model is known. */
export function selectRemakable(state: StudioState): RunRecord[] {
  return state.runs.records.filter(
    (run) =>
      run.state.status === "elsewhere" &&
      isOfNetwork(run.state.result.result) &&
      selectManifest(state, run.modelId) !== null,
  );
}

/** The running run and the queued ones, of every scene, in the order they were asked for. */
export function selectUnfinishedRuns({ runs }: Pick<StudioState, "runs">): RunRecord[] {
  return runs.records.filter(isUnfinished);
}

/** Whether what runs and waits stands still, by the user's wish or for want of room. */
export function selectIsQueueHeld({ runs }: Pick<StudioState, "runs">): boolean {
  return runs.isQueueHeld || runs.records.some(({ state }) => state.status === "running" && state.paused);
}

/** Seconds until nothing runs or waits any more; null while nothing can be said. */
export function selectQueueSeconds({ runs, progress, scenes }: Pick<StudioState, "runs" | "progress" | "scenes">) {
  const unfinished = selectUnfinishedRuns({ runs });
  if (unfinished.length === 0) return 0;
  const sizes = new Map(scenes.records.map(({ scene }) => [scene.id, scene.optical.facts]));
  const sized = ({ modelId, sceneId, settings }: RunRecord) => {
    const { widthPx, heightPx } = settings.areaOfInterest ?? sizes.get(sceneId) ?? { widthPx: 0, heightPx: 0 };
    return { modelId, pixels: widthPx * heightPx };
  };
  const left = (run: RunRecord) => (run.state.status === "running" ? (progress[run.id]?.secondsLeft ?? null) : null);
  return queueSecondsLeft(
    unfinished.reduce((sum, run) => sum + (left(run) ?? 0), 0),
    unfinished.filter((run) => left(run) === null).map(sized),
    runs.records
      .filter(isDone)
      .map((run) => ({ ...sized(run), seconds: run.state.result.seconds }))
      .filter(({ pixels }) => pixels > 0),
  );
}

export function selectRun(state: StudioState, runId: string): RunRecord | null {
  return state.runs.records.find(({ id }) => id === runId) ?? null;
}

export function selectManifest(state: Pick<StudioState, "models">, modelId: string): ModelManifest | null {
  return state.models.records.find(({ id }) => id === modelId)?.manifest ?? null;
}

export function selectAskedManifests(state: StudioState): ModelManifest[] {
  return state.settings.modelIds.flatMap((id) => selectManifest(state, id) ?? []);
}

/**
 * What a re-run would do differently than the run did, in words; empty when the result is fresh.
 * The height ablation is part of what the run is, so it never makes a run stale.
 */
export function selectStaleness(state: StudioState, run: RunRecord): string[] {
  if (run.state.status === "done" && !isOfNetwork(run.state.result.result)) return [];
  const manifest = selectManifest(state, run.modelId);
  const record = findScene(state.scenes, run.sceneId) ?? null;
  return [
    ...(manifest === null
      ? []
      : settingsDifferences(run.settings, runSettingsOf(state, record, manifest, run.settings.heights))),
    ...(record !== null &&
    manifest !== null &&
    run.inputs !== undefined &&
    run.inputs !== describeInputs(sceneToRun(record), manifest)
      ? ["bands or files"]
      : []),
  ];
}

/** The ticked scenes; where none is, nothing. */
export function selectTicked(state: Pick<StudioState, "scenes">): SceneRecord[] {
  return state.scenes.records.filter(({ ticked }) => ticked);
}

/** The scenes that "Run" runs over: the ticked ones, else the selected one. */
export function selectScenesToRun(state: StudioState): SceneRecord[] {
  const ticked = selectTicked(state);
  return ticked.length > 0 ? ticked : state.scenes.records.filter(({ scene }) => scene.id === state.scenes.selectedId);
}

/** Why the run button does nothing, or null when there is a scene that it runs over. */
export function selectRunObstacle(state: StudioState): Sentence | null {
  let first: Sentence | null = null;
  for (const record of selectScenesToRun(state)) {
    const obstacle = sceneObstacle(state, record);
    if (obstacle === null) {
      return null;
    }
    first ??= obstacle;
  }
  return first ?? { say: "drop-photo-first" };
}

/** Why the chosen models do not run over this scene; null when they do. */
export function sceneObstacle(state: StudioState, record: SceneRecord): Sentence | null {
  const manifests = selectAskedManifests(state);
  if (manifests.length === 0) {
    return { say: state.models.zoo === "loading" ? "models-loading" : "choose-model-first" };
  }
  const needsHeights = manifests.find((manifest) => !runsWithoutAuxiliary(manifest));
  if (record.auxiliaryChoice === "leave-out" && record.scene.auxiliary !== null && needsHeights !== undefined) {
    const label = AUXILIARY_KINDS[record.scene.auxiliary.kind].name;
    return { say: "raster-left-out", model: needsHeights.name, label };
  }
  const refusal = manifests
    .flatMap((manifest) => selectModelFit(state, record, manifest))
    .find(({ tone }) => tone === "bad");
  return refusal?.text ?? null;
}

/** What is to be said of a model over a scene, with the listed models to choose from instead. */
export function selectModelFit(
  { models }: Pick<StudioState, "models">,
  record: SceneRecord,
  manifest: ModelManifest,
  heights: RunSettings["heights"] = "as-is",
): ModelFit[] {
  const others = models.records.map((known) => known.manifest);
  return checkModelFit(manifest, sceneToRun(record), others, heights);
}

/** Classes of the scene's finished runs and of the chosen models, once per name. */
export function selectModelClasses(state: StudioState): ModelClass[] {
  const lists = [
    ...selectDoneRuns(state).map(({ classes }) => classes),
    ...selectAskedManifests(state).map(({ classes }) => classes),
  ];
  return [...new Map(lists.flat().map((entry) => [entry.name, entry])).values()];
}

/** Where the next run of a scene runs: its area of interest, and only where the second raster lies if so chosen. */
export function areaToRun({ area, auxiliaryChoice, scene }: SceneRecord): AreaOfInterest | null {
  const overlap = auxiliaryChoice === "only-where-it-lies" ? (scene.auxiliary?.alignment.overlapRect ?? null) : null;
  return area !== undefined && overlap !== null ? (areaWithin(area, overlap) ?? overlap) : (area ?? overlap);
}

/** The scene as a run sees it: without the second raster when the user leaves it out. */
export function sceneToRun({ scene, auxiliaryChoice }: SceneRecord): Scene {
  return auxiliaryChoice === "leave-out" ? { ...scene, auxiliary: null, otherAuxiliaries: [] } : scene;
}

/** What the next run of a model over a scene is asked to do. */
export function runSettingsOf(
  state: StudioState,
  record: SceneRecord | null,
  manifest: ModelManifest,
  heights: RunSettings["heights"] = "as-is",
): RunSettings {
  const leftOut = record?.auxiliaryChoice === "leave-out";
  return settingsFor(
    state.settings,
    manifest,
    leftOut ? "left-out" : heights === "left-out" ? "as-is" : heights,
    record === null ? null : areaToRun(record),
    record === null ? null : groundSamplingDistanceMetres(record.scene.optical.facts),
  );
}

export interface LegendClass {
  readonly key: string;
  readonly name: string;
  readonly colour: ModelClass["colour"];
}

/** Every class that can appear on the map, once: the scene's truth, its runs, then the chosen models. */
export function selectLegendClasses(
  state: Pick<StudioState, "runs" | "scenes" | "models"> & {
    readonly settings: Pick<StudioState["settings"], "modelIds">;
  },
): LegendClass[] {
  const record = findScene(state.scenes, state.scenes.selectedId);
  const lists = [
    ...state.runs.records
      .filter((run) => run.sceneId === record?.scene.id && isDone(run))
      .map(({ classes }) => classes),
    record?.truth.status === "ready" ? record.truth.classes : [],
    ...state.models.records
      .filter(({ id }) => state.settings.modelIds.includes(id))
      .map(({ manifest }) => manifest.classes),
  ];
  const byKey = new Map<string, LegendClass>();
  for (const { name, colour } of lists.flat()) {
    const key = canonicalClass(name);
    if (!byKey.has(key)) {
      byKey.set(key, { key, name, colour });
    }
  }
  return [...byKey.values()];
}
