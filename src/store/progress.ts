/**
 * How far work on the engine has come, apart from the runs themselves: it changes many times a second, and nothing but
 * a bar and a line of text may follow it.
 */
import type { RunProgress } from "../core/run/run-settings";

/** By the id of a run, or by `responseKey` of a response map; absent before the engine's first word and after the last. */
export type ProgressState = Readonly<Record<string, RunProgress>>;

export const initialProgress: ProgressState = {};

/** Null takes it away. */
export function withProgress(state: ProgressState, key: string, progress: RunProgress | null): ProgressState {
  const { [key]: _, ...others } = state;
  return progress === null ? (key in state ? others : state) : { ...state, [key]: progress };
}
