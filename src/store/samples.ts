/** Points drawn from maps, what was answered at them, and the one that is looked at. */
import type { NadirErrorFacts } from "../core/errors";
import type { MapSample } from "../core/sampling/map-sample";
import { DEFAULT_DESIGN, type SampleDesign } from "../core/sampling/sample-design";
import type { PanesState } from "./panes";

export interface SceneSample extends MapSample {
  readonly sceneId: string;
}

/** One by one through the points of a map. */
export interface Review {
  readonly sceneId: string;
  readonly mapKey: string;
  /** Place in the list of points. */
  readonly at: number;
  /** The map would lead the answer: it is hidden until somebody asks. */
  readonly isMapShown: boolean;
  /** What comes back at the end. */
  readonly panesBefore: Pick<PanesState, "count" | "contents" | "mode" | "cameras">;
}

export interface SamplesState {
  /** At most one of each map of a scene. */
  readonly records: readonly SceneSample[];
  /** Whose points are looked at; null: those of the newest run. */
  readonly mapKey: string | null;
  /** How the next ones are drawn. */
  readonly design: SampleDesign;
  /** The map that points are being drawn from or read for. */
  readonly drawingKey: string | null;
  /** Why that failed the last time. */
  readonly fault: NadirErrorFacts | null;
  readonly review: Review | null;
}

export const initialSamples: SamplesState = {
  records: [],
  mapKey: null,
  design: DEFAULT_DESIGN,
  drawingKey: null,
  fault: null,
  review: null,
};

export function findSample(
  { records }: Pick<SamplesState, "records">,
  sceneId: string,
  mapKey: string,
): SceneSample | null {
  return records.find((record) => record.sceneId === sceneId && record.mapKey === mapKey) ?? null;
}

/** In the place of the one of the same map. */
export function withSample(state: SamplesState, sample: SceneSample): SamplesState {
  return { ...state, records: [...withoutSample(state, sample.sceneId, sample.mapKey).records, sample] };
}

export function withoutSample(state: SamplesState, sceneId: string, mapKey: string): SamplesState {
  const isIt = (record: SceneSample) => record.sceneId === sceneId && record.mapKey === mapKey;
  const isReviewed = state.review?.sceneId === sceneId && state.review.mapKey === mapKey;
  return {
    ...state,
    records: state.records.filter((record) => !isIt(record)),
    review: isReviewed ? null : state.review,
  };
}

/** @param reference As in `SamplePoint`. Changes nothing where there is no such point. */
export function withAnswer(
  state: SamplesState,
  { sceneId, mapKey, at }: Pick<Review, "sceneId" | "mapKey" | "at">,
  reference: string | null,
): SamplesState {
  const records = state.records.map((record) =>
    record.sceneId === sceneId && record.mapKey === mapKey
      ? { ...record, points: record.points.map((point, index) => (index === at ? { ...point, reference } : point)) }
      : record,
  );
  return { ...state, records };
}
