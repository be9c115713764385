/** Predictions made elsewhere become runs: each of the scene it fits, compared and handed over like those made here. */
import { NadirError } from "../../core/errors";
import { pairRasters } from "../../core/pairing/pair-files";
import type { RasterFacts } from "../../core/raster/raster";
import { FOREIGN_MODEL_ID, FOREIGN_SETTINGS, foreignResult } from "../../core/run/foreign-result";
import { maskIdOf } from "../../core/run/mask-names";
import { foreignTable } from "../../evaluation/foreign-classes";
import type { LabelTable } from "../../evaluation/label-meaning";
import { folderOf } from "../../io/file-place";
import { createReprojection } from "../../io/reproject";
import { type RunRecord, withRun } from "../../store/runs";
import { type SceneRecord, withRefused } from "../../store/scenes";
import { update } from "../../store/studio-store";
import { declareMasks, inTurn } from "../results/keep-results";
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
  const table = chosen ?? foreignTable(facts, null);
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

/** As a truth of that name and place would be paired. */
function sceneOf({ store }: Studio, facts: RasterFacts): SceneRecord | null {
  const { records } = store.getState().scenes;
  const { scenes } = pairRasters(
    [
      ...records.map(({ scene: { id, optical } }) => ({
        rasterId: id,
        facts: { ...optical.facts, use: "optical" as const },
      })),
      { rasterId: "prediction", facts: { ...facts, use: "truth" } },
    ],
    (optical, other) => createReprojection(optical.crs, other.crs),
  );
  const found = scenes.find(({ truthId, erodedTruthId }) => (truthId ?? erodedTruthId) === "prediction");
  return records.find(({ scene }) => scene.id === found?.opticalId) ?? null;
}

/** What the file's name says besides the scene: "top_potsdam_2_10_mynet.tif" → "mynet". One name for all tiles. */
export function predictionName(fileName: string, sceneNames: readonly string[]): string {
  const words = (text: string) =>
    text
      .replace(/\.[^.]+$/, "")
      .split(/[^\p{L}\p{N}]+/u)
      .filter((word) => word !== "");
  const plain = (word: string) => (/^\d+$/.test(word) ? String(Number(word)) : word.toLowerCase());
  const known = new Set(sceneNames.flatMap((name) => words(`${name}.`)).map(plain));
  const rest = words(fileName).filter((word) => !known.has(plain(word)));
  return rest.length === 0 ? "prediction" : rest.join(" ");
}
