/** The pixels behind a cell of a run's confusion matrix, and the radius of the truth's boundaries. */

import type { MappedMask } from "../../evaluation/evaluate-mask";
import { type LeftOutStroke, strokesToLeaveOut } from "../../evaluation/left-out";
import { chosenMatrix } from "../../store/evaluation";
import { maskInUse } from "../../store/masks-in-use";
import { withAllCameras } from "../../store/panes";
import { readyRaster } from "../../store/results";
import { isDone } from "../../store/runs";
import { findScene } from "../../store/scenes";
import { selectRun } from "../../store/selectors";
import { update } from "../../store/studio-store";
import { taughtOf } from "../../store/teaching";
import { notifyError, type Studio } from "../studio";

export function setBoundaryWidth(studio: Studio, boundaryPx: number): void {
  update(studio.store, "evaluation", (state) => ({ ...state, boundaryPx, lit: null }));
}

/** Lights up the pixels of one cell on the map and goes to their largest blob; the same cell again puts it out. */
export async function lightCell(
  studio: Studio,
  runId: string,
  truthClass: number,
  predictedClass: number,
): Promise<void> {
  const { evaluation } = studio.store.getState();
  const { lit } = evaluation;
  if (lit?.runId === runId && lit.truthClass === truthClass && lit.predictedClass === predictedClass) {
    clearCell(studio);
    return;
  }
  const asked = { runId, truthClass, predictedClass, pixels: null, blobs: [], blobIndex: 0 };
  update(studio.store, "evaluation", (state) => ({ ...state, lit: asked }));
  const masks = cellMasks(studio, runId);
  if (masks === null) {
    return;
  }
  try {
    const { pixels, blobs } = await studio.rasters.call("findCell", { ...masks, truthClass, predictedClass });
    // Put out and lit again under another mapping or boundary, the same cell has other pixels.
    update(studio.store, "evaluation", (state) =>
      state.lit === asked ? { ...state, lit: { ...asked, pixels, blobs } } : state,
    );
  } catch (error) {
    notifyError(studio, error);
  }
}

export function clearCell(studio: Studio): void {
  update(studio.store, "evaluation", (state) => ({ ...state, lit: null }));
}

/** Moves every camera to the next (or previous) blob of the lit cell. */
export function stepBlob(studio: Studio, step: 1 | -1): void {
  const { lit } = studio.store.getState().evaluation;
  if (lit === null || lit.blobs.length === 0) {
    return;
  }
  const blobIndex = (lit.blobIndex + step + lit.blobs.length) % lit.blobs.length;
  update(studio.store, "evaluation", (state) => ({ ...state, lit: { ...lit, blobIndex } }));
  goToBlob(studio);
}

/** Shows the current blob with its surroundings. */
export function goToBlob(studio: Studio): void {
  const { lit } = studio.store.getState().evaluation;
  const rect = lit?.blobs[lit.blobIndex]?.rect;
  if (rect !== undefined) {
    const sidePx = Math.max(rect.widthPx, rect.heightPx, 24);
    update(studio.store, "panes", (state) =>
      withAllCameras(state, {
        centrePx: [rect.col + rect.widthPx / 2, rect.row + rect.heightPx / 2],
        zoom: Math.log2(220 / sidePx),
      }),
    );
  }
}

/** The mask and the truth as the chosen boundary rule has them. */
export function cellMasks(
  studio: Studio,
  runId: string,
): {
  size: { widthPx: number; heightPx: number };
  mask: MappedMask;
  truth: MappedMask;
  leftOut?: readonly LeftOutStroke[];
} | null {
  const state = studio.store.getState();
  const run = selectRun(state, runId);
  const evaluation = state.evaluation.byRun[runId];
  const record = findScene(state.scenes, run?.sceneId);
  if (run === null || !isDone(run) || evaluation?.status !== "ready" || record?.truth.status !== "ready") {
    return null;
  }
  const kind = state.evaluation.boundary === "with" ? "truth" : "eroded-truth";
  const truthId = readyRaster(state.results, kind, record.scene.id);
  if (truthId === null) {
    return null;
  }
  const { facts } = record.scene.optical;
  const { widthPx, heightPx, fileName } = facts;
  const taught = taughtOf(state.teaching, run.state.result.result.graphSha256);
  return {
    ...(taught && { leftOut: strokesToLeaveOut(taught, facts, fileName) }),
    size: { widthPx, heightPx },
    mask: { maskId: maskInUse(state, run).maskId, toClass: evaluation.maskToClass },
    truth: { maskId: truthId, toClass: evaluation.truthToClass },
  };
}

/** Count of a cell in the matrix on show; what `lightCell` must find on the map. */
export function cellCount(studio: Studio, runId: string, truthClass: number, predictedClass: number): number | null {
  const { evaluation } = studio.store.getState();
  const found = evaluation.byRun[runId];
  if (found?.status !== "ready") {
    return null;
  }
  const matrix = chosenMatrix(evaluation, found);
  return matrix.counts[truthClass * matrix.classCount + predictedClass] ?? null;
}
