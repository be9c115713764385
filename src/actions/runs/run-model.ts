/** Runs: queue models on the selected scene, one after the other; cancel, repeat, flatten the heights, remove. */
import { NadirError } from "../../core/errors";
import type { ModelManifest } from "../../core/manifest/manifest";
import { confidenceIdOf, maskIdOf, masksOf, runIdOf } from "../../core/run/mask-names";
import type { RunCheckpoint } from "../../core/run/run-checkpoint";
import { isOfNetwork, type RunResult } from "../../core/run/run-result";
import type { RunSettings } from "../../core/run/run-settings";
import { describeInputs } from "../../core/scene/scene-inputs";
import { runName } from "../../outputs/run-labels";
import { withContent } from "../../store/panes";
import {
  type FinishedRun,
  isDone,
  isHalted,
  isUnfinished,
  type RunHalt,
  type RunRecord,
  type RunState,
  withCheckpoint,
  withRun,
  withRunState,
} from "../../store/runs";
import { findScene, type SceneRecord } from "../../store/scenes";
import {
  runSettingsOf,
  sceneObstacle,
  sceneToRun,
  selectAskedManifests,
  selectManifest,
  selectRemakable,
  selectRun,
  selectRunObstacle,
  selectScene,
  selectScenesToRun,
  selectStaleness,
  selectUnfinishedRuns,
} from "../../store/selectors";
import { type StudioState, update } from "../../store/studio-store";
import type { EngineRunProgress } from "../../workers/engine-protocol";
import { declareMasks, dropResults } from "../results/keep-results";
import { giveUp, takeAway } from "../results/remove";
import { removeUndoably } from "../results/remove-undoably";
import { errorFacts, isCancelled, nextNumber, notify, type Studio } from "../studio";
import { refreshPin } from "../view/probe-pixel";
import { askStorageFor, waitForRoom } from "./ask-storage";
import { engineInputs } from "./engine-inputs";
import { haltOf } from "./halt";
import { whilePaused, whileQueueIsHeld } from "./hold-queue";
import { endProgress, reportProgress } from "./report-progress";
import { runPatiently } from "./run-patiently";
import { showBeside } from "./show-beside";

/**
 * Queues every chosen model on every ticked scene, else on the selected one, model by model, so that each is loaded once.
 * Ticked scenes that have the very run already are skipped, those that cannot be run are named. Does nothing while
 * something is missing everywhere; the button says what.
 */
export function runChosenModels(studio: Studio): void {
  const state = studio.store.getState();
  if (selectRunObstacle(state) !== null) {
    return;
  }
  const scenes = selectScenesToRun(state).map((record) => ({ record, obstacle: sceneObstacle(state, record) }));
  const isTestSet = scenes.some(({ record }) => record.ticked);
  for (const manifest of selectAskedManifests(state)) {
    for (const { record, obstacle } of scenes) {
      if (obstacle === null && !(isTestSet && isMade(state, record, manifest))) {
        queueRun(studio, manifest, runSettingsOf(state, record, manifest), record.scene.id);
      }
    }
  }
  for (const { record, obstacle } of scenes) {
    if (obstacle !== null) {
      notify(studio, "info", studio.messages.sceneNotRun(record.scene.name, obstacle));
    }
  }
}

/** Whether the run that would be queued is there already, finished or on its way. */
function isMade(state: StudioState, { scene }: SceneRecord, { id }: ModelManifest): boolean {
  return state.runs.records.some(
    (run) =>
      run.sceneId === scene.id &&
      run.modelId === id &&
      (isDone(run) || isUnfinished(run)) &&
      run.settings.heights !== "flattened" &&
      (!isDone(run) || isOfNetwork(run.state.result.result)) &&
      selectStaleness(state, run).length === 0,
  );
}

/** Ends the running run and takes back the queued ones. */
export function cancelAllRuns(studio: Studio): void {
  for (const { id } of selectUnfinishedRuns(studio.store.getState())) {
    cancelRun(studio, id);
  }
  update(studio.store, "runs", (state) => ({ ...state, isQueueHeld: false }));
}

