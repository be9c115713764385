/**
 * From samples to a lesson: every stroke is judged once by a head that was taught without it, beside the old head; where
 * the new one is no better, the old one is kept.
 */
import type { CancelSignal } from "../core/cancel";
import { letMessagesIn } from "../core/let-messages-in";
import { fitHead, LEARN_SETTINGS, type LearnSettings, type TeachingSet } from "./fit-head";
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

/** Strokes without a sample count as none. Lets messages in between heads. @throws AbortError on cancel. */
export async function learn(
  given: TeachingSet,
  settings: LearnSettings = LEARN_SETTINGS,
  signal?: CancelSignal,
): Promise<Lesson> {
  const set = withoutEmptyStrokes(given);
  const standards = standardise(set.samples, set.shape);
  const teach: Fit = async (leftOut) => {
    await letMessagesIn();
    signal?.throwIfAborted();
    return fitHead(set, standards, settings, leftOut);
  };
  const { scores, heads } = await scoreLeftOut(set, settings.mostFolds, teach);
  const keptBecause = whyKept(scores, set.classes);
  const { shape } = set;
  const head = keptBecause === null ? await teach(() => false) : emptyHead(shape.oldClasses, valuesOf(shape));
  return {
    head,
    kind: head.hidden === null ? "linear" : "hidden",
    keptBecause,
    scores,
    committee: keptBecause === null ? heads : [],
  };
}

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

type Fit = (leftOut: (stroke: number) => boolean) => Promise<TaughtHead>;

/** Strokes of each class are dealt out to the folds in turn. */
async function scoreLeftOut(
  set: TeachingSet,
  mostFolds: number,
  teach: Fit,
): Promise<{ readonly scores: readonly ClassScore[]; readonly heads: readonly TaughtHead[] }> {
  const { classOfStroke, classes, shape } = set;
  const counts = new Array<number>(classes).fill(0);
  const turnOf = classOfStroke.map((id) => counts[id]!++);
  const folds = Math.min(mostFolds, Math.max(...counts));
  const old = rightShares(set, emptyHead(classes, valuesOf(shape)));
  const taught = new Array<number>(classOfStroke.length).fill(0);
  const heads: TaughtHead[] = [];
  for (let fold = 0; folds > 1 && fold < folds; fold++) {
    // A class of one stroke keeps it: without it there would be nothing to judge the others by.
    const isOut = (stroke: number) => turnOf[stroke]! % folds === fold && counts[classOfStroke[stroke]!]! > 1;
    const head = await teach(isOut);
    heads.push(head);
    const shares = rightShares(set, head);
    for (const stroke of taught.keys()) if (isOut(stroke)) taught[stroke] = shares[stroke]!;
  }
  const scores = counts.flatMap((strokes, classId) => {
    if (strokes === 0) return [];
    const mean = (shares: readonly number[]) =>
      shares.reduce((sum, share, stroke) => sum + (classOfStroke[stroke] === classId ? share : 0), 0) / strokes;
    const isNew = classId >= shape.oldClasses;
    return [
      { classId, strokes, old: isNew ? null : mean(old), taught: strokes > 1 && folds > 1 ? mean(taught) : null },
    ];
  });
  return { scores, heads };
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
