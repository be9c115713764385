/** The maps of a scene that points are drawn from, and the one whose points are looked at. */
import { logKey } from "../core/correction/edit-log";
import { mapKey, type ReportedSample, reportSample } from "../core/sampling/map-sample";
import type { DoneRun } from "./runs";
import { findSample, type Review, type SceneSample } from "./samples";
import { selectDoneRuns } from "./selectors";
import type { StudioState } from "./studio-store";

/** A map of the shown scene. */
export interface SampledChoice {
  readonly mapKey: string;
  readonly name: string;
  /** Null: the map is gone, corrected or made anew; its points and answers are kept. */
  readonly run: DoneRun | null;
  readonly sample: SceneSample | null;
}

/** Of the map that counts: one that is corrected by hand is another one. */
export function keyOfRun({ id, state, edits }: DoneRun): string {
  const corrected = edits === undefined ? null : logKey(edits);
  const own = mapKey(id, state.result.result);
  return corrected === null ? own : `${own}-${corrected}`;
}

/** Maps that are there, oldest first, then those of which points are left. */
export function selectSampledChoices(state: StudioState): SampledChoice[] {
  const sceneId = state.scenes.selectedId;
  if (sceneId === null) return [];
  const byKey = new Map<string, SampledChoice>();
  for (const run of selectDoneRuns(state)) {
    const key = keyOfRun(run);
    byKey.delete(key);
    byKey.set(key, { mapKey: key, name: run.modelName, run, sample: findSample(state.samples, sceneId, key) });
  }
  for (const sample of state.samples.records) {
    if (sample.sceneId !== sceneId || byKey.has(sample.mapKey)) continue;
    byKey.set(sample.mapKey, { mapKey: sample.mapKey, name: sample.mapName, run: null, sample });
  }
  return [...byKey.values()];
}

/** Null before there is a map. */
export function selectSampled(state: StudioState): SampledChoice | null {
  const choices = selectSampledChoices(state);
  const present = choices.filter(({ run }) => run !== null);
  return choices.find((choice) => choice.mapKey === state.samples.mapKey) ?? present.at(-1) ?? choices.at(-1) ?? null;
}

/** Null unless points of the shown scene are gone through. */
export function selectReview(state: StudioState): { readonly review: Review; readonly sample: SceneSample } | null {
  const { review } = state.samples;
  if (review === null || review.sceneId !== state.scenes.selectedId) return null;
  const sample = findSample(state.samples, review.sceneId, review.mapKey);
  return sample === null ? null : { review, sample };
}

/** The map whose points are gone through; null once it is gone. */
export function selectReviewedRun(state: StudioState): DoneRun | null {
  const key = selectReview(state)?.review.mapKey;
  return selectDoneRuns(state).find((run) => keyOfRun(run) === key) ?? null;
}

/** What a report says of the points of a run's map; null without any. */
export function reportedSample({ samples }: Pick<StudioState, "samples">, run: DoneRun): ReportedSample | null {
  const sample = findSample(samples, run.sceneId, keyOfRun(run));
  return sample && reportSample(sample);
}
