/**
 * Results follow what they are made of: whatever changed a run, a truth, the mapping or what panes show, here is looked
 * what is out of date, which goes, and what is missing, which is made.
 */
import { type ResultOf, resultId } from "../../core/results/result";
import type { PanesState } from "../../store/panes";
import { type ResultRecord, resultsOf } from "../../store/results";
import { isDone } from "../../store/runs";
import { selectScene } from "../../store/selectors";
import type { Studio } from "../studio";
import { makeAboveGround } from "./above-ground";
import { makeCorrected } from "./corrected-masks";
import {
  type CurrentAgreement,
  currentAboveGround,
  currentAgreement,
  currentEvaluation,
  currentMasks,
  currentTruths,
} from "./current-results";
import { dropEvaluations, startEvaluation } from "./evaluate";
import { dropResults, makeResults } from "./keep-results";

/** Kinds that are made anew from the state; the others come and go with their owners only. */
const FROM_STATE: ReadonlySet<ResultOf["kind"]> = new Set([
  "above-ground",
  "corrected",
  "truth",
  "eroded-truth",
  "window-iou",
  "agreement",
  "entropy",
]);

/** Asked for by whoever shows them, and out of date with the mask they were counted on. */
const COUNTED: ReadonlySet<ResultOf["kind"]> = new Set(["areas", "parcels"]);

export function watchResults(studio: Studio): void {
  studio.store.subscribe((state, before) => {
    if (
      state.runs !== before.runs ||
      state.scenes !== before.scenes ||
      state.evaluation !== before.evaluation ||
      state.results !== before.results ||
      state.panes !== before.panes
    ) {
      lookSoon(studio);
    }
  });
}

/** Once for all changes that come together. */
export function lookSoon(studio: Studio): void {
  const { working } = studio;
  if (!working.resultsDue) {
    working.resultsDue = true;
    queueMicrotask(() => {
      working.resultsDue = false;
      look(studio);
    });
  }
}

function look(studio: Studio): void {
  const state = studio.store.getState();
  const idOf = (of: ResultOf) => resultId(of, studio.sessionId);
  const evaluations = state.runs.records.filter(isDone).flatMap((run) => currentEvaluation(state, run) ?? []);
  // What belongs to a scene waits for runs that may come back.
  const removed = [...studio.working.removals.keys()]
    .flatMap(({ runs }) => runs.map(({ record }) => record))
    .filter(isDone)
    .flatMap((run) => currentEvaluation(state, run) ?? []);
  const agreements = state.scenes.records.flatMap((record) => currentAgreement(state, record) ?? []);
  const masks = currentMasks(state, idOf);
  const current = new Set([
    ...masks,
    ...currentTruths(state),
    ...state.scenes.records.flatMap((record) => {
      const of = currentAboveGround(record);
      return of === null ? [] : [idOf(of)];
    }),
    ...[...evaluations, ...removed].flatMap(({ erodedTruth, windowMap }) => [idOf(erodedTruth), idOf(windowMap)]),
    ...agreements.flatMap((agreement) => agreementMaps(agreement).map(idOf)),
  ]);
  const isStale = ({ id, of }: ResultRecord) =>
    FROM_STATE.has(of.kind) ? !current.has(id) : COUNTED.has(of.kind) && "maskId" in of && !masks.includes(of.maskId);
  const stale = Object.values(state.results).filter(isStale);
  dropResults(
    studio,
    stale.map(({ id }) => id),
  );
  dropEvaluations(
    studio,
    evaluations.map(({ run }) => run.id),
  );
  for (const run of state.runs.records.filter(isDone)) makeCorrected(studio, run);
  for (const evaluation of evaluations) {
    startEvaluation(studio, evaluation);
  }
  const shownKinds = new Set(shownContents(state.panes).map(({ kind }) => kind));
  const scene = selectScene(state);
  const heights = scene !== null && shownKinds.has("above-ground") ? currentAboveGround(scene) : null;
  if (scene !== null && heights !== null) {
    makeAboveGround(studio, heights, scene.scene.id);
  }
  const isShown = shownKinds.has("agreement") || shownKinds.has("entropy");
  const shown = isShown ? agreements.find(({ record }) => record === scene) : undefined;
  if (shown !== undefined) {
    measureAgreement(studio, shown);
  }
}

/** Comparing in one pane shows the first two contents. */
function shownContents({ contents, count, mode }: PanesState): PanesState["contents"] {
  return contents.slice(0, mode === "side-by-side" ? count : 2);
}

function agreementMaps({ masks, classCount }: CurrentAgreement): ResultOf[] {
  return (["agreement", "entropy"] as const).map((kind) => ({ kind, masks, classCount }));
}

/** Counts again what could not be counted. */
export function retryAgreement(studio: Studio, sceneId: string): void {
  const failed = resultsOf(studio.store.getState().results, sceneId).filter(
    ({ of, state }) => (of.kind === "agreement" || of.kind === "entropy") && state.status === "failed",
  );
  dropResults(
    studio,
    failed.map(({ id }) => id),
  );
}

function measureAgreement(studio: Studio, agreement: CurrentAgreement): void {
  const { record, runs, masks, classCount } = agreement;
  const { widthPx, heightPx } = record.scene.optical.facts;
  const owners = [record.scene.id, ...runs.map(({ id }) => id)];
  makeResults(studio, agreementMaps(agreement), owners, async ([agreementId, entropyId], signal) => {
    const maps = { agreementId: agreementId!, entropyId: entropyId! };
    await studio.rasters.call("agreement", { size: { widthPx, heightPx }, masks, classCount, ...maps }, { signal });
    return {};
  });
}
