/** Which model strokes teach, on which scenes, and why they cannot. */
import type { NadirErrorFacts } from "../core/errors";
import { canonicalClass } from "../core/labels/class-mapping";
import type { ModelClass } from "../core/manifest/manifest";
import type { ProjectTaught } from "../core/project/project";
import type { ModelRecord } from "./models";
import type { RunRecord } from "./runs";
import type { SceneRecord } from "./scenes";
import { selectDoneRuns } from "./selectors";
import type { StudioState } from "./studio-store";

/** Why nothing can be learnt now. */
export type LearnObstacle =
  | { readonly kind: "no-model" | "no-strokes" }
  /** The chosen model was taught, and what it was taught from is not here. */
  | { readonly kind: "no-base"; readonly baseName: string }
  | { readonly kind: "fault"; readonly error: NadirErrorFacts };

/** The model that is taught: the first of those chosen, or what that one was taught from. */
export function selectPupil({ models, settings }: Pick<StudioState, "models" | "settings">): ModelRecord | null {
  const chosen = firstChosen({ models, settings });
  const base = chosen?.manifest.taught?.base;
  return base === undefined ? chosen : (models.records.find(({ manifest }) => isBase(manifest, base)) ?? null);
}

/** Open scenes with strokes, in the order of the list. */
export function selectScenesWithStrokes({ scenes, strokes }: Pick<StudioState, "scenes" | "strokes">): SceneRecord[] {
  const ids = new Set(strokes.records.map(({ sceneId }) => sceneId));
  return scenes.records.filter(({ scene }) => ids.has(scene.id));
}

/** Null when there is something to learn. */
export function selectLearnObstacle(state: StudioState): LearnObstacle | null {
  const pupil = selectPupil(state);
  if (pupil === null) {
    const baseName = firstChosen(state)?.manifest.taught?.base.name;
    return baseName === undefined ? { kind: "no-model" } : { kind: "no-base", baseName };
  }
  const error = state.teaching.faults[pupil.manifest.graph.sha256] ?? null;
  if (error !== null) return { kind: "fault", error };
  return selectScenesWithStrokes(state).length === 0 ? { kind: "no-strokes" } : null;
}

/** Taught models of the pupil, oldest first. */
export function selectVersions(state: StudioState): ProjectTaught[] {
  const pupil = selectPupil(state);
  return state.teaching.records.filter(
    ({ manifest: { taught } }) => pupil !== null && taught !== undefined && isBase(pupil.manifest, taught.base),
  );
}

/** The newest map of the shown scene by the pupil or one of its versions that says how sure it is; null without one. */
export function selectRunToMend(state: StudioState): RunRecord | null {
  const pupil = selectPupil(state);
  if (pupil === null) return null;
  const graphs = new Set(
    [pupil.manifest, ...selectVersions(state).map(({ manifest }) => manifest)].map(({ graph }) => graph.sha256),
  );
  return (
    selectDoneRuns(state)
      .filter(({ state: { result } }) => result.confidenceId !== null && graphs.has(result.result.graphSha256))
      .at(-1) ?? null
  );
}

/** A class with its strokes on all open scenes. */
export interface LessonLine extends Pick<ModelClass, "name" | "colour"> {
  readonly strokes: number;
}

/** In the order of the pupil's classes, then new ones. */
export function selectLessonLines(state: StudioState): LessonLine[] {
  const { records, newClasses } = state.strokes;
  const known = [...(selectPupil(state)?.manifest.classes ?? []), ...newClasses];
  const counts = new Map<string, { name: string; strokes: number }>();
  for (const { className: name } of records.map(({ stroke }) => stroke)) {
    const key = canonicalClass(name);
    counts.set(key, { name, strokes: (counts.get(key)?.strokes ?? 0) + 1 });
  }
  const place = (key: string) => known.findIndex(({ name }) => canonicalClass(name) === key);
  const order = (key: string) => (place(key) < 0 ? known.length : place(key));
  return [...counts]
    .sort(([one], [other]) => order(one) - order(other))
    .map(([key, { name, strokes }]) => ({ name, strokes, colour: known[place(key)]?.colour ?? UNKNOWN_COLOUR }));
}

const UNKNOWN_COLOUR = [150, 150, 150] as const;

function firstChosen({ models, settings }: Pick<StudioState, "models" | "settings">): ModelRecord | null {
  const ids = settings.modelIds;
  return ids.map((id) => models.records.find((record) => record.id === id)).find((record) => record != null) ?? null;
}

function isBase({ graph }: ModelRecord["manifest"], base: { readonly sha256: string }): boolean {
  return graph.sha256 === base.sha256;
}
