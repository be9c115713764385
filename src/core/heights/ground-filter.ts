/**
 * Which coarse cells of a surface model are ground: a progressive morphological filter (Zhang et al. 2003) with the
 * outline test of segment-based filters (Sithole and Vosselman 2005). docs/heights.md, steps 3 to 5; the twin in Python
 * is `heights/ground.py`.
 */
import type { CancelSignal } from "../cancel";
import { letMessagesIn } from "../let-messages-in";
import { fillHolesOf, type OpenGrid } from "./fill-holes";
import { openBySquare } from "./square-opening";

/** Radius of the opening and the least height above it that counts, in metres. */
const STAGES = [
  [1, 0.3],
  [2, 0.4],
  [4, 0.6],
  [8, 1],
  [16, 1.5],
  [28, 2],
  [42, 2.5],
] as const;
const PIT_RADII_CELLS = [2, 3] as const;
const PIT_METRES = 1;
const STEEP_METRES = 0.3;
const STEEP_PER_CELL_METRE = 0.25;
const STEEP_SHARE = 0.3;

/**
 * The low cells with objects cut out: open where there is an object or nothing was seen. What comes back lies in the
 * memory of what was given, whose heights are closed and without pits afterwards; beside it two grids of heights and one
 * of group numbers are all there is.
 *
 * @param low  Low order statistic of each cell; `open` where no pixel was valid.
 */
export async function cutObjects(low: OpenGrid, cellMetres: number, signal?: CancelSignal): Promise<OpenGrid> {
  const { cols, rows, heights } = low;
  fillHolesOf(low);
  const surface = new Float64Array(heights.length);
  // Two radii: from the heights to the other grid and back.
  fillPits(heights, surface, cols, rows, PIT_RADII_CELLS[0]);
  fillPits(surface, heights, cols, rows, PIT_RADII_CELLS[1]);
  surface.set(heights);
  const objects = new Uint8Array(heights.length);
  const above = new Float64Array(heights.length);
  const groupOf = new Int32Array(heights.length);
  for (const [radiusMetres, leastMetres] of STAGES) {
    signal?.throwIfAborted();
    // Memory that is no longer needed is given back meanwhile, too.
    await letMessagesIn();
    const radius = Math.max(1, Math.floor(radiusMetres / cellMetres + 0.5));
    above.set(surface);
    openBySquare(above, cols, rows, radius);
    for (let cell = 0; cell < above.length; cell++) {
      above[cell] = surface[cell]! - above[cell]!;
    }
    const groups = groupCells(above, groupOf, cols, rows, leastMetres);
    if (groups.count > 0) {
      const isObject = steepGroups(above, groups, cols, rows, STEEP_METRES + STEEP_PER_CELL_METRE * cellMetres);
      for (let cell = 0; cell < objects.length; cell++) {
        objects[cell]! |= isObject[groups.of[cell]!]!;
      }
      surface.set(heights);
      fillHolesOf({ cols, rows, heights: surface, open: objects });
    }
  }
  for (let cell = 0; cell < objects.length; cell++) {
    objects[cell]! |= low.open[cell]!;
  }
  return { cols, rows, heights, open: objects };
}

/** Cells far below everything around them take the lowest height of their ring, from one grid into another. */
function fillPits(from: Float64Array, to: Float64Array, cols: number, rows: number, radius: number): void {
  for (let cell = 0; cell < from.length; cell++) {
    const rim = lowestOfRing(from, cols, rows, cell, radius);
    to[cell] = from[cell]! < rim - PIT_METRES ? rim : from[cell]!;
  }
}

function lowestOfRing(heights: Float64Array, cols: number, rows: number, cell: number, radius: number): number {
  const centreRow = Math.floor(cell / cols);
  const centreCol = cell - centreRow * cols;
  let lowest = Number.POSITIVE_INFINITY;
  for (let down = -radius; down <= radius; down++) {
    const row = Math.min(rows - 1, Math.max(0, centreRow + down)) * cols;
    const step = Math.abs(down) === radius ? 1 : 2 * radius;
    for (let right = -radius; right <= radius; right += step) {
      const height = heights[row + Math.min(cols - 1, Math.max(0, centreCol + right))]!;
      if (height < lowest) {
        lowest = height;
      }
    }
  }
  return lowest;
}

interface Groups {
  readonly count: number;
  /** Per cell, 1 … `count`; 0 for cells of no group. */
  readonly of: Int32Array;
}

/** Cells more than `leastMetres` high, grouped by their sides; their numbers go into `of`. */
function groupCells(above: Float64Array, of: Int32Array, cols: number, rows: number, leastMetres: number): Groups {
  of.fill(0);
  const waiting: number[] = [];
  let count = 0;
  for (let seed = 0; seed < above.length; seed++) {
    if (of[seed] !== 0 || !(above[seed]! > leastMetres)) {
      continue;
    }
    count++;
    of[seed] = count;
    waiting.push(seed);
    for (let cell = waiting.pop(); cell !== undefined; cell = waiting.pop()) {
      for (const other of sidesOf(cell, cols, rows)) {
        if (other >= 0 && of[other] === 0 && above[other]! > leastMetres) {
          of[other] = count;
          waiting.push(other);
        }
      }
    }
  }
  return { count, of };
}

/** Cells above, below, left and right; −1 outside the grid. */
function sidesOf(cell: number, cols: number, rows: number): readonly [number, number, number, number] {
  const row = Math.floor(cell / cols);
  const col = cell - row * cols;
  return [
    row > 0 ? cell - cols : -1,
    row < rows - 1 ? cell + cols : -1,
    col > 0 ? cell - 1 : -1,
    col < cols - 1 ? cell + 1 : -1,
  ];
}

/** 1 for each group whose outline is steep enough; index 0 stands for no group. */
function steepGroups(
  above: Float64Array,
  { count, of }: Groups,
  cols: number,
  rows: number,
  steepMetres: number,
): Uint8Array {
  const outline = new Uint32Array(count + 1);
  const steep = new Uint32Array(count + 1);
  for (let cell = 0; cell < of.length; cell++) {
    const group = of[cell]!;
    if (group === 0) {
      continue;
    }
    for (const other of sidesOf(cell, cols, rows)) {
      if (other >= 0 && of[other] === 0) {
        outline[group]!++;
        if (above[cell]! - above[other]! > steepMetres) {
          steep[group]!++;
        }
      }
    }
  }
  return Uint8Array.from(outline, (sides, group) => (steep[group]! > STEEP_SHARE * sides ? 1 : 0));
}
