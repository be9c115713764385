/** What a raster worker had open when it ended is given to the one that takes its place, under the same ids. */
import { correctionKey } from "../../core/raster/band-corrections";
import type { RasterHandlers } from "../../workers/raster-protocol";
import type { WorkerClient } from "../../workers/rpc";
import { settleWanted } from "../projects/adopt-project";
import { loseResults } from "../results/lose-results";
import { notify, notifyError, type Studio } from "../studio";
import { completeScenes } from "./open-files";

/** One after the other. What cannot be opened again is said and left out: it may be what ended the last worker. */
export async function reopenRasters(studio: Studio, fresh: Pick<WorkerClient<RasterHandlers>, "call">): Promise<void> {
  const { registry, store, working, messages } = studio;
  const ids = [...registry.rasters.keys()];
  const lastNumber = Math.max(0, ...ids.map((id) => Number(id.split("-").at(-1))));
  for (const [rasterId, raster] of registry.rasters) {
    if (working.deadlyRasters.has(rasterId)) continue;
    const { file, sideFiles, sha256Sampled, facts } = raster;
    const corrections = store.getState().corrections[correctionKey(facts)] ?? {};
    const { folder = "" } = facts;
    working.deadlyRasters.add(rasterId);
    try {
      await fresh.call("takeOver", { rasterId, lastNumber, file, folder, sideFiles, sha256Sampled, corrections });
      working.deadlyRasters.delete(rasterId);
    } catch (error) {
      notifyError(studio, error);
    }
  }
  notify(studio, "info", messages.rastersReopened(ids.length));
  if ((await fresh.call("storage", {})) === "memory") loseResults(studio);
  // Not waited for: what it asks waits for this.
  completeScenes(studio);
  settleWanted(studio);
}
