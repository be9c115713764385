/**
 * Where the windows of a run lie.
 *
 * Windows stand on a regular grid of `stridePx`; the last one of each axis is pulled back so that it ends flush with
 * the raster (mmsegmentation's `slide_inference`). A raster smaller than a window gets one window at 0 that reaches
 * past the edge; what lies outside is filled like nodata. The plan is separable: a window is a column position and a
 * row position.
 *
 * An area of interest keeps the windows of the full grid that touch it, so a pixel's prediction does not depend on
 * the area asked for.
 */
import { NadirError } from "../errors";
import type { PixelRect } from "../raster/raster";
import { type AreaSpans, areaSpans } from "../run/area-of-interest";
import type { AreaOfInterest } from "../run/run-settings";
import { BLENDS, type BlendProfile } from "../vocabulary/blends";
import { planWorkingGrid, type WorkingGrid, workingRect } from "./working-grid";

/** One position of the window along one axis. */
export interface WindowPosition {
  /** First pixel of the window on the working grid. */
  readonly startPx: number;
  /**
   * How many times this position counts. 1, except where a blend follows scripts that step on to the end of the image and
   * pull every overshooting window back to the same last position.
   */
  readonly visits: number;
  /** Part of the window that is used, relative to `startPx`: the whole window, or the centre a blend keeps. */
  readonly keepFromPx: number;
  readonly keepToPx: number;
}

/** Everything is in pixels of the working grid unless it says image. */
export interface WindowPlan {
  readonly grid: WorkingGrid;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly windowPx: number;
  /** What is to be predicted, in image pixels. */
  readonly imageArea: PixelRect;
  /** The pixels of it that polygons surround; null for all of them. */
  readonly spans: AreaSpans | null;
  /** The working pixels that it is interpolated from; the same where both grids are one. */
  readonly area: PixelRect;
  readonly columns: readonly WindowPosition[];
  readonly rows: readonly WindowPosition[];
}

export interface WindowPlanRequest {
  /** Size of the image and an area in its pixels. */
  readonly widthPx: number;
  readonly heightPx: number;
  readonly windowPx: number;
  readonly stridePx: number;
  readonly blend: BlendProfile;
  readonly areaOfInterest: AreaOfInterest | null;
  /** Image pixels along the side of a working pixel; 1 when absent. */
  readonly scale?: number;
}

/** @throws {NadirError} `bad-settings` when the stride leaves gaps or the area lies outside the raster. */
export function planWindows(request: WindowPlanRequest): WindowPlan {
  const { windowPx, stridePx, blend, scale = 1 } = request;
  requireStride(stridePx, windowPx);
  const imageArea = clipArea(request.areaOfInterest, request.widthPx, request.heightPx);
  const grid = planWorkingGrid(request, scale);
  const { widthPx, heightPx } = grid;
  const area = workingRect(imageArea, grid);
  return {
    grid,
    imageArea,
    spans: request.areaOfInterest && areaSpans({ ...request.areaOfInterest, ...imageArea }),
    widthPx,
    heightPx,
    windowPx,
    area,
    columns: touching(planAxis(widthPx, windowPx, stridePx, blend), area.col, area.col + area.widthPx),
    rows: touching(planAxis(heightPx, windowPx, stridePx, blend), area.row, area.row + area.heightPx),
  };
}

/** Positions along one axis of `lengthPx` pixels, ascending. */
export function planAxis(
  lengthPx: number,
  windowPx: number,
  stridePx: number,
  blend: BlendProfile,
): readonly WindowPosition[] {
  const last = Math.max(0, lengthPx - windowPx);
  const starts: number[] = [];
  for (let start = 0; start < last; start += stridePx) starts.push(start);
  starts.push(last);
  // Steps k·stride < length at or past the last position; each is pulled back to it (MODELS: rows outer, summed again).
  const { keeps, lastWindow } = BLENDS[blend];
  const lastVisits =
    lastWindow === "each-step" && lengthPx > windowPx ? Math.ceil(lengthPx / stridePx) - (starts.length - 1) : 1;
  const usedPx = Math.min(windowPx, lengthPx);
  return starts.map((startPx, index) => {
    const previous = starts[index - 1];
    const next = starts[index + 1];
    const cropped = keeps === "to-mid-overlap";
    return {
      startPx,
      visits: next === undefined ? lastVisits : 1,
      keepFromPx: cropped && previous !== undefined ? seam(previous, startPx, windowPx) - startPx : 0,
      keepToPx: cropped && next !== undefined ? seam(startPx, next, windowPx) - startPx : usedPx,
    };
  });
}

/** First pixel that belongs to the later of two overlapping windows when each keeps its half of the overlap. */
function seam(earlierStartPx: number, laterStartPx: number, windowPx: number): number {
  return Math.floor((laterStartPx + earlierStartPx + windowPx) / 2);
}

function touching(positions: readonly WindowPosition[], from: number, to: number): readonly WindowPosition[] {
  return positions.filter(
    ({ startPx, keepFromPx, keepToPx }) => startPx + keepFromPx < to && startPx + keepToPx > from,
  );
}

function clipArea(area: PixelRect | null, widthPx: number, heightPx: number): PixelRect {
  if (area === null) return { col: 0, row: 0, widthPx, heightPx };
  const col = Math.max(0, Math.floor(area.col));
  const row = Math.max(0, Math.floor(area.row));
  const endCol = Math.min(widthPx, Math.ceil(area.col + area.widthPx));
  const endRow = Math.min(heightPx, Math.ceil(area.row + area.heightPx));
  if (endCol <= col || endRow <= row) {
    throw new NadirError({
      code: "bad-settings",
      found: `The area of interest (column ${area.col}, row ${area.row}, ${area.widthPx} × ${area.heightPx} px) does not meet the raster of ${widthPx} × ${heightPx} px.`,
      needed: "An area inside the raster is needed.",
      next: "Draw the area on the image again, or run on the whole raster.",
    });
  }
  return { col, row, widthPx: endCol - col, heightPx: endRow - row };
}

function requireStride(stridePx: number, windowPx: number): void {
  if (Number.isInteger(stridePx) && stridePx >= 1 && stridePx <= windowPx) return;
  throw new NadirError({
    code: "bad-settings",
    found: `The stride is ${stridePx} px.`,
    needed: `A whole number from 1 to the window size of ${windowPx} px is needed, or pixels would be left out.`,
    next: "Choose an overlap between 0 and one pixel less than the window.",
  });
}
