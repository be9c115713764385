/** Response maps: the probability of one class as a run's model sees it, for what was in view when it was asked for. */
import type { NadirErrorFacts } from "../core/errors";
import type { PixelRect } from "../core/raster/raster";

export interface ResponseRecord {
  readonly runId: string;
  readonly classId: number;
  /** What can be shown: a mask of probability × 254, 255 outside `area`. Null before the first is finished. */
  readonly shown: { readonly responseId: string; readonly area: PixelRect } | null;
  readonly work:
    | { readonly status: "idle" }
    | { readonly status: "computing" }
    | { readonly status: "failed"; readonly error: NadirErrorFacts };
}

export interface ResponsesState {
  readonly records: readonly ResponseRecord[];
}

export const initialResponses: ResponsesState = { records: [] };

/** Names the work on it among the engine's. */
export function responseKey(runId: string, classId: number): string {
  return `${runId}/${classId}`;
}

export function findResponse({ records }: ResponsesState, runId: string, classId: number): ResponseRecord | null {
  return records.find((record) => record.runId === runId && record.classId === classId) ?? null;
}

/** Adds the record or replaces that of the same run and class. */
export function withResponse(state: ResponsesState, record: ResponseRecord): ResponsesState {
  const others = state.records.filter(({ runId, classId }) => runId !== record.runId || classId !== record.classId);
  return { records: [...others, record] };
}

/** Without any response map of a run. */
export function withoutResponses(state: ResponsesState, runId: string): ResponsesState {
  return { records: state.records.filter((record) => record.runId !== runId) };
}
