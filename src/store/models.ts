/** Models the user can run: the studio's own zoo and files they dropped. Weights live outside the store. */
import type { NadirErrorFacts } from "../core/errors";
import type { ModelManifest } from "../core/manifest/manifest";

export interface ModelRecord {
  readonly id: string;
  readonly origin: "zoo" | "own";
  readonly manifest: ModelManifest;
}

export interface RefusedModel {
  readonly id: string;
  readonly fileName: string;
  readonly error: NadirErrorFacts;
}

export interface ModelsState {
  readonly zoo: "loading" | "ready" | "failed";
  readonly records: readonly ModelRecord[];
  readonly refused: readonly RefusedModel[];
}

export const initialModels: ModelsState = { zoo: "loading", records: [], refused: [] };

export function withZoo(
  state: ModelsState,
  zoo: ModelsState["zoo"],
  records: readonly ModelRecord[],
  refused: readonly RefusedModel[],
): ModelsState {
  const own = state.records.filter(({ origin }) => origin === "own");
  return { zoo, records: [...records, ...own], refused: [...state.refused, ...refused] };
}

/** Adds a model or replaces the one with the same id. */
export function withModel(state: ModelsState, record: ModelRecord): ModelsState {
  return { ...state, records: [...state.records.filter(({ id }) => id !== record.id), record] };
}

/** Replaces what was said before of the same file. */
export function withRefusedModel(state: ModelsState, refused: RefusedModel): ModelsState {
  return { ...state, refused: [...state.refused.filter(({ id }) => id !== refused.id), refused] };
}

/** The user has read why a model was refused. */
export function withoutRefusedModel(state: ModelsState, id: string): ModelsState {
  return { ...state, refused: state.refused.filter((model) => model.id !== id) };
}
