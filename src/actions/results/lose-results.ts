/** What went with a raster worker that kept results in its memory: none of it is shown any longer as if it were there. */
import { isRaster } from "../../core/results/result";
import { withoutRunContents } from "../../store/panes";
import { withoutResponses } from "../../store/responses";
import { withoutResults } from "../../store/results";
import { isDone, type RunRecord, type RunState } from "../../store/runs";
import { withTruth } from "../../store/scenes";
import { update } from "../../store/studio-store";
import { readTruth } from "../scenes/read-truth";
import { notify, type Studio } from "../studio";

/** Runs keep their settings, areas and times and can be made again; truths are read again from their files. */
export function loseResults(studio: Studio): void {
  const { store, messages } = studio;
  const { runs, results, scenes } = store.getState();
  const rasters = Object.values(results).filter(({ of }) => isRaster(of));
  update(store, "results", (state) =>
    withoutResults(
      state,
      rasters.map(({ id }) => id),
    ),
  );
  for (const { id } of runs.records) {
    update(store, "panes", (state) => withoutRunContents(state, id));
    update(store, "responses", (state) => withoutResponses(state, id));
  }
  update(store, "runs", (state) => ({
    ...state,
    records: state.records.map((run) => ({ ...run, state: withoutPixels(run) })),
  }));
  for (const { scene, truth } of scenes.records) {
    if (truth.status === "ready") {
      update(store, "scenes", (state) => withTruth(state, scene.id, { status: "decoding" }));
      // Not waited for: it waits for the fresh worker.
      void readTruth(studio, scene);
    }
  }
  const lost = runs.records.filter(isDone).length;
  if (lost > 0) notify(studio, "bad", messages.resultsLost(lost));
}

function withoutPixels({ state }: RunRecord): RunState {
  switch (state.status) {
    case "done":
      return { ...state, status: "elsewhere" };
    case "elsewhere":
      return state;
    case "queued":
    case "running":
      return { ...state, checkpoint: null };
    default:
      return { ...state, checkpoint: null, share: 0 };
  }
}
