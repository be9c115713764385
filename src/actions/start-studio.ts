/** What a new studio does by itself: takes over what is stored, looks at the machine and its models, and keeps watch. */
import { loadZoo } from "./models/load-zoo";
import { startServiceWorker } from "./models/offline";
import { watchProject } from "./projects/adopt-project";
import { restorePreferences } from "./projects/preferences";
import { startSession } from "./projects/session";
import { watchResults } from "./results/watch-results";
import { watchEngine } from "./runs/watch-engine";
import type { Studio } from "./studio";
import { watchViewLink } from "./view/view-link";

/**
 * @param base Address of the page; its models and its sample scene lie below.
 * @returns Once the models are known and what closed tabs left was looked at; the studio can be used before.
 */
export async function startStudio(studio: Studio, base: URL): Promise<void> {
  restorePreferences(studio);
  watchEngine(studio);
  watchViewLink(studio);
  watchProject(studio);
  watchResults(studio);
  await Promise.all([startSession(studio), startServiceWorker(studio), loadZoo(studio, base)]);
}
