/**
 * How much of each pixel a polygon covers, exactly: the signed area under its edges, accumulated pixel by pixel.
 *
 * Every edge adds, in each row it crosses, the area between itself and the right end of the row; what edges going up add,
 * those going down take away, so that the sum over a row is the covered part (the scanline accumulation of font
 * rasterisers, here in double precision and for holes as well).
 */

/** A ring of corner points [x0, y0, x1, y1, …] in pixels, not closed. */
export type PixelRing = readonly number[];

export interface CoveredRow {
  readonly row: number;
  /** Column of the first value. */
  readonly col: number;
  /** Covered part of each pixel, 0–1. */
  readonly coverage: Float64Array;
}

/** @returns The pixels of a raster that rings can touch; null when they lie outside. */
export function pixelBounds(
  rings: readonly PixelRing[],
  { widthPx, heightPx }: { readonly widthPx: number; readonly heightPx: number },
): { readonly col: number; readonly row: number; readonly widthPx: number; readonly heightPx: number } | null {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const ring of rings) {
    for (let at = 0; at < ring.length; at += 2) {
      left = Math.min(left, ring[at]!);
      right = Math.max(right, ring[at]!);
      top = Math.min(top, ring[at + 1]!);
      bottom = Math.max(bottom, ring[at + 1]!);
    }
  }
  const [col, row] = [Math.max(0, Math.floor(left)), Math.max(0, Math.floor(top))];
  const [endCol, endRow] = [Math.min(widthPx, Math.ceil(right)), Math.min(heightPx, Math.ceil(bottom))];
  return endCol > col && endRow > row ? { col, row, widthPx: endCol - col, heightPx: endRow - row } : null;
}

/**
 * @param rings   Outlines clockwise on screen (positive `signedArea`), holes the other way round.
 * @param bounds  Of the rows and columns that are asked for.
 * @param visit   Called row by row; the values are used again for the next row.
 */
export function coverRows(
  rings: readonly PixelRing[],
  bounds: NonNullable<ReturnType<typeof pixelBounds>>,
  visit: (row: CoveredRow) => void,
): void {
  const { col, row: firstRow, widthPx, heightPx } = bounds;
  const byRow = edgesByRow(rings, firstRow, heightPx);
  const inside = new Float64Array(widthPx);
  /** Height of edges that end in a pixel: all that lies to the right of it in the row is inside. */
  const heights = new Float64Array(widthPx + 1);
  const coverage = new Float64Array(widthPx);
  let active: Edge[] = [];
  for (let index = 0; index < heightPx; index++) {
    const row = firstRow + index;
    inside.fill(0);
    heights.fill(0);
    active = [...active.filter(({ bottom }) => bottom > row), ...(byRow[index] ?? [])];
    for (const edge of active) addEdge(edge, row, col, widthPx, inside, heights);
    let whole = 0;
    for (let at = 0; at < widthPx; at++) {
      coverage[at] = Math.min(1, Math.max(0, whole + inside[at]!));
      whole += heights[at]!;
    }
    visit({ row, col, coverage });
  }
}

/** From its upper to its lower end; `sign` is 1 for edges that go up. */
interface Edge {
  readonly top: number;
  readonly bottom: number;
  readonly topX: number;
  /** Columns to the right for a row down. */
  readonly slope: number;
  readonly sign: 1 | -1;
}

function edgesByRow(rings: readonly PixelRing[], firstRow: number, rows: number): Edge[][] {
  const byRow: Edge[][] = [];
  for (const ring of rings) {
    for (let at = 0; at < ring.length; at += 2) {
      const [x0, y0] = [ring[at]!, ring[at + 1]!];
      const [x1, y1] = [ring[(at + 2) % ring.length]!, ring[(at + 3) % ring.length]!];
      if (y0 === y1) continue;
      const [top, topX, bottom] = y0 < y1 ? [y0, x0, y1] : [y1, x1, y0];
      const first = Math.max(0, Math.floor(top) - firstRow);
      if (bottom <= firstRow || first >= rows) continue;
      const list = byRow[first] ?? [];
      list.push({ top, bottom, topX, slope: (x1 - x0) / (y1 - y0), sign: y1 < y0 ? 1 : -1 });
      byRow[first] = list;
    }
  }
  return byRow;
}

/** Adds the part of an edge that lies in a row, column by column. */
function addEdge(
  { top, bottom, topX, slope, sign }: Edge,
  row: number,
  firstCol: number,
  widthPx: number,
  inside: Float64Array,
  heights: Float64Array,
): void {
  const [from, to] = [Math.max(top, row), Math.min(bottom, row + 1)];
  if (to <= from) return;
  const x = (y: number) => topX + (y - top) * slope - firstCol;
  const [left, right] = slope < 0 ? [x(to), x(from)] : [x(from), x(to)];
  const height = to - from;
  /** Height of the part of the edge between two columns' positions. */
  const between = (a: number, b: number) => (right === left ? height : (height * (b - a)) / (right - left));
  const put = (at: number, part: number, meanX: number) => {
    inside[at]! += sign * part * (at + 1 - meanX);
    heights[at]! += sign * part;
  };
  if (left < 0) put(0, right <= 0 ? height : between(left, 0), 0);
  if (right <= 0 && left < 0) return;
  const [begin, end] = [Math.max(0, left), Math.min(widthPx, right)];
  for (let at = Math.floor(begin); at < widthPx && (at < end || (at === begin && left === right)); at++) {
    const [a, b] = [Math.max(begin, at), Math.min(end, at + 1)];
    put(at, between(a, b), (a + b) / 2);
  }
}
