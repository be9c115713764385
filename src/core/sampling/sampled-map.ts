/** What the answers at the points of a map say of it: one result for page, command line and reports. */
import { NadirError } from "../errors";
import { canonicalClass } from "../labels/class-mapping";
import type { ModelClass } from "../manifest/manifest";
import { type AreaEstimates, estimateAreas } from "./area-estimates";
import type { SamplePoint } from "./sample-points";

export interface SampledMap {
  readonly classNames: readonly string[];
  /** Points of map class i that are of class j. */
  readonly counts: readonly (readonly number[])[];
  /** Area of each class on the map. */
  readonly mapAreas: readonly number[];
  readonly unit: "ha" | "px";
  readonly estimates: AreaEstimates;
}

/** The map that the points were drawn from. */
export interface StrataMap {
  readonly classes: readonly ModelClass[];
  /** By class id. */
  readonly classPixels: Readonly<Record<number, number>>;
  /** By class id; null where pixels have no known size. */
  readonly squareMetres: readonly number[] | null;
}

const SQUARE_METRES_PER_HECTARE = 10_000;

/**
 * Points without an answer, and those at which nothing can be told, count nowhere.
 *
 * @throws {NadirError} `unknown-labels` when an answer is no class of the map, or a class of it has no answered point.
 */
export function describeSample(
  points: readonly SamplePoint[],
  { classes, classPixels, squareMetres }: StrataMap,
): SampledMap {
  const counts = countAnswers(points, classes);
  const mapAreas = classes.map(({ id }) =>
    squareMetres === null ? (classPixels[id] ?? 0) : (squareMetres[id] ?? 0) / SQUARE_METRES_PER_HECTARE,
  );
  const unanswered = classesWithoutAnswer(points, { classes, classPixels });
  if (unanswered.length > 0) throw withoutAnswers(unanswered);
  return {
    classNames: classes.map(({ name }) => name),
    counts,
    mapAreas,
    unit: squareMetres === null ? "px" : "ha",
    estimates: estimateAreas(mapAreas, counts),
  };
}

/** Classes of the map whose accuracy nothing is known of yet. */
export function classesWithoutAnswer(
  points: readonly SamplePoint[],
  { classes, classPixels }: Pick<StrataMap, "classes" | "classPixels">,
): readonly ModelClass[] {
  const answered = new Set(
    points.filter(({ reference }) => (reference ?? "").trim() !== "").map(({ stratum }) => stratum),
  );
  return classes.filter(({ id }) => (classPixels[id] ?? 0) > 0 && !answered.has(id));
}

export interface AnswerProgress {
  readonly answered: number;
  /** Looked at, and nothing could be told. */
  readonly untold: number;
  /** Nobody has looked. */
  readonly open: number;
}

export function answerProgress(points: readonly Pick<SamplePoint, "reference">[]): AnswerProgress {
  const open = points.filter(({ reference }) => reference === null).length;
  const untold = points.filter(({ reference }) => reference?.trim() === "").length;
  return { open, untold, answered: points.length - open - untold };
}

function countAnswers(points: readonly SamplePoint[], classes: readonly ModelClass[]): number[][] {
  const counts = classes.map(() => classes.map(() => 0));
  for (const [index, { stratum, reference }] of points.entries()) {
    if (reference === null || reference.trim() === "") continue;
    const from = classes.findIndex(({ id }) => id === stratum);
    const to = classes.findIndex(({ name }) => canonicalClass(name) === canonicalClass(reference));
    if (to < 0) throw unknownAnswer(index, reference, classes);
    counts[from]![to]!++;
  }
  return counts;
}

function withoutAnswers(classes: readonly ModelClass[]): NadirError {
  return new NadirError({
    code: "unknown-labels",
    found: `No point was answered yet where the map has ${classes.map(({ name }) => name).join(", ")}.`,
    needed: "Every class that the map has needs points: at least two, and fifty or more for a useful answer.",
    next: "Answer more of the points, or draw them anew.",
  });
}

function unknownAnswer(index: number, reference: string, classes: readonly ModelClass[]): NadirError {
  return new NadirError({
    code: "unknown-labels",
    subject: `point ${index + 1}`,
    found: `Its reference is "${reference}".`,
    needed: `It can be ${classes.map(({ name }) => name).join(", ")}, or empty where nothing can be told.`,
    next: "Correct the answer and try again.",
  });
}