/** The same model on the same scene with the settings asked now. */
export function repeatRun(studio: Studio, runId: string, change: Partial<RunSettings> = {}): void {
  const state = studio.store.getState();
  const run = selectRun(state, runId);
  const manifest = run === null ? null : selectManifest(state, run.modelId);
  const record = findScene(state.scenes, run?.sceneId) ?? null;
  if (run !== null && manifest !== null) {
    queueRun(
      studio,
      manifest,
      { ...runSettingsOf(state, record, manifest, run.settings.heights), ...change },
      run.sceneId,
    );
  }
}

/** A model that needs heights over a scene without them, on a plain: an experiment, and called one in its result. */
export function runOverFlatHeights(studio: Studio, modelId: string): void {
  const state = studio.store.getState();
  const manifest = selectManifest(state, modelId);
  const record = selectScene(state);
  if (manifest !== null && record !== null) {
    queueRun(studio, manifest, runSettingsOf(state, record, manifest, "flattened"), record.scene.id);
  }
}

/**
 * A taught model over the shown scene, its mask beside that of the model it was taught from: in a pane of its own, which
 * the next version takes over.
 */
export function runBeside(studio: Studio, modelId: string): void {
  const state = studio.store.getState();
  const manifest = selectManifest(state, modelId);
  const record = selectScene(state);
  if (manifest === null || record === null) return;
  queueRun(studio, manifest, runSettingsOf(state, record, manifest), record.scene.id);
  const runs = studio.store.getState().runs.records.filter(({ sceneId }) => sceneId === record.scene.id);
  showBeside(studio, runs.at(-1)!, runs.slice(0, -1));
}

/** The ablation of the papers: the same model with a flat DSM, to see what the heights are worth. */
export function ablateHeights(studio: Studio, runId: string): void {
  const run = selectRun(studio.store.getState(), runId);
  if (run !== null) {
    repeatRun(studio, runId, { ...run.settings, heights: "flattened" });
  }
}

/** The same run where the graphics device has no say. */
export function runOnCpu(studio: Studio, runId: string): void {
  const run = selectRun(studio.store.getState(), runId);
  if (run !== null) {
    repeatRun(studio, runId, { ...run.settings, backend: "wasm" });
  }
}

/** A run that still waits is taken back at once, whatever it waits for. */
export function cancelRun(studio: Studio, runId: string): void {
  const controller = studio.registry.runControllers.get(runId);
  controller?.abort();
  const run = selectRun(studio.store.getState(), runId);
  if (controller !== undefined && run?.state.status === "queued") {
    endRun(studio, run, { status: "cancelled", ...haltOf(studio, run) });
    forgetController(studio, runId, controller);
  }
}

/** Only its own: a run that was taken back may have been asked for again under the same id. */
function forgetController({ registry }: Studio, runId: string, controller: AbortController): void {
  if (registry.runControllers.get(runId) === controller) registry.runControllers.delete(runId);
}

/** Undoable. */
export function removeRun(studio: Studio, runId: string): void {
  const run = selectRun(studio.store.getState(), runId);
  if (run !== null) {
    removeUndoably(studio, studio.messages.runRemoved(run.modelName), [runId]);
  }
}

/** Goes on a run that was stopped, from its last finished strip. */
export function resumeRun(studio: Studio, runId: string): void {
  const state = studio.store.getState();
  const run = selectRun(state, runId);
  const manifest = run === null ? null : selectManifest(state, run.modelId);
  if (run === null || !isHalted(run.state)) {
    return;
  }
  if (manifest === null) {
    notify(studio, "info", studio.messages.resumeNeedsModel(run.modelName));
    return;
  }
  const { checkpoint, graphSha256 } = run.state;
  if (checkpoint !== null && graphSha256 !== manifest.graph.sha256) {
    notify(studio, "info", studio.messages.resumeNeedsSameModel(run.modelName));
    return;
  }
  const scene = state.scenes.records.find((record) => record.scene.id === run.sceneId);
  const inputs = scene && describeInputs(sceneToRun(scene), manifest);
  if (checkpoint !== null && run.inputs !== undefined && run.inputs !== inputs) {
    notify(studio, "info", studio.messages.resumeNeedsSameInputs(run.modelName, run.inputs));
    return;
  }
  startRun(studio, { ...run, state: { status: "queued", checkpoint } });
}

