/** Progress on its way to the store: the newest word a few times a second, however often the engine speaks. */
import type { RunProgress } from "../../core/run/run-settings";
import { withProgress } from "../../store/progress";
import { update } from "../../store/studio-store";
import type { Studio } from "../studio";

const PACE_MS = 200;

/** The first word is shown at once, later ones together at the next beat. */
export function reportProgress(studio: Studio, key: string, progress: RunProgress): void {
  const { working } = studio;
  working.progressNews.set(key, progress);
  if (working.progressTimer === undefined) {
    showNews(studio);
  }
}

/** The work has ended, well or badly. */
export function endProgress(studio: Studio, key: string): void {
  studio.working.progressNews.delete(key);
  update(studio.store, "progress", (state) => withProgress(state, key, null));
}

function showNews(studio: Studio): void {
  const { working } = studio;
  const { progressNews: news } = working;
  if (news.size === 0) {
    working.progressTimer = undefined;
    return;
  }
  update(studio.store, "progress", (state) => ({ ...state, ...Object.fromEntries(news) }));
  news.clear();
  working.progressTimer = setTimeout(() => showNews(studio), PACE_MS);
}
