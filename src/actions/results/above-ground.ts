/** Heights above the ground of a scene: made once from its surface model, shown, run over and saved from then on. */
import { NadirError } from "../../core/errors";
import type { HeightBase } from "../../core/heights/height-base";
import { resultId } from "../../core/results/result";
import { findSurface, planAboveGround } from "../../core/run/plan-heights";
import { auxiliariesOf } from "../../core/scene/scene";
import { exportName } from "../../outputs/run-labels";
import type { SceneRecord } from "../../store/scenes";
import { selectScene } from "../../store/selectors";
import type { StudioState } from "../../store/studio-store";
import type { PolygonHeightIds } from "../../workers/raster-protocol";
import { save } from "../outputs/save-file";
import { notify, notifyError, type Studio } from "../studio";
import { currentAboveGround, type Of } from "./current-results";
import { dropResults, makeResults } from "./keep-results";

/** Heights above the ground as a raster: as they were given, or made; null while there are none. */
export function aboveGroundRaster({ store, sessionId }: Studio, record: SceneRecord): string | null {
  const of = currentAboveGround(record);
  if (of === null) return planAboveGround(auxiliariesOf(record.scene))?.raster.rasterId ?? null;
  const id = resultId(of, sessionId);
  return store.getState().results[id]?.state.status === "ready" ? id : null;
}

/** The same, made first where they have to be; null where the scene has none or they cannot be made. */
export async function madeAboveGround(studio: Studio, record: SceneRecord): Promise<string | null> {
  const of = currentAboveGround(record);
  if (of === null) return aboveGroundRaster(studio, record);
  const made = aboveGroundBase(studio, of, record.scene.id, new AbortController().signal);
  return made.then(
    () => resultId(of, studio.sessionId),
    // Why stands in the record of the heights.
    () => null,
  );
}

/** What polygons of a scene's maps need of its heights; null where there are none. */
export async function polygonHeightIds(studio: Studio, record: SceneRecord): Promise<PolygonHeightIds | null> {
  const surface = findSurface(auxiliariesOf(record.scene));
  const aboveGroundId = surface && (await madeAboveGround(studio, record));
  return surface === null || aboveGroundId === null ? null : { aboveGroundId, surfaceId: surface.rasterId };
}

/** Makes again what could not be made. */
export function retryAboveGround(studio: Studio, record: SceneRecord): void {
  const of = currentAboveGround(record);
  if (of !== null) dropResults(studio, [resultId(of, studio.sessionId)]);
}

/** Saves them as GeoTIFF, made first where they are not there yet. */
export async function exportAboveGround(studio: Studio): Promise<void> {
  const record = selectScene(studio.store.getState());
  const of = record && currentAboveGround(record);
  if (record === null || of === null) return;
  try {
    await aboveGroundBase(studio, of, record.scene.id, new AbortController().signal);
    const fileName = `${exportName(record.scene.name, "above-ground")}.tif`;
    const file = await studio.rasters.call("exportAboveGround", { id: resultId(of, studio.sessionId), fileName });
    save(file);
    notify(studio, "good", studio.messages.saved([fileName]));
  } catch (error) {
    notifyError(studio, error);
  }
}

/** Begins unless it is there, being made, or has failed. */
export function makeAboveGround(studio: Studio, of: Of<"above-ground">, sceneId: string): void {
  const { surfaceId, terrainId } = of;
  makeResults(studio, [of], [sceneId], async ([id], signal) => {
    const base = await studio.rasters.call("makeAboveGround", { id: id!, surfaceId, terrainId }, { signal });
    studio.registry.heightBases.set(id!, base);
    return {};
  });
}

/**
 * What a run needs to read the surface model as heights above the ground.
 *
 * @throws {NadirError} Why there are none. @throws AbortError when cancelled, or when the scene was removed.
 */
export async function aboveGroundBase(
  studio: Studio,
  of: Of<"above-ground">,
  sceneId: string,
  signal: AbortSignal,
): Promise<HeightBase> {
  const id = resultId(of, studio.sessionId);
  if (studio.store.getState().results[id]?.state.status === "failed") dropResults(studio, [id]);
  makeAboveGround(studio, of, sceneId);
  await until(studio, signal, ({ results }) => results[id]?.state.status !== "making");
  const state = studio.store.getState().results[id]?.state;
  if (state?.status === "failed") throw new NadirError(state.error);
  const base = studio.registry.heightBases.get(id);
  if (base === undefined) throw new DOMException("the heights were removed", "AbortError");
  return base;
}

function until({ store }: Studio, signal: AbortSignal, holds: (state: StudioState) => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = () => {
      if (!signal.aborted && !holds(store.getState())) return;
      unsubscribe();
      signal.removeEventListener("abort", look);
      signal.aborted ? reject(signal.reason) : resolve();
    };
    const unsubscribe = store.subscribe(look);
    signal.addEventListener("abort", look);
    look();
  });
}
