/**
 * Shifts between two datums, point by point on a grid of longitudes and latitudes, interpolated between its nodes.
 *
 * Source: NTv2 Developer's Guide (Natural Resources Canada, 1995); EPSG 9615.
 */
import type { DegreeBounds, LngLatShift } from "./degrees";

export interface ShiftGrid {
  /** The finer ones first: of those that hold a point, the first counts. */
  readonly parts: readonly ShiftGridPart[];
}

export interface ShiftGridPart {
  /** Of the whole part, of which nodes may have been left out. */
  readonly area: DegreeBounds;
  /** Of the first node that is here: the south-western one. */
  readonly westDegrees: number;
  readonly southDegrees: number;
  readonly stepLngDegrees: number;
  readonly stepLatDegrees: number;
  readonly cols: number;
  readonly rows: number;
  /** Seconds of arc to add, east and north in turn, by rows from the south, each from the west. */
  readonly shiftSeconds: Float32Array;
}

const SECONDS_PER_DEGREE = 3600;
/** Less than a micrometre on the ground. */
const SETTLED_DEGREES = 1e-11;

/** From the grid's first datum to its second. Beyond the nodes that are here the nearest ones count. */
export function shiftByGrid(grid: ShiftGrid): LngLatShift {
  return ([lng, lat]) => {
    const [east, north] = shiftAt(grid, lng, lat);
    return [lng + east, lat + north];
  };
}

/** The other way round, by going back until it fits. */
export function shiftBackByGrid(grid: ShiftGrid): LngLatShift {
  return ([lng, lat]) => {
    let [x, y] = [lng, lat];
    for (let round = 0; round < 10; round++) {
      const [east, north] = shiftAt(grid, x, y);
      const [offX, offY] = [lng - east - x, lat - north - y];
      x += offX;
      y += offY;
      if (Math.abs(offX) < SETTLED_DEGREES && Math.abs(offY) < SETTLED_DEGREES) break;
    }
    return [x, y];
  };
}

/** Degrees to add, east and north. */
function shiftAt({ parts }: ShiftGrid, lng: number, lat: number): readonly [number, number] {
  const part =
    parts.find(({ area: [west, south, east, north] }) => lng >= west && lng <= east && lat >= south && lat <= north) ??
    parts.at(-1)!;
  const { cols, rows, shiftSeconds } = part;
  const [col, alongCol] = between((lng - part.westDegrees) / part.stepLngDegrees, cols);
  const [row, alongRow] = between((lat - part.southDegrees) / part.stepLatDegrees, rows);
  const at = (axis: 0 | 1) => {
    const value = (dc: number, dr: number) =>
      shiftSeconds[2 * (Math.min(row + dr, rows - 1) * cols + Math.min(col + dc, cols - 1)) + axis]!;
    const south = value(0, 0) * (1 - alongCol) + value(1, 0) * alongCol;
    const north = value(0, 1) * (1 - alongCol) + value(1, 1) * alongCol;
    return (south * (1 - alongRow) + north * alongRow) / SECONDS_PER_DEGREE;
  };
  return [at(0), at(1)];
}

/** Node before a place, and how far it is to the next, 0–1. */
function between(place: number, nodes: number): readonly [number, number] {
  const inside = Math.min(Math.max(place, 0), nodes - 1);
  const node = Math.min(Math.floor(inside), Math.max(0, nodes - 2));
  return [node, inside - node];
}
