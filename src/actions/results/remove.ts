/**
 * Runs and scenes are taken away with everything made from them: out of the store at once, out of the storage when
 * they are given up for good; until then all of it can be put back as it was.
 */

import { isRaster } from "../../core/results/result";
import type { Evaluation } from "../../store/evaluation";
import { withoutEvaluation } from "../../store/evaluation";
import { type PaneContent, withoutRunContents } from "../../store/panes";
import type { ResponseRecord } from "../../store/responses";
import { withoutResponses } from "../../store/responses";
import { type ResultRecord, resultsOf, withoutResults } from "../../store/results";
import { type RunRecord, withoutRun } from "../../store/runs";
import { type SceneRecord, withoutScene } from "../../store/scenes";
import { update } from "../../store/studio-store";
import type { OpenRaster } from "../registry";
import { notifyError, type Studio } from "../studio";
import { deletePixels } from "./keep-results";

/** What was taken away, and where it stood. */
export interface Removal {
  readonly runs: readonly { readonly index: number; readonly record: RunRecord }[];
  readonly scene: RemovedScene | null;
  readonly results: readonly ResultRecord[];
  readonly responses: readonly ResponseRecord[];
  readonly evaluations: Readonly<Record<string, Evaluation>>;
  readonly contentsBefore: readonly PaneContent[];
  readonly contentsAfter: readonly PaneContent[];
}

interface RemovedScene {
  readonly index: number;
  readonly record: SceneRecord;
  readonly isSelected: boolean;
  readonly rasters: readonly (readonly [rasterId: string, raster: OpenRaster])[];
}

/** @param sceneId Of a scene that goes with its runs and files; its runs must be among `runIds`. */
export function takeAway(studio: Studio, runIds: readonly string[], sceneId: string | null = null): Removal {
  const { store, registry } = studio;
  const before = store.getState();
  const runs = before.runs.records.flatMap((record, index) => (runIds.includes(record.id) ? [{ index, record }] : []));
  const responses = before.responses.records.filter(({ runId }) => runIds.includes(runId));
  const owners = sceneId === null ? runIds : [sceneId];
  const results = [...new Set(owners.flatMap((owner) => resultsOf(before.results, owner)))];
  for (const key of [...registry.runControllers.keys()]) {
    if (runIds.some((id) => key === id || key.startsWith(`${id}/`))) {
      registry.runControllers.get(key)?.abort();
    }
  }
  for (const { id, state } of results) {
    if (state.status === "making") {
      registry.resultControllers.get(id)?.abort();
    }
  }
  update(store, "results", (state) =>
    withoutResults(
      state,
      results.map(({ id }) => id),
    ),
  );
  for (const id of runIds) {
    update(store, "panes", (state) => withoutRunContents(state, id));
    update(store, "responses", (state) => withoutResponses(state, id));
    update(store, "runs", (state) => withoutRun(state, id));
    update(store, "evaluation", (state) => withoutEvaluation(state, id));
  }
  const scene = sceneId === null ? null : takeScene(studio, sceneId);
  return {
    runs,
    scene,
    results,
    responses,
    evaluations: Object.fromEntries(
      Object.entries(before.evaluation.byRun).filter(([id, { status }]) => runIds.includes(id) && status === "ready"),
    ),
    contentsBefore: before.panes.contents,
    contentsAfter: store.getState().panes.contents,
  };
}

function takeScene({ store, registry }: Studio, sceneId: string): RemovedScene | null {
  const { records, selectedId } = store.getState().scenes;
  const index = records.findIndex(({ scene }) => scene.id === sceneId);
  const record = records[index];
  if (record === undefined) {
    return null;
  }
  const { optical, auxiliary, truth, otherTruth } = record.scene;
  const rasters = [optical, auxiliary, truth, otherTruth].flatMap((raster) => {
    const open = registry.rasters.get(raster?.rasterId ?? "");
    return open === undefined ? [] : [[raster!.rasterId, open] as const];
  });
  for (const [rasterId] of rasters) {
    registry.rasters.delete(rasterId);
  }
  update(store, "scenes", (state) => withoutScene(state, sceneId));
  return { index, record, isSelected: selectedId === sceneId, rasters };
}

/** For good: pixels leave the storage, files are closed. */
export function giveUp(studio: Studio, { runs, scene, results }: Removal): void {
  const rasters = results.filter(({ of }) => isRaster(of)).map(({ id }) => id);
  const isBusy = runs.some(({ record }) => record.state.status === "running" || record.state.status === "queued");
  // What the engine is still writing can be deleted when it has heard that nobody wants it.
  void (isBusy ? studio.working.engineQueue.add(async () => undefined) : Promise.resolve()).then(() =>
    deletePixels(studio, rasters),
  );
  if (scene !== null) {
    const rasterIds = scene.rasters.map(([rasterId]) => rasterId);
    studio.rasters.call("close", { rasterIds }).catch((error) => notifyError(studio, error));
  }
}
