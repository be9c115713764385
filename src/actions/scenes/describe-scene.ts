/** What the user says of a scene: its name, and which rasters belong to it. Both can be undone and are kept. */
import { fileKey, type HandChoices, type ScenePart } from "../../core/pairing/choose-by-hand";
import { findScene, withByHand, withSceneName } from "../../store/scenes";
import { update } from "../../store/studio-store";
import type { Studio } from "../studio";
import { changeUndoably } from "../undo";
import { arrangeScenes } from "./open-files";

/**
 * Gives a raster to a scene. Undoable.
 *
 * @param choice Id of an open raster, "none", or "found" for what its name and place say.
 */
export function chooseRaster(studio: Studio, sceneId: string, part: ScenePart, choice: string): void {
  const raster = studio.registry.rasters.get(choice);
  const { [part]: _, ...others } = recordOf(studio, sceneId)?.byHand ?? {};
  const key = raster && fileKey({ name: raster.file.name, sha256Sampled: raster.sha256Sampled });
  const chosen: HandChoices = choice === "found" ? others : { ...others, [part]: key ?? null };
  changeUndoably(studio, recordOf(studio, sceneId)?.byHand ?? {}, chosen, (byHand) =>
    setByHand(studio, sceneId, byHand),
  );
}

export function setByHand(studio: Studio, sceneId: string, byHand: HandChoices): void {
  update(studio.store, "scenes", (state) => withByHand(state, sceneId, byHand));
  arrangeScenes(studio);
}

/** Undoable. An empty name gives back the one its files say; a name that another scene has is told apart by a number. */
export function renameScene(studio: Studio, sceneId: string, name: string): void {
  const before = recordOf(studio, sceneId)?.givenName ?? "";
  changeUndoably(studio, before, name.trim(), (givenName) => setName(studio, sceneId, givenName));
}

export function setName(studio: Studio, sceneId: string, givenName: string): void {
  update(studio.store, "scenes", (state) => withSceneName(state, sceneId, givenName));
  if (givenName === "") arrangeScenes(studio);
}

function recordOf({ store }: Studio, sceneId: string) {
  return findScene(store.getState().scenes, sceneId);
}