/** A run of a project made elsewhere, made here with its own settings. */
export function remakeRun(studio: Studio, runId: string): void {
  const run = selectRun(studio.store.getState(), runId);
  if (run !== null) {
    repeatRun(studio, runId, run.settings);
    giveUp(studio, takeAway(studio, [runId]));
  }
}

/** Every run whose mask is elsewhere, of all scenes. */
export function remakeAllRuns(studio: Studio): void {
  for (const { id } of selectRemakable(studio.store.getState())) {
    remakeRun(studio, id);
  }
}

export function newRunId(studio: Studio): string {
  return runIdOf(studio.sessionId, nextNumber(studio));
}

function queueRun(studio: Studio, manifest: ModelManifest, settings: RunSettings, sceneId: string): void {
  const sceneRecord = findScene(studio.store.getState().scenes, sceneId);
  startRun(studio, {
    id: newRunId(studio),
    sceneId,
    modelId: manifest.id,
    modelName: runName(manifest, settings),
    classes: manifest.classes,
    windowPx: manifest.window.sizePx,
    settings,
    ...(sceneRecord && { inputs: describeInputs(sceneToRun(sceneRecord), manifest) }),
    state: { status: "queued", checkpoint: null },
  });
}

/** Queues a new run, or one that is known already and goes on under its id. */
function startRun(studio: Studio, record: RunRecord): void {
  const controller = new AbortController();
  studio.registry.runControllers.set(record.id, controller);
  declareMasks(studio, record);
  update(studio.store, "runs", (state) =>
    selectRun(studio.store.getState(), record.id) === null
      ? withRun(state, record)
      : withRunState(state, record.id, record.state),
  );
  void studio.working.engineQueue.add(() => executeRun(studio, record, controller));
}

async function executeRun(studio: Studio, record: RunRecord, controller: AbortController): Promise<void> {
  const { id } = record;
  const { signal } = controller;
  const resume = record.state.status === "queued" ? record.state.checkpoint : null;
  try {
    await whileQueueIsHeld(studio, signal);
    update(studio.store, "runs", (state) =>
      withRunState(state, id, { status: "running", paused: false, checkpoint: resume }),
    );
    const result = await runWhereThereIsRoom(studio, record, resume, signal);
    update(studio.store, "runs", (state) => withRunState(state, id, { status: "done", result }));
    showMask(studio, id);
    void refreshPin(studio);
  } catch (error) {
    // Taken back while it waited, it has ended already.
    if (studio.registry.runControllers.get(id) !== controller) return;
    const halt = haltAfter(error, haltOf(studio, selectRun(studio.store.getState(), id) ?? record));
    endRun(
      studio,
      record,
      isCancelled(error) ? { status: "cancelled", ...halt } : { status: "failed", error: errorFacts(error), ...halt },
    );
  } finally {
    endProgress(studio, id);
    forgetController(studio, id, controller);
  }
}

/** Before its end: rows that it could go on from stay. */
function endRun(studio: Studio, { id, settings }: RunRecord, next: RunState & RunHalt): void {
  update(studio.store, "runs", (state) => withRunState(state, id, next));
  if (next.checkpoint === null) {
    dropResults(studio, masksOf(id, settings));
  }
}

/** Where the storage is full the run stands still with the rows it has, and goes on from them when there is room. */
async function runWhereThereIsRoom(
  studio: Studio,
  record: RunRecord,
  resume: RunCheckpoint | null,
  signal: AbortSignal,
): Promise<FinishedRun> {
  for (let halt: Pick<RunHalt, "checkpoint"> = { checkpoint: resume }; ; ) {
    try {
      await askStorageFor(studio, halt.checkpoint === null ? maskBytes(studio, record) : 0);
      return await runOnEngine(studio, record, halt.checkpoint, signal);
    } catch (error) {
      if (!(error instanceof NadirError) || error.code !== "no-room") throw error;
      const { checkpoint, share } = haltOf(studio, selectRun(studio.store.getState(), record.id) ?? record);
      await waitForRoom(studio, record.id, error.facts, (1 - share) * maskBytes(studio, record), signal);
      halt = { checkpoint };
    }
  }
}

