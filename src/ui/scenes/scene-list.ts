/** The list of scenes as one wants to see it: what each line says, in which order, and which lines. */
import { auxiliariesOf } from "../../core/scene/scene";
import { isDone, isKnown, isUnfinished, type KnownRun, type RunRecord } from "../../store/runs";
import type { SceneRecord } from "../../store/scenes";

/** What stands in the line of a scene besides its name. */
export interface SceneSummary {
  readonly state: SceneState;
  /** Of its best scored run, 0–1; null without one. */
  readonly meanIou: number | null;
  /** The model of that run. */
  readonly bestModel: string | null;
  /** The newest run of each model, in the order in which the models were first asked for. */
  readonly models: readonly ModelState[];
}

/** How far one model has come with a scene. */
export interface ModelState {
  readonly modelName: string;
  /** Place of the run among the scene's runs: by it goes its colour. */
  readonly place: number;
  readonly status: RunRecord["state"]["status"];
}

/** In the order of a list by state: what wants a look first, what is finished last. */
const SCENE_STATES = ["needs-look", "failed", "running", "queued", "not-run", "stopped", "done"] as const;
export type SceneState = (typeof SCENE_STATES)[number];

export const SCENE_ORDERS = ["opened", "name", "state", "worst", "largest"] as const;
export type SceneOrder = (typeof SCENE_ORDERS)[number];

const NO_RUNS: readonly RunRecord[] = [];

/**
 * Of all scenes at once, by scene id: with hundreds of them each line looking through all runs would be noticed.
 *
 * @param meanIouOf  Of a finished run, 0–1; null without truth or while it is counted.
 */
export function summariseScenes(
  scenes: readonly SceneRecord[],
  runs: readonly RunRecord[],
  meanIouOf: (run: KnownRun) => number | null,
): ReadonlyMap<string, SceneSummary> {
  const byScene = new Map<string, RunRecord[]>();
  for (const run of runs) {
    const own = byScene.get(run.sceneId);
    if (own === undefined) byScene.set(run.sceneId, [run]);
    else own.push(run);
  }
  return new Map(
    scenes.map((record) => {
      const own = byScene.get(record.scene.id) ?? NO_RUNS;
      let [meanIou, bestModel]: [number | null, string | null] = [null, null];
      for (const run of own.filter(isKnown)) {
        const found = meanIouOf(run);
        if (found !== null && found > (meanIou ?? -1)) [meanIou, bestModel] = [found, run.modelName];
      }
      const models = new Map(
        own.map(({ modelName, state: { status } }, place) => [modelName, { modelName, place, status }]),
      );
      return [record.scene.id, { state: stateOf(record, own), meanIou, bestModel, models: [...models.values()] }];
    }),
  );
}

/** Whether two lines say the same, so that one that does is not written anew. */
export function isSameSummary({ models: own, ...one }: SceneSummary, { models: theirs, ...other }: SceneSummary) {
  const keys = Object.keys(one) as (keyof typeof one)[];
  return (
    keys.every((key) => one[key] === other[key]) &&
    own.length === theirs.length &&
    own.every((model, at) => Object.entries(model).every(([key, value]) => theirs[at]![key as "status"] === value))
  );
}

function stateOf({ scene, truth }: SceneRecord, runs: readonly RunRecord[]): SceneState {
  const seconds = [...auxiliariesOf(scene), scene.truth];
  if (truth.status === "failed" || seconds.some((raster) => raster?.alignment.verdict === "refused")) {
    return "needs-look";
  }
  const last = runs.at(-1);
  if (last === undefined) return "not-run";
  if (runs.some(({ state }) => state.status === "failed")) return "failed";
  if (runs.some(({ state }) => state.status === "running")) return "running";
  if (runs.some(isUnfinished)) return "queued";
  return runs.every(isDone) ? "done" : "stopped";
}

export interface SceneListWish {
  readonly order: SceneOrder;
  /** Words that must all stand in a line: in its name, the name of its photo or its state. */
  readonly filter: string;
}

/**
 * The lines to show. Names go as people count ("2 9" before "2 10"); scenes without a score come after those with one,
 * and what is equal keeps the order in which it was opened.
 *
 * @param language   BCP 47 tag by which names are ordered and letters lowered.
 * @param stateText  Of a state, as the line says it.
 */
export function arrangeScenes(
  scenes: readonly SceneRecord[],
  summaries: ReadonlyMap<string, SceneSummary>,
  { order, filter }: SceneListWish,
  language: string,
  stateText: (state: SceneState) => string,
): readonly SceneRecord[] {
  const words = filter.toLocaleLowerCase(language).split(/\s+/).filter(Boolean);
  const shown = words.length === 0 ? scenes : scenes.filter(matches);
  if (order === "opened") return shown;
  const { compare } = new Intl.Collator(language, { numeric: true });
  const keys = {
    name: (a, b) => compare(a.scene.name, b.scene.name),
    state: (a, b) => SCENE_STATES.indexOf(of(a).state) - SCENE_STATES.indexOf(of(b).state),
    worst: (a, b) => (of(a).meanIou ?? 2) - (of(b).meanIou ?? 2),
    largest: (a, b) => pixelsOf(b) - pixelsOf(a),
  } satisfies Record<Exclude<SceneOrder, "opened">, (a: SceneRecord, b: SceneRecord) => number>;
  return shown.toSorted(keys[order]);

  function of({ scene }: SceneRecord): SceneSummary {
    return summaries.get(scene.id)!;
  }
  function matches(record: SceneRecord): boolean {
    const { scene } = record;
    const line = `${scene.name} ${scene.optical.facts.fileName} ${stateText(of(record).state)}`;
    const text = line.toLocaleLowerCase(language);
    return words.every((word) => text.includes(word));
  }
}

function pixelsOf({ scene }: SceneRecord): number {
  const { widthPx, heightPx } = scene.optical.facts;
  return widthPx * heightPx;
}

/** From one line of the list to another, both included; without the first only the second. */
export function linesBetween(ids: readonly string[], from: string | null, to: string): readonly string[] {
  const [first, last] = [from === null ? -1 : ids.indexOf(from), ids.indexOf(to)];
  return first < 0 ? [to] : ids.slice(Math.min(first, last), Math.max(first, last) + 1);
}
