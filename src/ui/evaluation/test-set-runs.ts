/** The ticked scenes' runs, model by model: what the test set's tables read. */
import { useMemo } from "react";
import type { ModelClass } from "../../core/manifest/manifest";
import { scoreTestSet, type TestSetScores } from "../../core/metrics/test-set";
import type { EvaluationState } from "../../store/evaluation";
import { isKnown, type KnownRun } from "../../store/runs";
import type { SceneRecord } from "../../store/scenes";
import { selectTicked } from "../../store/selectors";
import { settingsDifferences } from "../../store/settings";
import { useSelect, useSelectList } from "../StudioContext";
import { type ScoredRun, scoreRun } from "./scored-runs";

export interface ScoredModel {
  readonly modelName: string;
  /** The newest scored run of each tile, by scene id. */
  readonly byScene: ReadonlyMap<string, ScoredRun>;
  readonly scores: TestSetScores<ModelClass>;
  /** What was set differently between the tiles, in words. */
  readonly differences: readonly string[];
}

export interface TestSet {
  readonly scenes: readonly SceneRecord[];
  readonly models: readonly ScoredModel[];
}

export function useTestSet(): TestSet {
  const scenes = useSelectList(selectTicked);
  const runs = useSelect((state) => state.runs.records);
  const evaluation = useSelect((state) => state.evaluation);
  return useMemo(
    () => ({ scenes, models: scoreModels(scenes, runs.filter(isKnown), evaluation) }),
    [scenes, runs, evaluation],
  );
}

/** In the order in which the models were first run. */
export function scoreModels(
  scenes: readonly SceneRecord[],
  runs: readonly KnownRun[],
  evaluation: EvaluationState,
): ScoredModel[] {
  const ticked = new Set(scenes.map(({ scene }) => scene.id));
  const byModel = new Map<string, Map<string, ScoredRun>>();
  for (const run of runs.filter(({ sceneId }) => ticked.has(sceneId))) {
    const scored = scoreRun(evaluation, run);
    if (scored !== null) {
      const byScene = byModel.get(run.modelName) ?? new Map<string, ScoredRun>();
      byModel.set(run.modelName, byScene.set(run.sceneId, scored));
    }
  }
  return [...byModel].map(([modelName, byScene]) => {
    const tiles = [...byScene.values()];
    const settings = tiles.map(({ run }) => ({ ...run.settings, areaOfInterest: null }));
    return {
      modelName,
      byScene,
      scores: scoreTestSet(tiles.map(({ evaluation: { classes }, matrix }) => ({ classes, matrix }))),
      differences: [...new Set(settings.flatMap((other) => settingsDifferences(settings[0]!, other)))],
    };
  });
}
