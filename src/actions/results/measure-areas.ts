/** Ground area per class of a finished run, counted once; what failed is tried again when asked. */
import { maskInUse } from "../../store/masks-in-use";
import { findResult } from "../../store/results";
import { isDone } from "../../store/runs";
import { findScene } from "../../store/scenes";
import { selectRun } from "../../store/selectors";
import type { Studio } from "../studio";
import { dropResults, makeResults } from "./keep-results";

export function measureAreas(studio: Studio, runId: string): void {
  const state = studio.store.getState();
  const run = selectRun(state, runId);
  const record = findScene(state.scenes, run?.sceneId);
  if (run === null || !isDone(run) || record === undefined) {
    return;
  }
  const known = findResult(state.results, "areas", runId);
  if (known?.state.status === "failed") {
    dropResults(studio, [known.id]);
  }
  const { maskId } = maskInUse(state, run);
  const opticalId = record.scene.optical.rasterId;
  makeResults(studio, [{ kind: "areas", maskId, opticalId }], [runId, run.sceneId], async (_, signal) => ({
    squareMetres: await studio.rasters.call("areas", { maskId, opticalId }, { signal }),
  }));
}
