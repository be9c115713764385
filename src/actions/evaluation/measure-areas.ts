/** Ground area per class of a finished run, counted once and remembered. */
import { isDone } from "../../store/runs";
import { selectRun } from "../../store/selectors";
import { notifyError, type Studio } from "../studio";

export async function measureAreas(studio: Studio, runId: string): Promise<readonly number[] | null> {
  const known = studio.registry.areas.get(runId);
  if (known !== undefined) {
    return known;
  }
  const state = studio.store.getState();
  const run = selectRun(state, runId);
  const record = state.scenes.records.find(({ scene }) => scene.id === run?.sceneId);
  if (run === null || !isDone(run) || record === undefined) {
    return null;
  }
  try {
    const areas = await studio.rasters.call("areas", {
      maskId: run.state.result.maskId,
      opticalId: record.scene.optical.rasterId,
    });
    studio.registry.areas.set(runId, areas);
    return areas;
  } catch (error) {
    notifyError(studio, error);
    return null;
  }
}
