/** Tiles that are opened while a test set is being run belong to it. */
import { selectUnfinishedRuns } from "../../store/selectors";
import type { StudioState } from "../../store/studio-store";
import { tickScenes } from "../scenes/tick-scenes";
import { notify, type Studio } from "../studio";
import { runChosenModels } from "./run-model";

/**
 * Scenes that `open` brings are ticked and queued with the chosen models, where everything was ticked before and runs are
 * under way. Not while a project waits for its scenes: it says itself which are ticked and run.
 */
export async function joinQueue(studio: Studio, open: () => Promise<void>): Promise<void> {
  const before = studio.store.getState();
  await open();
  const state = studio.store.getState();
  const known = new Set(before.scenes.records.map(({ scene }) => scene.id));
  const fresh = state.scenes.records.map(({ scene }) => scene.id).filter((id) => !known.has(id));
  if (fresh.length === 0 || !isWholeTestSet(before) || selectUnfinishedRuns(state).length === 0) {
    return;
  }
  tickScenes(studio, fresh, true);
  runChosenModels(studio);
  notify(studio, "info", studio.messages.joinedQueue(fresh.length));
}

function isWholeTestSet({ scenes, project }: StudioState): boolean {
  return project.wanted.length === 0 && scenes.records.length > 0 && scenes.records.every(({ ticked }) => ticked);
}
