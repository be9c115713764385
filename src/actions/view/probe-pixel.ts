/** What lies under the pointer: one question to the raster worker at a time, the newest place wins. */
import { NODATA_CLASS_ID } from "../../core/run/run-settings";
import { maskInUse } from "../../store/masks-in-use";
import type { Beyond, ProbeReading, ProbeState } from "../../store/probe";
import { findScene, type SceneRecord } from "../../store/scenes";
import { doneRunsOf, selectScene } from "../../store/selectors";
import { update } from "../../store/studio-store";
import { aboveGroundRaster } from "../results/above-ground";
import { currentAboveGround } from "../results/current-results";
import { isCancelled, notifyError, type Studio } from "../studio";

/**
 * Moves the shared cross-hair and reads the values there; null when the pointer left the scene.
 *
 * @param beyond  Where it then is in another scene of the map.
 */
export function hoverPixel(studio: Studio, place: ProbeState["hover"], beyond: Beyond | null = null): void {
  const { probe, scenes } = studio.store.getState();
  const same = (one: ProbeState["hover"], other: ProbeState["hover"]) =>
    one?.col === other?.col && one?.row === other?.row && one?.pane === other?.pane;
  if (same(probe.hover, place) && same(probe.beyond, beyond) && probe.beyond?.sceneId === beyond?.sceneId) {
    return;
  }
  const isSameScene = probe.beyond?.sceneId === beyond?.sceneId;
  update(studio.store, "probe", (state) => ({
    ...state,
    hover: place,
    beyond,
    reading: (place === null && beyond === null) || !isSameScene ? null : state.reading,
  }));
  const at = place ?? beyond;
  const sceneId = beyond?.sceneId ?? scenes.selectedId;
  if (at !== null && sceneId !== null) {
    void ask(studio, { col: at.col, row: at.row, sceneId });
  }
}

/** Keeps the read-out of a pixel on the page until it is closed. */
export async function pinPixel(studio: Studio, col: number, row: number): Promise<void> {
  try {
    const record = selectScene(studio.store.getState());
    const reading = record && (await readPixel(studio, record, col, row));
    update(studio.store, "probe", (state) => ({ ...state, pinned: reading }));
  } catch (error) {
    notifyError(studio, error);
  }
}

/** Reads the pinned pixel again: a run or a map has come in since. */
export async function refreshPin(studio: Studio): Promise<void> {
  const { pinned } = studio.store.getState().probe;
  if (pinned !== null) {
    await pinPixel(studio, pinned.col, pinned.row);
  }
}

export function unpinPixel(studio: Studio): void {
  update(studio.store, "probe", (state) => ({ ...state, pinned: null }));
}

async function ask(studio: Studio, place: NonNullable<Studio["working"]["nextPixel"]>): Promise<void> {
  const { working } = studio;
  working.nextPixel = place;
  if (working.readingPixel) {
    return;
  }
  working.readingPixel = true;
  try {
    while (working.nextPixel !== null) {
      const { col, row, sceneId } = working.nextPixel;
      working.nextPixel = null;
      const record = findScene(studio.store.getState().scenes, sceneId);
      const reading = record === undefined ? null : await readPixel(studio, record, col, row);
      const { probe, scenes } = studio.store.getState();
      const askedOf = probe.beyond?.sceneId ?? (probe.hover === null ? null : scenes.selectedId);
      if (askedOf === sceneId) {
        update(studio.store, "probe", (probe) => ({ ...probe, reading }));
      }
    }
  } catch (error) {
    // A pixel of a damaged block has no values; the run and the panes say so, hovering need not.
    if (!isCancelled(error)) {
      update(studio.store, "probe", (probe) => ({ ...probe, reading: null }));
    }
  } finally {
    working.readingPixel = false;
  }
}

async function readPixel(studio: Studio, record: SceneRecord, col: number, row: number): Promise<ProbeReading> {
  const state = studio.store.getState();
  const { scene, truth } = record;
  const runs = doneRunsOf(state, scene.id);
  const responses = state.responses.records.flatMap(({ runId, classId, shown }) =>
    shown !== null && runs.some(({ id }) => id === runId) ? [{ runId, classId, responseId: shown.responseId }] : [],
  );
  const truthId = truth.status === "ready" ? truth.maskId : null;
  const maskIds = [
    ...(truthId === null ? [] : [truthId]),
    ...runs.flatMap((run) => {
      const { confidenceId } = run.state.result;
      return [maskInUse(state, run).maskId, ...(confidenceId === null ? [] : [confidenceId])];
    }),
    ...responses.map(({ responseId }) => responseId),
  ];
  const answer = await studio.rasters.call("probe", {
    opticalId: scene.optical.rasterId,
    auxiliaryId: scene.auxiliary?.alignment.verdict === "refused" ? null : (scene.auxiliary?.rasterId ?? null),
    aboveGroundId: currentAboveGround(record) === null ? null : aboveGroundRaster(studio, record),
    col,
    row,
    maskIds,
  });
  const byteOf = new Map(maskIds.map((id, index) => [id, answer.bytes[index]]));
  const classAt = (id: string) => {
    const value = byteOf.get(id);
    return value === undefined || value === NODATA_CLASS_ID ? null : value;
  };
  return {
    col,
    row,
    height: answer.height,
    aboveGround: answer.aboveGround,
    optical: answer.optical,
    truthClassId: truthId === null ? null : classAt(truthId),
    runs: runs.map((run) => {
      const { confidenceId } = run.state.result;
      return {
        runId: run.id,
        classId: classAt(maskInUse(state, run).maskId),
        confidence: confidenceId === null ? null : (byteOf.get(confidenceId) ?? 0) / 255,
      };
    }),
    responses: responses.flatMap(({ runId, classId, responseId }) => {
      const value = classAt(responseId);
      return value === null ? [] : [{ runId, classId, probability: value / 254 }];
    }),
  };
}
