/** The layer of polygons that is looked at, on the shown scene and of which run. */
import { findParcelResult } from "../../store/parcel-results";
import type { ParcelLayer } from "../../store/parcels";
import type { ParcelCounts, ResultState } from "../../store/results";
import type { DoneRun } from "../../store/runs";
import { selectDoneRuns } from "../../store/selectors";
import type { StudioState } from "../../store/studio-store";

export interface ShownParcels {
  readonly layer: ParcelLayer;
  /** Null before the first run of the scene. */
  readonly run: DoneRun | null;
}

/** Null without a layer. */
export function selectShownParcels(state: StudioState): ShownParcels | null {
  const { layers, layerId, runId } = state.parcels;
  const layer = layers.find(({ id }) => id === layerId) ?? layers.at(-1);
  if (layer === undefined) return null;
  const runs = selectDoneRuns(state);
  return { layer, run: runs.find(({ id }) => id === runId) ?? runs.at(-1) ?? null };
}

/** Undefined before anybody asked. */
export function selectOutlines(state: StudioState, layerId: string): ResultState | undefined {
  const { selectedId } = state.scenes;
  return selectedId === null ? undefined : findParcelResult(state, "parcel-outlines", layerId, selectedId)?.state;
}

/** Undefined before anybody asked. */
export function selectCounts(state: StudioState, { layer, run }: ShownParcels): ResultState | undefined {
  return run === null ? undefined : findParcelResult(state, "parcels", layer.id, run.id)?.state;
}

/** Share of a class in what the map shows of a polygon; null where it shows nothing. */
export function shareOf({ areas, seenArea }: ParcelCounts, classId: number): number | null {
  return seenArea === 0 ? null : (areas.get(classId) ?? 0) / seenArea;
}
