/** Runs: one model over one scene with given settings, from the moment it is asked for. */
import type { EditLog } from "../core/correction/edit-log";
import type { NadirErrorFacts } from "../core/errors";
import type { ModelClass } from "../core/manifest/manifest";
import type { RunScores } from "../core/project/run-scores";
import { maskIdOf } from "../core/run/mask-names";
import type { RunCheckpoint } from "../core/run/run-checkpoint";
import type { RunResult } from "../core/run/run-result";
import type { RunSettings } from "../core/run/run-settings";

/** What is kept of a finished run; the pixels live in the mask store under the ids. */
export interface FinishedRun {
  readonly maskId: string;
  readonly confidenceId: string | null;
  /** Settings, backend, timings, class areas and warnings, as the engine gave them. */
  readonly result: RunResult;
  readonly seconds: number;
}

/** Where a run stopped before its end: from the checkpoint it can go on, without one only begin anew. */
export interface RunHalt {
  readonly checkpoint: RunCheckpoint | null;
  /** Part of the raster that is finished, 0–1. */
  readonly share: number;
  /** Of the model it ran; null when not known. */
  readonly graphSha256: string | null;
}

export type RunState =
  /** With the checkpoint it will go on from. */
  | { readonly status: "queued"; readonly checkpoint: RunCheckpoint | null }
  | {
      readonly status: "running";
      readonly paused: boolean;
      /** Why the studio itself has paused it: there is no room for its rows. */
      readonly noRoom?: NadirErrorFacts;
      /** After the last finished strip: from there it could go on. */
      readonly checkpoint: RunCheckpoint | null;
    }
  /** Stopped by the end of an earlier visit. */
  | ({ readonly status: "interrupted" } & RunHalt)
  /** Of a project whose masks are not in this browser: what is known of it, without pixels. */
  | {
      readonly status: "elsewhere";
      readonly result: FinishedRun;
      /** As they were counted where the masks are, if that is known. */
      readonly scores?: RunScores;
    }
  | { readonly status: "done"; readonly result: FinishedRun }
  | ({ readonly status: "failed"; readonly error: NadirErrorFacts } & RunHalt)
  | ({ readonly status: "cancelled" } & RunHalt);

export interface RunRecord {
  readonly id: string;
  readonly sceneId: string;
  readonly modelId: string;
  readonly modelName: string;
  /** Id, name, colour and scoring of every class the mask can hold, from the manifest. */
  readonly classes: readonly ModelClass[];
  readonly windowPx: number;
  /** What it was asked to do, kept for good. */
  readonly settings: RunSettings;
  /** `describeInputs` of the scene when it was asked for. */
  readonly inputs?: string;
  /** What was corrected in its mask by hand; absent where nothing was. */
  readonly edits?: EditLog;
  readonly state: RunState;
}

/** A run that has a mask. */
export type DoneRun = RunRecord & { readonly state: { readonly status: "done"; readonly result: FinishedRun } };

/** A run whose result is known, with its mask here or elsewhere. */
export type KnownRun = RunRecord & {
  readonly state: { readonly status: "done" | "elsewhere"; readonly result: FinishedRun };
};

export interface RunsState {
  readonly records: readonly RunRecord[];
  /** Nothing that waits begins until the user lets it. */
  readonly isQueueHeld: boolean;
}

export const initialRuns: RunsState = { records: [], isQueueHeld: false };

export function withRun(state: RunsState, record: RunRecord): RunsState {
  return { ...state, records: [...state.records, record] };
}

export function withoutRun(state: RunsState, runId: string): RunsState {
  return { ...state, records: state.records.filter(({ id }) => id !== runId) };
}

/** Edits of a run, in the place of those it had. */
export function withRunEdits(state: RunsState, runId: string, edits: EditLog): RunsState {
  return { ...state, records: state.records.map((record) => (record.id === runId ? { ...record, edits } : record)) };
}

export function withRunState(state: RunsState, runId: string, next: RunState): RunsState {
  const records = state.records.map((record) => (record.id === runId ? { ...record, state: next } : record));
  return { ...state, records };
}

/** Of a run that is still running; a late message changes nothing. */
export function withCheckpoint(state: RunsState, runId: string, checkpoint: RunCheckpoint): RunsState {
  const record = state.records.find(({ id }) => id === runId);
  return record?.state.status === "running" ? withRunState(state, runId, { ...record.state, checkpoint }) : state;
}

export function withPaused(state: RunsState, runId: string, paused: boolean): RunsState {
  const record = state.records.find(({ id }) => id === runId);
  if (record?.state.status !== "running") return state;
  const { noRoom: _, ...rest } = record.state;
  return withRunState(state, runId, { ...rest, paused });
}

/** Paused by the studio until there is room. */
export function withoutRoom(state: RunsState, runId: string, noRoom: NadirErrorFacts): RunsState {
  const record = state.records.find(({ id }) => id === runId);
  return record?.state.status === "running"
    ? withRunState(state, runId, { ...record.state, paused: true, noRoom })
    : state;
}

/** On its way: running, or waiting for its turn. */
export function isUnfinished({ state: { status } }: RunRecord): boolean {
  return status === "running" || status === "queued";
}

/** Stopped before its end; it may be gone on with. */
export function isHalted(state: RunState): state is RunState & RunHalt {
  return state.status === "interrupted" || state.status === "cancelled" || state.status === "failed";
}

/** The mask of a run as far as it is written; null before its first strip. The revision grows with every strip. */
export function writtenMask({ id, state }: RunRecord): { readonly maskId: string; readonly revision: number } | null {
  const maskId = maskIdOf(id);
  if (state.status === "done") {
    return { maskId, revision: Number.MAX_SAFE_INTEGER };
  }
  const { strip, nextRow } = ("checkpoint" in state ? state.checkpoint : null) ?? {};
  return nextRow === undefined ? null : { maskId, revision: strip! * MOST_ROWS + nextRow };
}

const MOST_ROWS = 2 ** 32;

export function isKnown(run: RunRecord): run is KnownRun {
  return run.state.status === "done" || run.state.status === "elsewhere";
}

/** A run with a result. */
export function isDone(run: RunRecord): run is DoneRun {
  return run.state.status === "done";
}
