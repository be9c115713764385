/** Where polygons lie on the shown photo, and what lies in them: made once for each run. */
import { areaOfPolygons } from "../../core/run/area-of-interest";
import { maskInUse } from "../../store/masks-in-use";
import { findParcelResult } from "../../store/parcel-results";
import { isDone } from "../../store/runs";
import { findScene } from "../../store/scenes";
import { selectRun, selectScene } from "../../store/selectors";
import { madeAboveGround } from "../results/above-ground";
import { dropResults, makeResults } from "../results/keep-results";
import { setArea } from "../scenes/set-area";
import { notifyError, type Studio } from "../studio";

/** Makes again what could not be made. */
export function placeParcels(studio: Studio, layerId: string, sceneId: string): void {
  const record = findScene(studio.store.getState().scenes, sceneId);
  const source = studio.registry.parcelFiles.get(layerId);
  if (record === undefined || source === undefined) return;
  const { files, layer } = source;
  const opticalId = record.scene.optical.rasterId;
  makeResults(studio, [{ kind: "parcel-outlines", layerId, opticalId }], [sceneId], async (_, signal) => {
    const { outlines } = await studio.rasters.call("readParcels", { files, layer, opticalId }, { signal });
    return { outlines };
  });
}

/** The shown scene's next runs compute what the polygons surround, as far as it has any of them. */
export function setAreaToParcels(studio: Studio, layerId: string): void {
  const state = studio.store.getState();
  const record = selectScene(state);
  const layer = state.parcels.layers.find(({ id }) => id === layerId);
  const placed = record && findParcelResult(state, "parcel-outlines", layerId, record.scene.id)?.state;
  if (record === null || layer === undefined || placed?.status !== "ready") return;
  try {
    setArea(studio, areaOfPolygons((placed.outlines ?? []).flat(), record.scene.optical.facts, layer.fileName));
  } catch (error) {
    notifyError(studio, error);
  }
}

/** Counts unless it is counted or being counted; what failed is tried again. */
export async function measureParcels(studio: Studio, layerId: string, runId: string): Promise<void> {
  const state = studio.store.getState();
  const run = selectRun(state, runId);
  const record = findScene(state.scenes, run?.sceneId);
  const source = studio.registry.parcelFiles.get(layerId);
  if (run === null || !isDone(run) || record === undefined || source === undefined) return;
  const { files, layer } = source;
  const known = findParcelResult(state, "parcels", layerId, run.id);
  if (known?.state.status === "failed") dropResults(studio, [known.id]);
  const { maskId } = maskInUse(state, run);
  const opticalId = record.scene.optical.rasterId;
  const heightsId = await madeAboveGround(studio, record);
  const of = { kind: "parcels", layerId, maskId, opticalId, heightsId } as const;
  makeResults(studio, [of], [runId, run.sceneId], async (_, signal) => ({
    parcels: await studio.rasters.call("countParcels", { files, layer, opticalId, maskId, heightsId }, { signal }),
  }));
}
