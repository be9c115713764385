/** Which two maps are compared as two dates of one place. */
import { LEAST_OBJECT } from "../core/metrics/map-changes";

export interface DatesState {
  /** Null: the newest run of the shown scene, and of another one. */
  readonly beforeRunId: string | null;
  readonly afterRunId: string | null;
  /** Objects at least that large count, in square metres, or in pixels where those are not known. */
  readonly least: number;
}

export const initialDates: DatesState = { beforeRunId: null, afterRunId: null, least: LEAST_OBJECT };
