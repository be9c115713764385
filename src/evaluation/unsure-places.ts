/**
 * Where a stroke would tell a model most: squares of its map in which it is least sure, or in which heads that were taught
 * without some of the strokes disagree most, rather far from strokes than near them, and apart from each other. The same
 * map and strokes give the same places.
 */
import type { PixelRect } from "../core/raster/raster";
import type { GridSize } from "../core/raster/tile-grid";
import { NODATA_CLASS_ID } from "../core/run/run-settings";
import type { Masks } from "../io/open-masks";
import { type LeftOutStroke, leaveOut } from "./left-out";

export interface UnsureRequest {
  readonly size: GridSize;
  readonly maskId: string;
  /** Confidence × 255. */
  readonly confidenceId: string;
  readonly strokes: readonly LeftOutStroke[];
}

export interface UnsurePlace {
  readonly rect: PixelRect;
  /** Mean of its pixels, 0–1. */
  readonly confidence: number;
  /** 0.5 beside a stroke, 1 far from every one. */
  readonly distance: number;
}

const MOST_PLACES = 10;
/** Of those, the places are chosen by what heads say of them. */
const MOST_CANDIDATES = 30;
/** Squares along the longer side, as far as they keep within these sizes. */
const SQUARES = 40;
const SIDE_PX = { least: 16, most: 128 };
/** Chosen squares lie at least so many sides apart. */
const APART = 3;
/** Least share of a square that has a class and no stroke on it. */
const LEAST_SHARE = 0.5;

interface Square extends Omit<UnsurePlace, "distance"> {
  readonly col: number;
  readonly row: number;
}

/** Those worth most by the map alone first; fewer where it is small. */
export async function findUnsurePlaces(
  masks: Masks,
  { size, maskId, confidenceId, strokes }: UnsureRequest,
  signal: AbortSignal,
): Promise<readonly UnsurePlace[]> {
  const [ids, confidence] = [await masks.reader(maskId, size), await masks.reader(confidenceId, size)];
  const sidePx = sideOf(size);
  const squares: Square[] = [];
  const drawnOn: (readonly [col: number, row: number])[] = [];
  for (let row = 0; row * sidePx < size.heightPx; row++) {
    signal.throwIfAborted();
    const heightPx = Math.min(sidePx, size.heightPx - row * sidePx);
    const rect = { col: 0, row: row * sidePx, widthPx: size.widthPx, heightPx };
    const free = await ids.read(rect);
    const drawn = new Uint8Array(free.length);
    leaveOut(strokes, drawn, rect);
    const sure = await confidence.read(rect);
    for (let col = 0; col * sidePx < size.widthPx; col++) {
      const part = { ...rect, col: col * sidePx, widthPx: Math.min(sidePx, size.widthPx - col * sidePx) };
      const seen = look(part, rect, free, drawn, sure);
      if (seen.hasStroke) drawnOn.push([col, row]);
      else if (seen.share >= LEAST_SHARE) squares.push({ rect: part, confidence: seen.confidence, col, row });
    }
  }
  const reach = SQUARES / 4;
  return apart(
    squares.map((square) => {
      const nearest = Math.min(reach, ...drawnOn.map(([x, y]) => Math.hypot(x - square.col, y - square.row)));
      return { ...square, distance: 0.5 + nearest / reach / 2 };
    }),
  ).map(({ rect, confidence: mean, distance }) => ({ rect, confidence: mean, distance }));
}

/**
 * The places, worth most first.
 *
 * @param disagreement Of each candidate (`teaching/disagreement.ts`); null where it is not known, and the mean of the
 *   others counts.
 */
export function choosePlaces(
  candidates: readonly UnsurePlace[],
  disagreement: readonly (number | null)[],
): readonly UnsurePlace[] {
  const known = disagreement.filter((value) => value !== null);
  const mean = known.reduce((sum, value) => sum + value, 0) / Math.max(1, known.length);
  return candidates
    .map((place, at) => ({ place, worth: worthOf(place, disagreement[at] ?? mean) }))
    .sort((one, other) => other.worth - one.worth)
    .slice(0, MOST_PLACES)
    .map(({ place }) => place);
}

function worthOf({ confidence, distance }: Pick<UnsurePlace, "confidence" | "distance">, disagreement: number): number {
  return (1 - confidence + disagreement) * distance;
}

function sideOf({ widthPx, heightPx }: GridSize): number {
  return Math.min(SIDE_PX.most, Math.max(SIDE_PX.least, Math.ceil(Math.max(widthPx, heightPx) / SQUARES)));
}

function look(part: PixelRect, rows: PixelRect, ids: Uint8Array, drawn: Uint8Array, sure: Uint8Array) {
  let [count, sum, hasStroke] = [0, 0, false];
  for (let y = 0; y < part.heightPx; y++) {
    const from = y * rows.widthPx + part.col;
    for (let at = from; at < from + part.widthPx; at++) {
      hasStroke ||= drawn[at] === NODATA_CLASS_ID;
      if (ids[at] === NODATA_CLASS_ID) continue;
      count++;
      sum += sure[at]!;
    }
  }
  return { hasStroke, share: count / (part.widthPx * part.heightPx), confidence: sum / 255 / Math.max(1, count) };
}

/** The one worth most, then the one worth most of those far enough from it, and so on; of equals the first. */
function apart<S extends Square & Pick<UnsurePlace, "distance">>(squares: readonly S[]): readonly S[] {
  const ranked = squares.toSorted((one, other) => worthOf(other, 0) - worthOf(one, 0));
  const chosen: S[] = [];
  for (const square of ranked) {
    if (chosen.length === MOST_CANDIDATES) break;
    if (chosen.every(({ col, row }) => Math.hypot(square.col - col, square.row - row) >= APART)) chosen.push(square);
  }
  return chosen;
}
