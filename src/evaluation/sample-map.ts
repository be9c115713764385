/** Points drawn from a class map, and held against it when they come back. */
import { NadirError } from "../core/errors";
import { rowBands } from "../core/raster/row-bands";
import { NODATA_CLASS_ID } from "../core/run/run-settings";
import { planPoints, type SampleDesign } from "../core/sampling/sample-design";
import type { SamplePoint } from "../core/sampling/sample-points";
import { seededRandom } from "../core/sampling/seeded-random";
import type { MaskReader } from "../io/mask-store";

/**
 * Stratified random points without replacement, the classes of the map as strata, in a random order.
 *
 * @param classPixels Pixels of the map per class id.
 */
export async function drawPoints(
  mask: MaskReader,
  classPixels: Readonly<Record<number, number>>,
  design: SampleDesign,
  signal: AbortSignal,
): Promise<readonly SamplePoint[]> {
  const ids = Object.keys(classPixels)
    .map(Number)
    .filter((id) => id !== NODATA_CLASS_ID && classPixels[id]! > 0);
  const random = seededRandom(design.seed);
  const numbers = planPoints(
    ids.map((id) => classPixels[id]!),
    design,
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

/**
 * Points are read with the map that they were drawn from.
 *
 * @throws {NadirError} `unknown-labels` when a point lies in another class than it was drawn in, or beside the map.
 */
export async function requireOwnPoints(
  points: readonly SamplePoint[],
  mask: MaskReader,
  signal: AbortSignal,
): Promise<void> {
  const { widthPx, heightPx } = mask;
  const beside = points.findIndex(({ col, row }) => col >= widthPx || row >= heightPx);
  if (beside >= 0) throw otherMap(beside, points[beside]!);
  for await (const band of rowBands(mask, signal)) {
    const here = [...points.entries()].filter(([, { row }]) => row >= band.row && row < band.row + band.heightPx);
    if (here.length === 0) continue;
    const ids = await mask.read(band);
    const strange = here.find(([, { col, row, stratum }]) => ids[(row - band.row) * widthPx + col] !== stratum);
    if (strange !== undefined) throw otherMap(...strange);
  }
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
  for await (const band of rowBands(mask, signal)) {
    const ids = await mask.read(band);
    for (let at = 0; at < ids.length; at++) visit(ids[at]!, at % widthPx, band.row + Math.floor(at / widthPx));
  }
}

function otherMap(index: number, { col, row }: SamplePoint): NadirError {
  return new NadirError({
    code: "unknown-labels",
    subject: `point ${index + 1}`,
    found: `At column ${col}, row ${row} the map has another class than the one that the point was drawn in.`,
    needed: "Accuracy is estimated with the map that the points were drawn from.",
    next: "Give that map, or draw points from this one and answer them.",
  });
}
