/** Learning: strokes of every scene and the chosen model become the next version of it, which then runs. */
import type { ModelManifest } from "../../core/manifest/manifest";
import { correctionKey } from "../../core/raster/band-corrections";
import type { RunProgress } from "../../core/run/run-settings";
import { rastersOf } from "../../core/scene/scene";
import { describeInputs } from "../../core/scene/scene-inputs";
import type { ModelRecord } from "../../store/models";
import type { SceneRecord } from "../../store/scenes";
import { runSettingsOf, sceneToRun } from "../../store/selectors";
import { type StudioState, update } from "../../store/studio-store";
import type { ShownLesson, TeachingState } from "../../store/teaching";
import { selectLearnObstacle, selectPupil, selectScenesWithStrokes } from "../../store/teaching-selectors";
import type { EngineTeachRequest } from "../../workers/engine-protocol";
import { askPatiently } from "../runs/ask-patiently";
import { sceneInputs } from "../runs/engine-inputs";
import { endProgress, reportProgress } from "../runs/report-progress";
import { runBeside } from "../runs/run-model";
import { errorFacts, isCancelled, type Studio } from "../studio";
import { strokesToSave } from "./strokes-to-save";
import { addTaught, nextVersion, taughtStem } from "./taught-models";

/** Of the store's progress, and of what cancels it. */
export const LEARNING = "learning";

type TaughtAnswer = Awaited<ReturnType<typeof ask>>;

/**
 * Waits its turn behind runs. The new version joins the models and runs over the shown scene, beside the old map; where
 * the old head was the better one, there is none, and that is said. Does nothing while something is missing.
 */
export async function learnFromStrokes(studio: Studio): Promise<void> {
  const state = studio.store.getState();
  const pupil = selectPupil(state);
  if (pupil === null || selectLearnObstacle(state) !== null || state.teaching.work.status === "learning") {
    return;
  }
  const controller = new AbortController();
  studio.registry.runControllers.set(LEARNING, controller);
  setWork(studio, { status: "learning" });
  try {
    const answer = await studio.working.engineQueue.add(() => ask(studio, pupil, controller.signal));
    const modelId = answer.lesson.keptBecause === null ? addTaught(studio, pupil, answer) : null;
    update(studio.store, "teaching", (teaching) => ({ ...teaching, lesson: shownLesson(pupil, answer, modelId) }));
    setWork(studio, { status: "idle" });
    if (modelId !== null) runBeside(studio, modelId);
  } catch (error) {
    setWork(studio, isCancelled(error) ? { status: "idle" } : { status: "failed", error: errorFacts(error) });
  } finally {
    endProgress(studio, LEARNING);
    studio.registry.runControllers.delete(LEARNING);
  }
}

export function cancelLearning(studio: Studio): void {
  studio.registry.runControllers.get(LEARNING)?.abort();
}

/** Asks whether a model of the user's own can be taught, once per graph; the answer stands in the store. */
export async function lookAtPupil(studio: Studio): Promise<void> {
  const state = studio.store.getState();
  const pupil = selectPupil(state);
  const bytes = studio.registry.models.get(pupil?.id ?? "");
  if (pupil?.origin !== "own" || bytes === undefined) return;
  const { sha256 } = pupil.manifest.graph;
  if (sha256 in state.teaching.faults) return;
  try {
    const fault = await studio.engine.call("teachingFault", { files: await bytes.files() });
    update(studio.store, "teaching", (teaching) => ({ ...teaching, faults: { ...teaching.faults, [sha256]: fault } }));
  } catch {
    // Whoever learns from it is told.
  }
}

async function ask(studio: Studio, pupil: ModelRecord, signal: AbortSignal) {
  signal.throwIfAborted();
  const state = studio.store.getState();
  const { manifest } = pupil;
  const records = selectScenesWithStrokes(state);
  const version = nextVersion(state, manifest);
  const scenes: EngineTeachRequest["scenes"][number][] = [];
  for (const record of records) {
    const settings = runSettingsOf(state, record, manifest);
    const run = { sceneId: record.scene.id, modelId: pupil.id, settings };
    const inputs = await sceneInputs(studio, run, signal);
    scenes.push({ ...inputs, settings, ...strokesToSave(state, [record]), key: keyOf(state, record, manifest) });
  }
  const strokes = strokesToSave(state, records);
  const request: EngineTeachRequest = {
    files: await studio.registry.models
      .get(pupil.id)!
      .files(signal, (loaded) => reportProgress(studio, LEARNING, { ...NO_WINDOWS, loaded })),
    scenes,
    strokes,
    stem: taughtStem(manifest, version),
    name: `${manifest.name} taught ${version}`,
    date: new Date().toISOString().slice(0, 10),
  };
  const answer = await askPatiently(
    studio.engine,
    (asking) => studio.engine.call("teach", request, asking),
    {
      signal,
      onProgress: (progress: RunProgress) => {
        if (!signal.aborted) reportProgress(studio, LEARNING, progress);
      },
    },
    studio.patience,
  );
  return { ...answer, strokes, version };
}

const NO_WINDOWS = {
  windowsDone: 0,
  windowsTotal: 0,
  windowsPerSecond: 0,
  secondsLeft: null,
  stage: "loading-model",
} as const;

/** Of a scene's windows: another one whenever other pixels would be read. */
export function keyOf({ corrections }: StudioState, record: SceneRecord, manifest: ModelManifest): string {
  const rasters = rastersOf(record.scene).map(({ rasterId, facts }) => [rasterId, corrections[correctionKey(facts)]]);
  return JSON.stringify([describeInputs(sceneToRun(record), manifest), record.auxiliaryChoice, rasters]);
}

function shownLesson(
  pupil: ModelRecord,
  { classes, lesson, notes }: TaughtAnswer,
  modelId: string | null,
): ShownLesson {
  return {
    baseId: pupil.id,
    modelId,
    keptBecause: lesson.keptBecause,
    classes: lesson.scores.map(({ classId, strokes, old, taught }) => {
      const { name, colour } = classes[classId]!;
      return { name, colour, strokes, old, taught };
    }),
    notes,
  };
}

function setWork(studio: Studio, work: TeachingState["work"]): void {
  update(studio.store, "teaching", (teaching) => ({ ...teaching, work }));
}
