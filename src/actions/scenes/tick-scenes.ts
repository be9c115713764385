/** The test set: scenes that are run and scored together. */
import { withTicked } from "../../store/scenes";
import { update } from "../../store/studio-store";
import type { Studio } from "../studio";

/** Takes scenes into the test set, or out of it. */
export function tickScenes(studio: Studio, sceneIds: readonly string[], ticked: boolean): void {
  update(studio.store, "scenes", (state) => withTicked(state, sceneIds, ticked));
}
