/** Which two maps are compared as two dates of one place. */
import { LEAST_OBJECT } from "../core/metrics/map-changes";
import type { ProjectDates } from "../core/project/project";

/** Null: the newest run of the shown scene, and of another one. */
export type DatesState = ProjectDates;

export const initialDates: DatesState = { beforeRunId: null, afterRunId: null, least: LEAST_OBJECT };

/** A run is known by another id from now on. */
export function withRunRenamed(state: DatesState, from: string, to: string): DatesState {
  const renamed = (id: string | null) => (id === from ? to : id);
  return { ...state, beforeRunId: renamed(state.beforeRunId), afterRunId: renamed(state.afterRunId) };
}
