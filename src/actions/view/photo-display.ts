/** How a scene's photo is shown: kept with the scene and in projects; nothing but the panes follows it. */
import type { PhotoDisplay } from "../../core/view/photo-display";
import { withDisplay } from "../../store/scenes";
import { update } from "../../store/studio-store";
import type { RasterHandlers } from "../../workers/raster-protocol";
import type { Studio } from "../studio";

/** Which bands are shown, and the values drawn as black and white. */
export type ShownPhoto = Awaited<ReturnType<RasterHandlers["opticalDisplay"]>>;

/** An empty display gives back what suits the photo. */
export function setDisplay(studio: Studio, sceneId: string, display: PhotoDisplay): void {
  update(studio.store, "scenes", (state) => withDisplay(state, sceneId, display));
}

/** @throws {NadirError} When the photo can no longer be read. */
export function readShown(studio: Studio, opticalId: string, display: PhotoDisplay): Promise<ShownPhoto> {
  return studio.rasters.call("opticalDisplay", { opticalId, display });
}
