/** All slices in one store. Slices know nothing of each other; actions write them, components read them. */
import { createStore, type StoreApi } from "zustand/vanilla";
import { type CorrectionsState, initialCorrections } from "./corrections";
import { type DatesState, initialDates } from "./dates";
import { type EngineState, initialEngine } from "./engine";
import { type EvaluationState, initialEvaluation } from "./evaluation";
import { initialLegend, type LegendState } from "./legend";
import { initialModels, type ModelsState } from "./models";
import type { OwnModelState } from "./own-model";
import { initialPanes, type PanesState } from "./panes";
import { initialParcels, type ParcelsState } from "./parcels";
import { initialProbe, type ProbeState } from "./probe";
import { initialProgress, type ProgressState } from "./progress";
import { initialProject, type ProjectState } from "./project";
import { initialResponses, type ResponsesState } from "./responses";
import { initialResults, type ResultsState } from "./results";
import { initialRuns, type RunsState } from "./runs";
import { initialSamples, type SamplesState } from "./samples";
import { initialScenes, type ScenesState } from "./scenes";
import { type AskedSettings, initialSettings } from "./settings";
import { initialStrokes, type StrokesState } from "./strokes";
import { initialTeaching, type TeachingState } from "./teaching";
import { initialWorkspace, type WorkspaceState } from "./workspace";

export interface StudioState {
  readonly scenes: ScenesState;
  readonly corrections: CorrectionsState;
  readonly models: ModelsState;
  readonly settings: AskedSettings;
  readonly runs: RunsState;
  readonly progress: ProgressState;
  readonly panes: PanesState;
  readonly legend: LegendState;
  readonly strokes: StrokesState;
  readonly parcels: ParcelsState;
  readonly samples: SamplesState;
  readonly dates: DatesState;
  readonly probe: ProbeState;
  readonly responses: ResponsesState;
  readonly results: ResultsState;
  readonly evaluation: EvaluationState;
  readonly engine: EngineState;
  readonly project: ProjectState;
  readonly teaching: TeachingState;
  readonly workspace: WorkspaceState;
  /** The graph whose card is open; null otherwise. */
  readonly ownModel: OwnModelState | null;
}

export type StudioStore = StoreApi<StudioState>;

export function createStudioStore(changes: Partial<StudioState> = {}): StudioStore {
  return createStore<StudioState>(() => ({
    scenes: initialScenes,
    corrections: initialCorrections,
    models: initialModels,
    settings: initialSettings,
    runs: initialRuns,
    progress: initialProgress,
    panes: initialPanes,
    legend: initialLegend,
    strokes: initialStrokes,
    parcels: initialParcels,
    samples: initialSamples,
    dates: initialDates,
    probe: initialProbe,
    responses: initialResponses,
    results: initialResults,
    evaluation: initialEvaluation,
    engine: initialEngine,
    project: initialProject,
    teaching: initialTeaching,
    workspace: initialWorkspace,
    ownModel: null,
    ...changes,
  }));
}

/** Replaces one slice by what `change` makes of it. */
export function update<K extends keyof StudioState>(
  store: StudioStore,
  slice: K,
  change: (state: StudioState[K]) => StudioState[K],
): void {
  store.setState((state) => ({ [slice]: change(state[slice]) }) as Pick<StudioState, K>);
}
