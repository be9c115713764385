/**
 * Where a stroke would tell a model most: squares of its map in which it is least sure, rather far from strokes than near
 * them, and apart from each other. The same map and strokes give the same places.
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
}

const MOST_PLACES = 10;
/** Squares along the longer side, as far as they keep within these sizes. */
const SQUARES = 40;
const SIDE_PX = { least: 16, most: 128 };
/** Chosen squares lie at least so many sides apart. */
const APART = 3;
/** Least share of a square that has a class and no stroke on it. */
const LEAST_SHARE = 0.5;

interface Square extends UnsurePlace {
  readonly col: number;
  readonly row: number;
}

/** Least sure first; fewer where the map is small. */
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
  const worth = ({ confidence: mean, col, row }: Square) => {
    const nearest = Math.min(reach, ...drawnOn.map(([x, y]) => Math.hypot(x - col, y - row)));
    return (1 - mean) * (0.5 + nearest / reach / 2);
  };
  return choose(squares.map((square) => ({ square, worth: worth(square) })));
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
function choose(squares: readonly { readonly square: Square; readonly worth: number }[]): readonly UnsurePlace[] {
  const ranked = squares.toSorted((one, other) => other.worth - one.worth);
  const chosen: Square[] = [];
  for (const { square } of ranked) {
    if (chosen.length === MOST_PLACES) break;
    if (chosen.every(({ col, row }) => Math.hypot(square.col - col, square.row - row) >= APART)) chosen.push(square);
  }
  return chosen.map(({ rect, confidence }) => ({ rect, confidence }));
}
