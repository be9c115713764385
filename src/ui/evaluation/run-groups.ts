/** What a column of the evaluation stands for: a run of the shown scene, or a model's runs over the ticked scenes. */
import { useMemo } from "react";
import { type DoneRun, isDone } from "../../store/runs";
import { selectDoneRuns, selectSceneRuns, selectTicked } from "../../store/selectors";
import type { StudioState } from "../../store/studio-store";
import { colourAt, runColour } from "../describe";
import { useSelect, useSelectList } from "../StudioContext";

export interface RunGroup {
  /** Of the run, or the model's name. */
  readonly id: string;
  readonly name: string;
  readonly colour: string;
  /** At most one of each scene. */
  readonly runs: readonly DoneRun[];
}

/** Whether the ticked scenes together are what is shown. */
export function selectIsTestSet(state: StudioState): boolean {
  return state.evaluation.scope === "test-set" && selectTicked(state).length > 0;
}

export function useRunGroups(): RunGroup[] {
  const isTestSet = useSelect(selectIsTestSet);
  const sceneRuns = useSelectList(selectSceneRuns);
  const done = useSelectList(selectDoneRuns);
  const ticked = useSelectList((state) => (isTestSet ? tickedRuns(state) : []));
  return useMemo(() => {
    if (!isTestSet) {
      return done.map((run) => ({
        id: run.id,
        name: run.modelName,
        colour: runColour(sceneRuns, run.id),
        runs: [run],
      }));
    }
    const names = [...new Set(ticked.map(({ modelName }) => modelName))];
    return names.map((name, index) => ({
      id: name,
      name,
      colour: colourAt(index),
      runs: newestByScene(ticked.filter(({ modelName }) => modelName === name)),
    }));
  }, [isTestSet, sceneRuns, done, ticked]);
}

function tickedRuns(state: StudioState): DoneRun[] {
  const ids = new Set(selectTicked(state).map(({ scene }) => scene.id));
  return state.runs.records.filter(isDone).filter(({ sceneId }) => ids.has(sceneId));
}

function newestByScene(runs: readonly DoneRun[]): DoneRun[] {
  return [...new Map(runs.map((run) => [run.sceneId, run])).values()];
}
