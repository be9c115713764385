/** What an opened project still waits for, and what earlier visits left behind. */
import type { NadirErrorFacts } from "../core/errors";
import type { ProjectFile, ProjectParcels, ProjectRun, ProjectScene } from "../core/project/project";

export interface MissingFile {
  readonly file: ProjectFile;
  /** `changed`: a file of that name is open, but it is another one or has changed since. */
  readonly why: "not-open" | "changed";
}

/** A scene of the project some files of which are not open. */
export interface WantedScene {
  readonly scene: ProjectScene;
  /** Runs to be attached when its orthophoto is open. */
  readonly runs: readonly ProjectRun[];
  readonly missing: readonly MissingFile[];
  /** Why runs could not be attached although the orthophoto is open. */
  readonly why?: NadirErrorFacts | undefined;
  /** Interrupted runs go on by themselves once they can. */
  readonly goOn: boolean;
}

/** A visit that ended without its results being given up. */
export interface LeftSession {
  readonly sessionId: string;
  /** Milliseconds since 1970. */
  readonly savedAtMs: number;
  readonly sceneNames: readonly string[];
  readonly doneRuns: number;
  readonly interruptedRuns: number;
}

/** A visit that this studio cannot read: kept, with its masks, until the user has decided. */
export interface UnreadableSession {
  readonly sessionId: string;
  /** Milliseconds since 1970. */
  readonly savedAtMs: number;
  readonly why: NadirErrorFacts;
}

export interface ProjectState {
  readonly wanted: readonly WantedScene[];
  /** Layers of polygons that are not open yet. */
  readonly wantedParcels: readonly ProjectParcels[];
  /** Names of missing files that the browser would read again if the user allowed it. */
  readonly askable: readonly string[];
  /** Newest first. */
  readonly left: readonly LeftSession[];
  /** Newest first. */
  readonly unreadable: readonly UnreadableSession[];
}

export const initialProject: ProjectState = { wanted: [], wantedParcels: [], askable: [], left: [], unreadable: [] };

/** Scenes of a project whose rasters are still to be opened; said anew, a scene takes its old place's facts away. */
export function withWanted(state: ProjectState, wanted: readonly WantedScene[]): ProjectState {
  const ids = new Set(wanted.map(({ scene }) => scene.id));
  return { ...state, wanted: [...state.wanted.filter(({ scene }) => !ids.has(scene.id)), ...wanted] };
}

/** A scene whose rasters are open, or which nobody waits for any more. */
export function withoutWanted(state: ProjectState, sceneId: string): ProjectState {
  return { ...state, wanted: state.wanted.filter(({ scene }) => scene.id !== sceneId) };
}

/** Of a run that is attached to its open scene. */
export function withoutWantedRun(state: ProjectState, sceneId: string, runId: string): ProjectState {
  const without = ({ runs, ...wanted }: WantedScene) => ({ ...wanted, runs: runs.filter(({ id }) => id !== runId) });
  return { ...state, wanted: state.wanted.map((old) => (old.scene.id === sceneId ? without(old) : old)) };
}

/** @param isOpen  Its orthophoto is: without anything missing and runs that wait, the scene is wanted no more. */
export function withWantedChanged(
  state: ProjectState,
  sceneId: string,
  change: Partial<WantedScene>,
  isOpen: boolean,
): ProjectState {
  const wanted = state.wanted.map((old) => (old.scene.id === sceneId ? { ...old, ...change } : old));
  const isLeft = ({ scene, missing, runs }: WantedScene) =>
    scene.id !== sceneId || !isOpen || missing.length > 0 || runs.length > 0;
  return { ...state, wanted: wanted.filter(isLeft) };
}
