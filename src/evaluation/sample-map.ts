/** Points drawn from a class map, and what was answered at them counted against it. */
import { NadirError } from "../core/errors";
import { canonicalClass } from "../core/labels/class-mapping";
import type { ModelClass } from "../core/manifest/manifest";
import { rowBands } from "../core/raster/row-bands";
import { NODATA_CLASS_ID } from "../core/run/run-settings";
import { allocatePoints } from "../core/sampling/allocate-points";
import type { SamplePoint } from "../core/sampling/sample-points";
import { seededRandom } from "../core/sampling/seeded-random";
import type { MaskReader } from "../io/mask-store";

export interface SampleDesign {
  /** Points in all. */
  readonly count: number;
  /** Points of a class at least. */
  readonly least: number;
  readonly seed: number;
}

/**
 * Stratified random points without replacement, the classes of the map as strata, in a random order.
 *
 * @param classPixels Pixels of the map per class id.
 */
export async function drawPoints(
  mask: MaskReader,
  classPixels: Readonly<Record<number, number>>,
  { count, least, seed }: SampleDesign,
  signal: AbortSignal,
): Promise<readonly SamplePoint[]> {
  const ids = Object.keys(classPixels)
    .map(Number)
    .filter((id) => id !== NODATA_CLASS_ID && classPixels[id]! > 0);
  const random = seededRandom(seed);
  const numbers = allocatePoints(
    ids.map((id) => classPixels[id]!),
    count,
    least,
  );
  /** Of each class, which of its pixels in reading order are drawn; the next one last. */
  const drawn = new Map(ids.map((id, at) => [id, chooseRanks(classPixels[id]!, numbers[at]!, random)]));
  const seen = new Map(ids.map((id) => [id, 0]));
  const points: SamplePoint[] = [];
  await eachPixel(mask, signal, (stratum, col, row) => {
    const ranks = drawn.get(stratum);
    if (ranks === undefined) return;
    const rank = seen.get(stratum)!;
    seen.set(stratum, rank + 1);
    if (ranks.at(-1) !== rank) return;
    ranks.pop();
    points.push({ col, row, stratum, reference: null });
  });
  return shuffled(points, random);
}

/** Sample counts [map class][reference class] over the classes of the map. */
export interface AnsweredSample {
  readonly counts: readonly (readonly number[])[];
  /** Points that nobody has answered: they count nowhere. */
  readonly openPoints: number;
}

/**
 * @param classes Of the map, in the order of the counts.
 * @throws {NadirError} `unknown-labels` when a point was drawn from another map, or its answer is no class of this one.
 */
export async function countAnswers(
  points: readonly SamplePoint[],
  mask: MaskReader,
  classes: readonly ModelClass[],
): Promise<AnsweredSample> {
  const counts = classes.map(() => classes.map(() => 0));
  let openPoints = 0;
  for (const [index, { col, row, stratum, reference }] of points.entries()) {
    const isInside = col < mask.widthPx && row < mask.heightPx;
    const [id] = isInside ? await mask.read({ col, row, widthPx: 1, heightPx: 1 }) : [];
    if (id !== stratum) throw otherMap(index, col, row);
    if (reference === null || reference.trim() === "") {
      openPoints++;
      continue;
    }
    const from = classes.findIndex((entry) => entry.id === stratum);
    const to = classes.findIndex(({ name }) => canonicalClass(name) === canonicalClass(reference));
    if (to < 0) throw unknownAnswer(index, reference, classes);
    counts[from]![to]!++;
  }
  return { counts, openPoints };
}

/** @returns `count` different whole numbers below `population`, descending (Floyd; Bentley, CACM 30(9), 1987). */
function chooseRanks(population: number, count: number, random: () => number): number[] {
  const chosen = new Set<number>();
  for (let most = population - count; most < population; most++) {
    const rank = Math.floor(random() * (most + 1));
    chosen.add(chosen.has(rank) ? most : rank);
  }
  return [...chosen].sort((one, other) => other - one);
}

/** Fisher and Yates. */
function shuffled<T>(values: readonly T[], random: () => number): T[] {
  const result = [...values];
  for (let at = result.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [result[at], result[other]] = [result[other]!, result[at]!];
  }
  return result;
}

async function eachPixel(
  mask: MaskReader,
  signal: AbortSignal,
  visit: (id: number, col: number, row: number) => void,
): Promise<void> {
  const { widthPx } = mask;
  for (const band of rowBands(mask, signal)) {
    const ids = await mask.read(band);
    for (let at = 0; at < ids.length; at++) visit(ids[at]!, at % widthPx, band.row + Math.floor(at / widthPx));
  }
}

function otherMap(index: number, col: number, row: number): NadirError {
  return new NadirError({
    code: "unknown-labels",
    subject: `point ${index + 1}`,
    found: `At column ${col}, row ${row} the map has another class than the one that the point was drawn in.`,
    needed: "Accuracy is estimated with the map that the points were drawn from.",
    next: "Give that map, or draw points from this one and answer them.",
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
