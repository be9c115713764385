/** Where a run stands that does not go on by itself, and what going on would need. */
import { finishedShare } from "../../core/run/run-checkpoint";
import type { RunHalt, RunRecord } from "../../store/runs";
import { findScene } from "../../store/scenes";
import { selectManifest } from "../../store/selectors";
import type { Studio } from "../studio";

/** Of a queued or running run; the pixels above its checkpoint are in the mask store. */
export function haltOf({ store }: Studio, { sceneId, modelId, settings, state }: RunRecord): RunHalt {
  const now = store.getState();
  const checkpoint = "checkpoint" in state ? state.checkpoint : null;
  const facts = findScene(now.scenes, sceneId)?.scene.optical.facts;
  const rows = settings.areaOfInterest ?? { row: 0, heightPx: facts?.heightPx ?? Number.POSITIVE_INFINITY };
  return {
    checkpoint,
    share: checkpoint === null ? 0 : finishedShare(checkpoint, rows),
    graphSha256: selectManifest(now, modelId)?.graph.sha256 ?? null,
  };
}
