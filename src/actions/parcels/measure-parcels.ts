/** Where polygons lie on the shown photo, and what lies in them: made once for each run. */
import { maskInUse } from "../../store/masks-in-use";
import { findParcelResult } from "../../store/parcel-results";
import { isDone } from "../../store/runs";
import { selectRun } from "../../store/selectors";
import { madeAboveGround } from "../results/above-ground";
import { dropResults, makeResults } from "../results/keep-results";
import { setArea } from "../scenes/set-area";
import type { Studio } from "../studio";

/** Makes again what could not be made. */
export function placeParcels(studio: Studio, layerId: string, sceneId: string): void {
  const record = studio.store.getState().scenes.records.find(({ scene }) => scene.id === sceneId);
  const source = studio.registry.parcelFiles.get(layerId);
  if (record === undefined || source === undefined) return;
  const { files, layer } = source;
  const opticalId = record.scene.optical.rasterId;
  makeResults(studio, [{ kind: "parcel-outlines", layerId, opticalId }], [sceneId], async (_, signal) => {
    const { outlines } = await studio.rasters.call("readParcels", { files, layer, opticalId }, { signal });
    return { outlines };
  });
}

/** The shown scene's next runs compute the rectangle around the polygons only, as far as it has any of them. */
export function setAreaAroundParcels(studio: Studio, layerId: string): void {
  const state = studio.store.getState();
  const { selectedId } = state.scenes;
  const placed = selectedId === null ? null : findParcelResult(state, "parcel-outlines", layerId, selectedId)?.state;
  if (placed?.status !== "ready") return;
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const ring of (placed.outlines ?? []).flat(2)) {
    for (let at = 0; at < ring.length; at += 2) {
      [left, top] = [Math.min(left, ring[at]!), Math.min(top, ring[at + 1]!)];
      [right, bottom] = [Math.max(right, ring[at]!), Math.max(bottom, ring[at + 1]!)];
    }
  }
  const [col, row] = [Math.floor(left), Math.floor(top)];
  if (Number.isFinite(col))
    setArea(studio, { col, row, widthPx: Math.ceil(right) - col, heightPx: Math.ceil(bottom) - row });
}

/** Counts unless it is counted or being counted; what failed is tried again. */
export async function measureParcels(studio: Studio, layerId: string, runId: string): Promise<void> {
  const state = studio.store.getState();
  const run = selectRun(state, runId);
  const record = state.scenes.records.find(({ scene }) => scene.id === run?.sceneId);
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
