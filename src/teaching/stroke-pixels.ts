/**
 * The pixels under a stroke: those whose centre is no farther from the line than half its width, or lies inside the
 * polygon (even-odd, so that holes are holes).
 */
import type { GridSize } from "../core/raster/tile-grid";
import { distanceFromSegment } from "../core/vector/simplify-line";
import type { Stroke } from "../core/vector/stroke";

export interface StrokeGrid extends GridSize {
  /** Map coordinates to fractional pixels of the grid, (0, 0) at the outer corner of the first. */
  readonly toPixel: (point: readonly [x: number, y: number]) => readonly [col: number, row: number];
  /** Ground under the side of a pixel; 1 where it is not known, and widths are pixels. */
  readonly pixelSizeMetres: number;
}

/** @returns Row × width + column of each pixel, ascending; none for a stroke outside the grid. */
export function strokePixels({ shape }: Pick<Stroke, "shape">, grid: StrokeGrid): number[] {
  if (shape.kind === "area")
    return areaPixels(
      shape.rings.map((ring) => ring.map(grid.toPixel)),
      grid,
    );
  return linePixels(shape.points.map(grid.toPixel), shape.widthMetres / grid.pixelSizeMetres / 2, grid);
}

type Point = readonly [col: number, row: number];

function linePixels(points: readonly Point[], reachPx: number, grid: GridSize): number[] {
  const found = new Set<number>();
  const ends = points.length === 1 ? [points[0]!, points[0]!] : points;
  for (const [at, from] of ends.slice(0, -1).entries()) {
    const to = ends[at + 1]!;
    const rows = centres(Math.min(from[1], to[1]) - reachPx, Math.max(from[1], to[1]) + reachPx, grid.heightPx);
    const cols = centres(Math.min(from[0], to[0]) - reachPx, Math.max(from[0], to[0]) + reachPx, grid.widthPx);
    for (let row = rows.first; row < rows.end; row++) {
      for (let col = cols.first; col < cols.end; col++) {
        if (distanceFromSegment([col + 0.5, row + 0.5], from, to) <= reachPx) found.add(row * grid.widthPx + col);
      }
    }
  }
  return [...found].sort((a, b) => a - b);
}

function areaPixels(rings: readonly (readonly Point[])[], grid: GridSize): number[] {
  const found: number[] = [];
  const heights = rings.flatMap((ring) => ring.map(([, row]) => row));
  const span = heights.reduce(({ top, end }, row) => ({ top: Math.min(top, row), end: Math.max(end, row) }), {
    top: Number.POSITIVE_INFINITY,
    end: Number.NEGATIVE_INFINITY,
  });
  const rows = centres(span.top, span.end, grid.heightPx);
  for (let row = rows.first; row < rows.end; row++) {
    const crossings = rings.flatMap((ring) => crossingsOf(ring, row + 0.5)).sort((a, b) => a - b);
    for (let at = 0; at + 1 < crossings.length; at += 2) {
      const cols = centres(crossings[at]!, crossings[at + 1]!, grid.widthPx);
      for (let col = cols.first; col < cols.end; col++) found.push(row * grid.widthPx + col);
    }
  }
  return found;
}

/** Where the sides of a ring cross a row of centres. */
function crossingsOf(ring: readonly Point[], y: number): number[] {
  return ring.slice(1).flatMap(([toX, toY], at) => {
    const [fromX, fromY] = ring[at]!;
    return fromY <= y === toY <= y ? [] : [fromX + ((y - fromY) / (toY - fromY)) * (toX - fromX)];
  });
}

/** Pixels of one axis whose centres lie in `[from, to]`. */
function centres(from: number, to: number, lengthPx: number): { first: number; end: number } {
  return {
    first: Math.max(0, Math.ceil(from - 0.5)),
    end: Math.min(lengthPx, Math.floor(to - 0.5) + 1),
  };
}
