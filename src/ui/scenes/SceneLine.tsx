/** A scene that is not open, in one line: a tick, its name, its runs and its best score. */
import { selectSceneById } from "../../actions/view/arrange";
import { auxiliariesOf } from "../../core/scene/scene";
import { isDone } from "../../store/runs";
import type { SceneRecord } from "../../store/scenes";
import { scoreRun } from "../evaluation/scored-runs";
import { percent } from "../format";
import { messages } from "../messages";
import { useSelect, useSelectList, useStudio } from "../StudioContext";

const words = messages.scenes;

export function SceneLine({ record }: { record: SceneRecord }) {
  const studio = useStudio();
  const { scene, truth } = record;
  const runs = useSelectList((state) => state.runs.records.filter(({ sceneId }) => sceneId === scene.id));
  const evaluation = useSelect((state) => state.evaluation);
  const done = runs.filter(isDone);
  const best = done
    .flatMap((run) => scoreRun(evaluation, run) ?? [])
    .reduce<{ miou: number; model: string } | null>((top, { run, scored: { meanIou } }) => {
      const isBetter = meanIou !== null && meanIou > (top?.miou ?? -1);
      return isBetter ? { miou: meanIou, model: run.modelName } : top;
    }, null);
  const isRefused = [...auxiliariesOf(scene), scene.truth].some((raster) => raster?.alignment.verdict === "refused");
  return (
    <button
      type="button"
      className="scene-line"
      aria-pressed={false}
      aria-label={words.show(scene.name)}
      onClick={() => selectSceneById(studio, scene.id)}
    >
      <span className="truncate" title={scene.name}>
        {scene.name}
      </span>
      {(isRefused || truth.status === "failed") && <span className="dot bad" title={words.needsLook} />}
      {runs.length > 0 && (
        <span className="badge" title={words.runsDoneTip(done.length, runs.length)}>
          {words.runsDone(done.length, runs.length)}
        </span>
      )}
      {best !== null && (
        <span className="number quiet" title={words.best(percent(best.miou), best.model)}>
          {percent(best.miou)}
        </span>
      )}
    </button>
  );
}
