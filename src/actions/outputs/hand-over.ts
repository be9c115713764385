/** Everything of the ticked scenes (else of the shown one) in one go: maps, mosaics, scores, report. */
import { formatEdits } from "../../core/correction/edits-file";
import { withFileColours } from "../../core/labels/class-colours";
import type { ModelClass } from "../../core/manifest/manifest";
import type { HandedTile } from "../../outputs/hand-over/handed";
import type { HandOverProgress } from "../../outputs/hand-over/write-hand-over";
import { type RunFormatId, runFormat } from "../../outputs/run-formats";
import { exportName, runLabels } from "../../outputs/run-labels";
import { reportedChanges } from "../../store/date-selectors";
import { maskInUse } from "../../store/masks-in-use";
import { type DoneRun, isDone } from "../../store/runs";
import { reportedSample } from "../../store/sample-selectors";
import type { SceneRecord } from "../../store/scenes";
import { selectScenesToRun } from "../../store/selectors";
import { type StudioState, update } from "../../store/studio-store";
import type { HandOverState } from "../../store/workspace";
import type { PolygonHeightIds, StoredTile } from "../../workers/raster-protocol";
import { polygonHeightIds } from "../results/above-ground";
import { whenCorrected } from "../results/corrected-masks";
import { notify, notifyError, type Studio } from "../studio";
import { save } from "./save-file";

/** The newest finished run of each model over each scene, as it is scored now. */
export function selectHandOver(
  state: StudioState,
  records: readonly SceneRecord[] = selectScenesToRun(state),
): StoredTile[] {
  const inFile = (classes: readonly ModelClass[]) => withFileColours(classes, state.legend);
  return records.map(({ scene, truth }) => {
    const newest = new Map<string, DoneRun>();
    for (const run of state.runs.records.filter(isDone)) {
      if (run.sceneId === scene.id) newest.set(run.modelName, run);
    }
    return {
      scene,
      opticalId: scene.optical.rasterId,
      truthMaskId: truth.status === "ready" ? truth.maskId : null,
      truth: truth.status === "ready" ? { ...truth, classes: inFile(truth.classes) } : null,
      runs: [...newest.values()].map((run) => {
        const { id, modelName, classes, windowPx, edits } = run;
        const { maskId: ownMaskId, confidenceId, result } = run.state.result;
        const { maskId, corrected } = maskInUse(state, run);
        const evaluation = state.evaluation.byRun[id];
        const sample = reportedSample(state, run);
        const changes = reportedChanges(state, run);
        return {
          modelName,
          result,
          corrected,
          windowPx,
          classes: inFile(classes),
          grid: scene.optical.facts,
          evaluation: evaluation?.status === "ready" ? evaluation : null,
          ...(sample && { sample }),
          ...(changes.length > 0 && { changes }),
          maskId,
          ownMaskId,
          confidenceId,
          opticalId: scene.optical.rasterId,
          labels: runLabels(result, windowPx, corrected),
          ...(corrected && { edits: formatEdits(scene.optical.facts, edits?.edits ?? [], corrected) }),
        };
      }),
    };
  });
}

/**
 * Writes into a folder, or into an archive that is then saved. One at a time; a file that fails is named in a notice and
 * the rest is there.
 */
export async function handOver(
  studio: Studio,
  formats: readonly RunFormatId[],
  folder: FileSystemDirectoryHandle | null,
): Promise<void> {
  if (studio.working.handOver !== null) {
    return;
  }
  const controller = new AbortController();
  studio.working.handOver = controller;
  const show = (handOver: HandOverState | null) =>
    update(studio.store, "workspace", (state) => ({ ...state, handOver }));
  await whenAllCorrected(studio, selectScenesToRun(studio.store.getState()));
  const isWithPolygons = formats.some((format) => runFormat(format).isPolygons === true);
  const heights = isWithPolygons ? await heightsOfScenes(studio) : {};
  const tiles = selectHandOver(studio.store.getState());
  const { polygons } = studio.store.getState().workspace;
  const name = handOverName(tiles);
  show({ runsDone: 0, runsTotal: 0 });
  try {
    const { archive, written, faults, notes } = await studio.rasters.call(
      "handOver",
      { tiles, formats, polygons, heights, name, folder, language: studio.messages.language },
      { signal: controller.signal, onProgress: (progress: HandOverProgress) => show(progress) },
    );
    if (archive !== null) {
      save(archive);
    }
    notify(studio, "good", studio.messages.handedOver(archive?.fileName ?? folder?.name ?? name, written.length));
    if (faults.length > 0) {
      const first = faults.slice(0, 3).map(({ path, reason }) => `${path}: ${reason}`);
      notify(studio, "bad", studio.messages.notHandedOver(faults.length, first));
    }
    for (const note of notes) {
      notify(studio, "info", note);
    }
  } catch (error) {
    notifyError(studio, error);
  } finally {
    studio.working.handOver = null;
    show(null);
  }
}

/** By the id of the photo. */
async function heightsOfScenes(studio: Studio): Promise<Record<string, PolygonHeightIds | null>> {
  const heights: Record<string, PolygonHeightIds | null> = {};
  for (const record of selectScenesToRun(studio.store.getState())) {
    heights[record.scene.optical.rasterId] = await polygonHeightIds(studio, record);
  }
  return heights;
}

/** What cannot be corrected goes as it was corrected last, and says how far. */
export async function whenAllCorrected(studio: Studio, records: readonly SceneRecord[]): Promise<void> {
  const ids = new Set(records.map(({ scene }) => scene.id));
  const runs = studio.store.getState().runs.records.filter(({ sceneId }) => ids.has(sceneId));
  await Promise.allSettled(runs.filter(isDone).map(({ id }) => whenCorrected(studio, id)));
}

/** Files that are complete stay in a folder; an archive that is not ends with it. */
export function cancelHandOver(studio: Studio): void {
  studio.working.handOver?.abort();
}

/** "nadir-14-tiles", or after the scene where there is one. */
function handOverName(tiles: readonly HandedTile[]): string {
  return tiles.length === 1 ? exportName(tiles[0]!.scene.name, "nadir") : `nadir-${tiles.length}-tiles`;
}