/** From rows that something else has changed nothing goes on. */
function haltAfter(error: unknown, halt: RunHalt): RunHalt {
  const isDamaged = error instanceof NadirError && error.code === "damaged-result";
  return isDamaged ? { ...halt, checkpoint: null, share: 0 } : halt;
}

function maskBytes({ store }: Studio, { id, sceneId, settings }: RunRecord): number {
  const scene = store.getState().scenes.records.find((record) => record.scene.id === sceneId)?.scene;
  const { widthPx = 0, heightPx = 0 } = scene?.optical.facts ?? {};
  return widthPx * heightPx * masksOf(id, settings).length;
}

const NO_WINDOWS = { windowsDone: 0, windowsTotal: 0, windowsPerSecond: 0, secondsLeft: null };

async function runOnEngine(
  studio: Studio,
  record: RunRecord,
  resume: RunCheckpoint | null,
  signal: AbortSignal,
): Promise<FinishedRun> {
  const inputs = await engineInputs(studio, record, signal, (loaded) =>
    reportProgress(studio, record.id, { ...NO_WINDOWS, stage: "loading-model", loaded }),
  );
  await whilePaused(studio, record.id, signal);
  let isShown = false;
  const result = await runPatiently(
    studio.engine,
    {
      ...inputs,
      backend: record.settings.backend,
      batch: record.settings.batch,
      settings: record.settings,
      maskId: maskIdOf(record.id),
      confidenceId: record.settings.confidence ? confidenceIdOf(record.id) : null,
      ...(resume !== null && { resume }),
    },
    {
      signal,
      onProgress({ checkpoint, ...progress }: EngineRunProgress) {
        if (!signal.aborted) {
          reportProgress(studio, record.id, progress);
        }
        if (checkpoint !== undefined) {
          update(studio.store, "runs", (state) => withCheckpoint(state, record.id, checkpoint));
          if (!isShown && !signal.aborted) {
            isShown = true;
            showMask(studio, record.id);
          }
        }
      },
      isPaused: () => {
        const state = selectRun(studio.store.getState(), record.id)?.state;
        return state?.status === "running" && state.paused;
      },
      onRestart: (row) => notify(studio, "info", studio.messages.engineRestarted(record.modelName, row)),
    },
    studio.patience,
  );
  update(studio.store, "engine", (state) => ({
    ...state,
    backend: result.backend,
    selfCheck: { modelName: record.modelName, facts: result.selfCheck },
  }));
  const warnings = [...result.warnings, ...(resume === null ? [] : [studio.messages.timesOfTheRest])];
  const seconds = (result.timings.statisticsMs + result.timings.runMs) / 1000;
  return finishedRun({ ...result, warnings }, record.id, record.settings, seconds);
}

export function finishedRun(result: RunResult, runId: string, settings: RunSettings, seconds: number): FinishedRun {
  return { maskId: maskIdOf(runId), confidenceId: settings.confidence ? confidenceIdOf(runId) : null, result, seconds };
}

/**
 * A mask is shown from its first finished strip on: in the last pane that still shows the plain photo, else in the active
 * one if no pane shows a mask.
 */
export function showMask(studio: Studio, runId: string): void {
  const state = studio.store.getState();
  if (selectScene(state)?.scene.id !== selectRun(state, runId)?.sceneId) {
    return;
  }
  const { count, contents, activePane } = state.panes;
  const shown = contents.slice(0, count);
  const free = shown.findLastIndex(({ kind }) => kind === "optical");
  const anyMask = shown.some(({ kind }) => kind === "mask");
  if (shown.some((content) => content.kind === "mask" && content.runId === runId)) {
    return;
  }
  if (free >= 0 || !anyMask) {
    const pane = free >= 0 ? free : activePane;
    update(studio.store, "panes", (panes) => withContent(panes, pane, { kind: "mask", runId }));
  }
}
