/** Points drawn from one map of a scene, with what was answered: enough to estimate from, whatever becomes of the map. */
import type { ModelClass } from "../manifest/manifest";
import type { RunResult } from "../run/run-result";
import type { SampleDesign } from "./sample-design";
import type { SamplePoint } from "./sample-points";
import {
  type AnswerProgress,
  answerProgress,
  classesWithoutAnswer,
  describeSample,
  type SampledMap,
  type StrataMap,
} from "./sampled-map";

export interface MapSample extends StrataMap {
  /** Of the map that the points were drawn from (`mapKey`). */
  readonly mapKey: string;
  /** What the map was called. */
  readonly mapName: string;
  readonly classes: readonly ModelClass[];
  readonly classPixels: readonly number[];
  /** Null for points that came from a file. */
  readonly design: SampleDesign | null;
  readonly points: readonly SamplePoint[];
}

/** The same for the same class ids, another one for others: the sums of what a run wrote, or its id where none are known. */
export function mapKey(runId: string, { written }: Pick<RunResult, "written">): string {
  return written === undefined
    ? runId
    : written.map(({ classIds }) => classIds.toString(16).padStart(8, "0")).join("-");
}

/** As reports tell it. */
export interface ReportedSample {
  readonly design: SampleDesign | null;
  readonly answers: AnswerProgress;
  /** Null before a point was answered in every class of the map. */
  readonly map: SampledMap | null;
}

export function reportSample(sample: MapSample): ReportedSample {
  const { design, points } = sample;
  const isComplete = classesWithoutAnswer(points, sample).length === 0;
  return { design, answers: answerProgress(points), map: isComplete ? describeSample(points, sample) : null };
}
