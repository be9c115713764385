/**
 * Runs and scenes are taken away with everything made from them: out of the store at once, out of the storage when
 * they are given up for good; until then all of it can be put back as it was.
 */

import { isRaster } from "../../core/results/result";
import { rastersOf, type Scene } from "../../core/scene/scene";
import { withoutEvaluation } from "../../store/evaluation";
import { withoutRunContents } from "../../store/panes";
import { type ResponseRecord, withoutResponses, withResponse } from "../../store/responses";
import { resultsOf, withoutResults, withResult } from "../../store/results";
import { isUnfinished, type RunRecord, withoutRun } from "../../store/runs";
import { withoutScene } from "../../store/scenes";
import { strokesOf, withSceneStrokes } from "../../store/strokes";
import { update } from "../../store/studio-store";
import { haltOf } from "../runs/halt";
import { notifyError, type Studio } from "../studio";
import { offerContents } from "../view/arrange";
import type { Removal, RemovedScene } from "../working-state";
import { closeAboveGround, deletePixels } from "./keep-results";

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
  const counted = runIds.flatMap((id) => before.evaluation.byRun[id]?.id ?? []);
  for (const id of [...results.map((result) => result.id), ...counted]) {
    registry.resultControllers.get(id)?.abort();
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

/** Everything as it was, but for what the user has changed since. */
export function putBack(studio: Studio, removal: Removal): void {
  const { store, registry } = studio;
  const { runs, scene, results, responses, evaluations, contentsBefore, contentsAfter } = removal;
  for (const [rasterId, raster] of scene?.rasters ?? []) {
    registry.rasters.set(rasterId, raster);
  }
  update(store, "results", (state) =>
    results.filter(({ state: { status } }) => status !== "making").reduce(withResult, state),
  );
  update(store, "responses", (state) => responses.map(idle).reduce(withResponse, state));
  update(store, "evaluation", (state) => ({ ...state, byRun: { ...state.byRun, ...evaluations } }));
  if (scene !== null) {
    update(store, "scenes", (state) => ({
      ...state,
      records: state.records.toSpliced(scene.index, 0, scene.record),
      selectedId: scene.isSelected ? scene.record.scene.id : state.selectedId,
    }));
    update(store, "strokes", (state) => withSceneStrokes(state, scene.record.scene.id, scene.strokes));
  }
  update(store, "runs", (state) => ({
    ...state,
    records: runs.reduce(
      (all, { index, record }) => all.toSpliced(index, 0, stopped(studio, record)),
      [...state.records],
    ),
  }));
  update(store, "panes", (panes) => ({
    ...panes,
    contents: panes.contents.map((now, pane) => (now === contentsAfter[pane] ? contentsBefore[pane]! : now)),
  }));
}

/** A map that was being computed is to be asked for again. */
function idle(response: ResponseRecord): ResponseRecord {
  return response.work.status === "computing" ? { ...response, work: { status: "idle" } } : response;
}

/** What was removed while it ran goes on when the user says so. */
function stopped(studio: Studio, record: RunRecord): RunRecord {
  return isUnfinished(record) ? { ...record, state: { status: "cancelled", ...haltOf(studio, record) } } : record;
}

function rasterIdsOf(scene: Scene): string[] {
  return rastersOf(scene).map(({ rasterId }) => rasterId);
}

function takeScene(studio: Studio, sceneId: string): RemovedScene | null {
  const { store, registry } = studio;
  const { records, selectedId } = store.getState().scenes;
  const strokes = strokesOf(store.getState().strokes, sceneId);
  const index = records.findIndex(({ scene }) => scene.id === sceneId);
  const record = records[index];
  if (record === undefined) {
    return null;
  }
  const rasters = rasterIdsOf(record.scene).flatMap((rasterId) => {
    const open = registry.rasters.get(rasterId);
    return open === undefined ? [] : [[rasterId, open] as const];
  });
  const shared = new Set(records.flatMap(({ scene }, at) => (at === index ? [] : rasterIdsOf(scene))));
  for (const [rasterId] of rasters) {
    if (!shared.has(rasterId)) registry.rasters.delete(rasterId);
  }
  update(store, "scenes", (state) => withoutScene(state, sceneId));
  update(store, "strokes", (state) => withSceneStrokes(state, sceneId, []));
  offerContents(studio);
  return { index, record, isSelected: selectedId === sceneId, rasters, strokes };
}

/** For good: pixels leave the storage, files are closed. */
export function giveUp(studio: Studio, { runs, scene, results }: Removal): void {
  const rasters = results.filter(({ of }) => isRaster(of)).map(({ id }) => id);
  closeAboveGround(studio, results);
  const isBusy = runs.some(({ record }) => isUnfinished(record));
  // What the engine is still writing can be deleted when it has heard that nobody wants it.
  void (isBusy ? studio.working.engineQueue.add(async () => undefined) : Promise.resolve()).then(() =>
    deletePixels(studio, rasters),
  );
  if (scene !== null) {
    const heldElsewhere = [...studio.working.removals.keys()].flatMap((other) => other.scene?.rasters ?? []);
    const needed = new Set([...studio.registry.rasters.keys(), ...heldElsewhere.map(([rasterId]) => rasterId)]);
    const rasterIds = scene.rasters.map(([rasterId]) => rasterId).filter((id) => !needed.has(id));
    studio.rasters.call("close", { rasterIds }).catch((error) => notifyError(studio, error));
  }
}
