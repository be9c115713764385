/** What lies under the pointer: one question to the raster worker at a time, the newest place wins. */
import { NODATA_CLASS_ID } from "../../core/run/run-settings";
import type { ProbeReading } from "../../store/probe";
import { selectDoneRuns, selectScene } from "../../store/selectors";
import { update } from "../../store/studio-store";
import { aboveGroundRaster } from "../results/above-ground";
import { currentAboveGround } from "../results/current-results";
import { isCancelled, notifyError, type Studio } from "../studio";

/** Moves the shared cross-hair and reads the values there; null when the pointer left the scene. */
export function hoverPixel(studio: Studio, place: { pane: number; col: number; row: number } | null): void {
  const { hover } = studio.store.getState().probe;
  if (hover?.col === place?.col && hover?.row === place?.row && hover?.pane === place?.pane) {
    return;
  }
  update(studio.store, "probe", (state) => ({
    ...state,
    hover: place,
    reading: place === null ? null : state.reading,
  }));
  if (place !== null) {
    void ask(studio, place);
  }
}

/** Keeps the read-out of a pixel on the page until it is closed. */
export async function pinPixel(studio: Studio, col: number, row: number): Promise<void> {
  try {
    const reading = await readPixel(studio, col, row);
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

async function ask(studio: Studio, place: { col: number; row: number }): Promise<void> {
  const { working } = studio;
  working.nextPixel = place;
  if (working.readingPixel) {
    return;
  }
  working.readingPixel = true;
  try {
    while (working.nextPixel !== null) {
      const { col, row } = working.nextPixel;
      working.nextPixel = null;
      const reading = await readPixel(studio, col, row);
      if (studio.store.getState().probe.hover !== null) {
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

async function readPixel(studio: Studio, col: number, row: number): Promise<ProbeReading | null> {
  const state = studio.store.getState();
  const record = selectScene(state);
  if (record === null) {
    return null;
  }
  const { scene, truth } = record;
  const runs = selectDoneRuns(state);
  const responses = state.responses.records.flatMap(({ runId, classId, shown }) =>
    shown !== null && runs.some(({ id }) => id === runId) ? [{ runId, classId, responseId: shown.responseId }] : [],
  );
  const truthId = truth.status === "ready" ? truth.maskId : null;
  const maskIds = [
    ...(truthId === null ? [] : [truthId]),
    ...runs.flatMap(({ state: { result } }) => [
      result.maskId,
      ...(result.confidenceId === null ? [] : [result.confidenceId]),
    ]),
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
    runs: runs.map(({ id, state: { result } }) => ({
      runId: id,
      classId: classAt(result.maskId),
      confidence: result.confidenceId === null ? null : (byteOf.get(result.confidenceId) ?? 0) / 255,
    })),
    responses: responses.flatMap(({ runId, classId, responseId }) => {
      const value = classAt(responseId);
      return value === null ? [] : [{ runId, classId, probability: value / 254 }];
    }),
  };
}
