/**
 * Every derived raster, and the areas counted from masks: what it is of, whom it belongs to, and whether it is there.
 * The pixels lie in the mask store under the record's id; whoever shows one looks here first.
 */
import type { CorrectionFacts } from "../core/correction/mask-edit";
import type { NadirErrorFacts } from "../core/errors";
import type { MapChanges } from "../core/metrics/map-changes";
import type { Remark } from "../core/remarks/remark";
import { isRaster, type ResultOf } from "../core/results/result";

/** Of each polygon its parts, of each part its rings, in pixels. */
export type ParcelOutlines = readonly (readonly (readonly (readonly number[])[])[])[];

/** What lies in a polygon. */
export interface ParcelCounts {
  /** Square metres by class id. */
  readonly areas: ReadonlyMap<number, number>;
  readonly seenArea: number;
  readonly meanHeight: number | null;
  readonly objects: ReadonlyMap<number, number>;
}

/** What is known of a result besides its pixels. */
export interface ReadyFacts {
  /** Of kind `areas` only: index = class id; null where the scene's coordinates have no known unit. */
  readonly squareMetres?: readonly number[] | null;
  /** Of kind `parcel-outlines` only: parts of each polygon in pixels. */
  readonly outlines?: ParcelOutlines;
  /** Of kind `corrected` only. */
  readonly corrected?: CorrectionFacts;
  /** Of kind `date-changes` only. */
  readonly changes?: MapChanges;
  /** Of kind `date-changes` only: how the later map was brought to the earlier one's grid; null where it lies on it. */
  readonly placement?: Remark | null;
  /** Of kind `parcels` only, polygon by polygon. */
  readonly parcels?: readonly ParcelCounts[];
}

export type ResultState =
  | { readonly status: "making" }
  | ({ readonly status: "ready" } & ReadyFacts)
  /** It can be tried again. */
  | { readonly status: "failed"; readonly error: NadirErrorFacts };

export interface ResultRecord {
  readonly id: string;
  readonly of: ResultOf;
  /** Runs and scenes it is made of: when one of them goes, it goes too. */
  readonly owners: readonly string[];
  readonly state: ResultState;
}

export type ResultsState = Readonly<Record<string, ResultRecord>>;

export const initialResults: ResultsState = {};

/** Adds the record or replaces the one of the same id. */
export function withResult(state: ResultsState, record: ResultRecord): ResultsState {
  return { ...state, [record.id]: record };
}

/** Changes nothing when the result is gone, so that a late answer cannot bring it back. */
export function withResultState(state: ResultsState, id: string, next: ResultState): ResultsState {
  const record = state[id];
  return record === undefined ? state : { ...state, [id]: { ...record, state: next } };
}

export function withoutResults(state: ResultsState, ids: readonly string[]): ResultsState {
  const gone = new Set(ids);
  return ids.some((id) => id in state)
    ? Object.fromEntries(Object.entries(state).filter(([id]) => !gone.has(id)))
    : state;
}

/** What goes with a run or a scene. */
export function resultsOf(state: ResultsState, owner: string): ResultRecord[] {
  return Object.values(state).filter(({ owners }) => owners.includes(owner));
}

/** Of one kind that a run or a scene has at most one of. */
export function findResult(state: ResultsState, kind: ResultOf["kind"], owner: string): ResultRecord | null {
  return resultsOf(state, owner).find(({ of }) => of.kind === kind) ?? null;
}

/** Id of its raster once it can be shown. */
export function readyRaster(state: ResultsState, kind: ResultOf["kind"], owner: string): string | null {
  const record = findResult(state, kind, owner);
  return record !== null && isRaster(record.of) && record.state.status === "ready" ? record.id : null;
}
