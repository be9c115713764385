/** Which pixels an edit takes, rectangle by rectangle, and what becomes of them. */
import type { CancelSignal } from "../cancel";
import { spansByRow } from "../polygons/row-spans";
import { intersectRects } from "../raster/pixel-rect";
import type { PixelRect } from "../raster/raster";
import type { GridSize } from "../raster/tile-grid";
import { NODATA_CLASS_ID } from "../run/run-settings";
import { distanceFromSegment } from "../vector/simplify-line";
import type { PixelPoint, PixelShape } from "../vector/stroke-on-photo";
import { findPatch, type PatchRuns, type ReadIds } from "./find-patch";

/** An edit on a map's grid, with ids for classes. */
export interface PlacedEdit {
  readonly place: PixelShape | { readonly kind: "patch"; readonly at: PixelPoint } | { readonly kind: "everywhere" };
  readonly from: number | null;
  readonly to: number;
}

/** An edit whose pixels are known. */
export interface EditPainter extends Pick<PlacedEdit, "from" | "to"> {
  /** What it may touch. */
  readonly rect: PixelRect;
  /** Calls `take` for runs of its pixels in the rectangle; one may come twice. */
  readonly runs: (within: PixelRect, take: (row: number, first: number, end: number) => void) => void;
}

/** @param seen The map as the edits before this one have left it. */
export async function painterOf(
  { place, from, to }: PlacedEdit,
  seen: ReadIds,
  signal?: CancelSignal,
): Promise<EditPainter> {
  const { widthPx, heightPx } = seen;
  switch (place.kind) {
    case "everywhere":
      return { from, to, rect: { col: 0, row: 0, widthPx, heightPx }, runs: everyRun };
    case "line":
      return { from, to, ...linePainter(place.points, place.widthPx / 2, seen) };
    case "area":
      return { from, to, ...areaPainter(place.rings, seen) };
    case "patch": {
      const [col, row] = place.at.map(Math.floor) as [number, number];
      const isInside = col >= 0 && row >= 0 && col < widthPx && row < heightPx;
      const runs: PatchRuns = isInside ? await findPatch(seen, col, row, signal) : new Map();
      return { from, to, ...patchPainter(runs, widthPx) };
    }
  }
}

/** @returns How many pixels became another class. */
export function paintEdit({ rect, runs, from, to }: EditPainter, values: Uint8Array, band: PixelRect): number {
  const within = intersectRects(rect, band);
  let changed = 0;
  if (within === null) return changed;
  runs(within, (row, first, end) => {
    const start = (row - band.row) * band.widthPx - band.col;
    for (let at = start + Math.max(first, within.col); at < start + Math.min(end, within.col + within.widthPx); at++) {
      const was = values[at]!;
      if (was === to || was === NODATA_CLASS_ID || (from !== null && was !== from)) continue;
      values[at] = to;
      changed++;
    }
  });
  return changed;
}

function everyRun(within: PixelRect, take: (row: number, first: number, end: number) => void): void {
  for (let row = within.row; row < within.row + within.heightPx; row++)
    take(row, within.col, within.col + within.widthPx);
}

function linePainter(
  points: readonly PixelPoint[],
  reachPx: number,
  size: GridSize,
): Pick<EditPainter, "rect" | "runs"> {
  const ends = points.length === 1 ? [points[0]!, points[0]!] : points;
  return {
    rect: boxOf(points.flat(), reachPx, size),
    runs(within, take) {
      for (const [at, from] of ends.slice(0, -1).entries()) {
        const to = ends[at + 1]!;
        const box = intersectRects(boxOf([...from, ...to], reachPx, size), within);
        if (box === null) continue;
        for (let row = box.row; row < box.row + box.heightPx; row++) {
          const [first, end] = nearRun(from, to, reachPx, row);
          if (end > first) take(row, first, end);
        }
      }
    },
  };
}

/** Columns of a row whose centres are no farther than `reachPx` from a segment: one run, as what is near is convex. */
function nearRun(
  from: PixelPoint,
  to: PixelPoint,
  reachPx: number,
  row: number,
): readonly [first: number, end: number] {
  const y = row + 0.5;
  let [left, right] = [Infinity, -Infinity];
  const reach = (x: number, half: number) => {
    [left, right] = [Math.min(left, x - half), Math.max(right, x + half)];
  };
  for (const [x, centre] of [from, to]) {
    const half = reachPx ** 2 - (y - centre) ** 2;
    if (half >= 0) reach(x, Math.sqrt(half));
  }
  // The sides of the band between the two discs, where the row crosses them.
  const [alongX, alongY] = [to[0] - from[0], to[1] - from[1]];
  const length = Math.hypot(alongX, alongY);
  for (const side of length > 0 && alongY !== 0 ? [-1, 1] : []) {
    const [x, top] = [from[0] - (side * reachPx * alongY) / length, from[1] + (side * reachPx * alongX) / length];
    const share = (y - top) / alongY;
    if (share >= 0 && share <= 1) reach(x + share * alongX, 0);
  }
  if (left > right) return [0, 0];
  // Rounding decides nothing: the pixels at both ends are measured.
  const isNear = (col: number) => distanceFromSegment([col + 0.5, y], from, to) <= reachPx;
  let [first, end] = [Math.floor(left - 0.5), Math.ceil(right + 0.5)];
  while (first < end && !isNear(first)) first++;
  while (end > first && !isNear(end - 1)) end--;
  return [first, end];
}

function areaPainter(rings: readonly (readonly PixelPoint[])[], size: GridSize): Pick<EditPainter, "rect" | "runs"> {
  const flat = rings.map((ring) => ring.flat());
  return {
    rect: boxOf(flat[0]!, 0, size),
    runs(within, take) {
      for (const [index, spans] of spansByRow(flat, within.row, within.row + within.heightPx).entries()) {
        for (let pair = 0; pair + 1 < spans.length; pair += 2) take(within.row + index, spans[pair]!, spans[pair + 1]!);
      }
    },
  };
}

function patchPainter(runs: PatchRuns, widthPx: number): Pick<EditPainter, "rect" | "runs"> {
  let [top, bottom] = [Infinity, -Infinity];
  for (const row of runs.keys()) [top, bottom] = [Math.min(top, row), Math.max(bottom, row)];
  return {
    rect: { col: 0, row: runs.size === 0 ? 0 : top, widthPx, heightPx: runs.size === 0 ? 0 : bottom - top + 1 },
    runs(within, take) {
      for (let row = within.row; row < within.row + within.heightPx; row++) {
        const own = runs.get(row) ?? [];
        for (let pair = 0; pair < own.length; pair += 2) take(row, own[pair]!, own[pair + 1]!);
      }
    },
  };
}

/** Pixels whose centre may lie within reach of the points, [x0, y0, …]. */
function boxOf(points: readonly number[], reachPx: number, { widthPx, heightPx }: GridSize): PixelRect {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let at = 0; at < points.length; at += 2) {
    [left, right] = [Math.min(left, points[at]!), Math.max(right, points[at]!)];
    [top, bottom] = [Math.min(top, points[at + 1]!), Math.max(bottom, points[at + 1]!)];
  }
  const clip = (value: number, most: number) => Math.min(most, Math.max(0, value));
  const [col, row] = [clip(Math.floor(left - reachPx), widthPx), clip(Math.floor(top - reachPx), heightPx)];
  return {
    col,
    row,
    widthPx: clip(Math.ceil(right + reachPx), widthPx) - col,
    heightPx: clip(Math.ceil(bottom + reachPx), heightPx) - row,
  };
}
