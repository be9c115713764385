/**
 * From samples to a lesson: every stroke is judged once by a head that was taught without it, beside the old head; where
 * the new one is no better, the old one is kept.
 */
import type { CancelSignal } from "../core/cancel";
import { letMessagesIn } from "../core/let-messages-in";
import { type FitJob, fitHead, LEARN_SETTINGS, type LearnSettings, type TeachingSet } from "./fit-head";
import { applyHead, emptyHead, sampleLength, type TaughtHead, valuesOf } from "./head";
import { NO_STROKE } from "./plan-samples";
import { standardise } from "./standardise";

export interface Lesson {
  /** One that was kept has the old classes only. */
  readonly head: TaughtHead;
  readonly kind: "linear" | "hidden";
  /** Null where the new head is the better one, else why the old one was kept. */
  readonly keptBecause: string | null;
  readonly scores: readonly ClassScore[];
  /**
   * Heads that were each taught without a part of the strokes; none where the old head was kept. Where they disagree, a
   * few strokes more or less would make another map.
   */
  readonly committee: readonly TaughtHead[];
}

/** Mean share of a class's strokes that is told rightly; 0–1. */
interface ClassScore {
  readonly classId: number;
  readonly strokes: number;
  /** Null for a class the old head does not have. */
  readonly old: number | null;
  /** Each stroke judged by a head taught without it; null where it is the only one of its class. */
  readonly taught: number | null;
}

/** Fits the heads of a lesson, each for itself; in the order of the jobs. @throws AbortError on cancel. */
export type FitHeads = (jobs: readonly FitJob[], signal?: CancelSignal) => Promise<readonly TaughtHead[]>;

interface LearnOptions {
  readonly settings?: LearnSettings;
  /** Here and one after the other, unless given. */
  readonly fitHeads?: FitHeads | undefined;
  readonly signal?: CancelSignal | undefined;
}

/** Strokes without a sample count as none. @throws AbortError on cancel. */
export async function learn(
  given: TeachingSet,
  { settings = LEARN_SETTINGS, fitHeads = fitInTurn, signal }: LearnOptions = {},
): Promise<Lesson> {
  const set = withoutEmptyStrokes(given);
  const { shape } = set;
  const standards = standardise(set.samples, shape);
  const folds = foldsOf(set, settings.mostFolds);
  const jobs = [[], ...folds].map((leftOut) => ({ set, standards, settings, leftOut }));
  const [taught, ...committee] = await fitHeads(jobs, signal);
  const scores = scoreLeftOut(set, folds, committee);
  const keptBecause = whyKept(scores, set.classes);
  const head = keptBecause === null ? taught! : emptyHead(shape.oldClasses, valuesOf(shape));
  return {
    head,
    kind: head.hidden === null ? "linear" : "hidden",
    keptBecause,
    scores,
    committee: keptBecause === null ? committee : [],
  };
}

/** Lets messages in between heads. */
const fitInTurn: FitHeads = async (jobs, signal) => {
  const heads = [];
  for (const job of jobs) {
    await letMessagesIn();
    signal?.throwIfAborted();
    heads.push(fitHead(job));
  }
  return heads;
};

function withoutEmptyStrokes(set: TeachingSet): TeachingSet {
  const seen = new Set(set.strokeOf);
  const kept = [...set.classOfStroke.keys()].filter((stroke) => seen.has(stroke));
  const newAt = new Map(kept.map((stroke, at) => [stroke, at]));
  return {
    ...set,
    strokeOf: set.strokeOf.map((stroke) => newAt.get(stroke) ?? NO_STROKE),
    classOfStroke: kept.map((stroke) => set.classOfStroke[stroke]!),
  };
}

/**
 * Classes that the old head lacks count together as much as those it has, for they are what was asked for; of these it is
 * thought to tell what guessing would.
 */
function whyKept(scores: readonly ClassScore[], classes: number): string | null {
  const judged = scores.filter(({ taught }) => taught !== null);
  const known = judged.filter(({ old }) => old !== null);
  const kinds = [known, judged.filter(({ old }) => old === null)].filter((kind) => kind.length > 0);
  if (kinds.length === 0) return null;
  const mean = (of: (score: ClassScore) => number) => meanOf(kinds.map((kind) => meanOf(kind.map(of))));
  const [old, taught] = [mean(({ old }) => old ?? 1 / classes), mean(({ taught }) => taught!)];
  if (taught > old) return null;
  const percent = (share: number) => `${Math.round(100 * share)} %`;
  return `strokes it was not taught with are told rightly to ${percent(taught)}, to ${percent(old)} by the old head`;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Of each fold: the strokes left out of it. Those of each class are dealt out in turn. */
function foldsOf({ classOfStroke, classes }: TeachingSet, mostFolds: number): readonly (readonly number[])[] {
  const counts = new Array<number>(classes).fill(0);
  const turnOf = classOfStroke.map((id) => counts[id]!++);
  const folds = Math.min(mostFolds, Math.max(...counts));
  if (folds <= 1) return [];
  // A class of one stroke keeps it: without it there would be nothing to judge the others by.
  const dealt = [...classOfStroke.keys()].filter((stroke) => counts[classOfStroke[stroke]!]! > 1);
  return Array.from({ length: folds }, (_, fold) => dealt.filter((stroke) => turnOf[stroke]! % folds === fold));
}

/** @param heads Of each fold: one taught without its strokes. */
function scoreLeftOut(
  set: TeachingSet,
  folds: readonly (readonly number[])[],
  heads: readonly TaughtHead[],
): readonly ClassScore[] {
  const { classOfStroke, classes, shape } = set;
  const old = rightShares(set, emptyHead(classes, valuesOf(shape)));
  const taught = new Array<number>(classOfStroke.length).fill(0);
  for (const [fold, leftOut] of folds.entries()) {
    const shares = rightShares(set, heads[fold]!);
    for (const stroke of leftOut) taught[stroke] = shares[stroke]!;
  }
  return Array.from({ length: classes }, (_, classId) => {
    const strokes = [...classOfStroke.keys()].filter((stroke) => classOfStroke[stroke] === classId);
    const mean = (shares: readonly number[]) => meanOf(strokes.map((stroke) => shares[stroke]!));
    const [isNew, isJudged] = [classId >= shape.oldClasses, strokes.length > 1 && folds.length > 0];
    return {
      classId,
      strokes: strokes.length,
      old: isNew ? null : mean(old),
      taught: isJudged ? mean(taught) : null,
    };
  }).filter(({ strokes }) => strokes > 0);
}

/** Of each stroke: share of its samples that a head tells rightly. */
function rightShares({ shape, samples, strokeOf, classOfStroke }: TeachingSet, head: TaughtHead): number[] {
  const logits = new Float64Array(head.classes);
  const right = new Array<number>(classOfStroke.length).fill(0);
  const all = right.slice();
  for (const [at, stroke] of strokeOf.entries()) {
    if (stroke === NO_STROKE) continue;
    applyHead(head, shape, samples, at * sampleLength(shape), logits);
    all[stroke]!++;
    if (logits.indexOf(Math.max(...logits)) === classOfStroke[stroke]) right[stroke]!++;
  }
  return right.map((count, stroke) => count / Math.max(1, all[stroke]!));
}
