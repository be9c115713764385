/** Predictions made elsewhere become runs: each of the scene it fits, compared and handed over like those made here. */
import { NadirError } from "../../core/errors";
import { pairPrediction, predictionName } from "../../core/pairing/pair-prediction";
import type { RasterFacts } from "../../core/raster/raster";
import { FOREIGN_MODEL_ID, FOREIGN_SETTINGS, foreignResult } from "../../core/run/foreign-result";
import { maskIdOf } from "../../core/run/mask-names";
import type { LabelTable } from "../../evaluation/label-meaning";
import { folderOf } from "../../io/file-place";
import { createReprojection } from "../../io/reproject";
import { type RunRecord, withRun } from "../../store/runs";
import { findScene, type SceneRecord, withRefused } from "../../store/scenes";
import { update } from "../../store/studio-store";
import { declareMasks, inTurn } from "../results/keep-results";
import { gridsInUse } from "../scenes/open-files";
import { errorFacts, isCancelled, notify, notifyError, type Studio } from "../studio";
import { finishedRun, newRunId, showMask } from "./run-model";

/** @param chosen What the user says the files' values mean; null lets each file decide. */
export async function addPredictions(
  studio: Studio,
  files: readonly File[],
  chosen: LabelTable | null = null,
): Promise<void> {
  try {
    const { opened, refused } = await studio.rasters.call("open", {
      files: files.map((file) => ({ file, folder: folderOf(file) })),
      grids: gridsInUse(studio),
      sessionId: studio.sessionId,
      corrections: {},
    });
    update(studio.store, "scenes", (state) => withRefused(state, refused));
    for (const { rasterId, facts } of opened) {
      try {
        await addPrediction(studio, rasterId, facts, chosen);
      } catch (error) {
        if (isCancelled(error)) continue;
        const fault = { id: rasterId, fileName: facts.fileName, error: errorFacts(error) };
        update(studio.store, "scenes", (state) => withRefused(state, [fault]));
      }
    }
    await studio.rasters.call("close", { rasterIds: opened.map(({ rasterId }) => rasterId) });
  } catch (error) {
    notifyError(studio, error);
  }
}

async function addPrediction(
  studio: Studio,
  predictionId: string,
  facts: RasterFacts,
  chosen: LabelTable | null,
): Promise<void> {
  const record = sceneOf(studio, facts);
  if (record === null) {
    throw new NadirError(studio.messages.predictionFitsNothing(facts.fileName));
  }
  const { scene } = record;
  const id = newRunId(studio);
  const maskId = maskIdOf(id);
  const table = chosen ?? { role: "prediction", scheme: null };
  const decoded = await inTurn(studio, [maskId], (signal) =>
    studio.rasters.call(
      "decodePrediction",
      { opticalId: scene.optical.rasterId, predictionId, maskId, table },
      { signal },
    ),
  );
  const result = foreignResult(facts, scene.optical.facts, decoded.classPixels, decoded.notes);
  const run: RunRecord = {
    id,
    sceneId: scene.id,
    modelId: FOREIGN_MODEL_ID,
    modelName: predictionName(facts.fileName, [scene.name, scene.optical.facts.fileName]),
    classes: decoded.classes,
    windowPx: 1,
    settings: FOREIGN_SETTINGS,
    state: { status: "done", result: finishedRun(result, id, FOREIGN_SETTINGS, 0) },
  };
  declareMasks(studio, run);
  update(studio.store, "runs", (state) => withRun(state, run));
  showMask(studio, id);
  notify(studio, "good", studio.messages.predictionAdded(run.modelName, scene.name));
}

function sceneOf({ store }: Studio, facts: RasterFacts): SceneRecord | null {
  const { scenes } = store.getState();
  const id = pairPrediction(
    scenes.records.map(({ scene: { id: rasterId, optical } }) => ({ rasterId, facts: optical.facts })),
    facts,
    (optical, other) => createReprojection(optical.crs, other.crs),
  );
  return findScene(scenes, id) ?? null;
}
