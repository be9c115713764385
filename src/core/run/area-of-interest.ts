/** Where a run works: a rectangle, or what polygons surround in it. */
import { NadirError } from "../errors";
import { type PixelRing, pixelBounds } from "../polygons/pixel-coverage";
import { spansByRow } from "../polygons/row-spans";
import { intersectRects } from "../raster/pixel-rect";
import type { PixelRect } from "../raster/raster";
import type { GridSize } from "../raster/tile-grid";
import type { AreaOfInterest } from "./run-settings";

/** Corners of all polygons of an area: they stand in every run's settings. */
export const MOST_AREA_CORNERS = 200_000;
/** Coordinates are kept to this part of a pixel. */
const STEPS_PER_PIXEL = 1000;

/**
 * What polygons surround of a raster.
 *
 * @param parts   In pixels, each with its outline first.
 * @param subject What they are called, for the sentence.
 * @throws {NadirError} `bad-settings` when no pixel's centre lies in them, or they have too many corners.
 */
export function areaOfPolygons(
  parts: readonly (readonly PixelRing[])[],
  raster: GridSize,
  subject: string,
): AreaOfInterest {
  const near = parts.filter((rings) => pixelBounds(rings, raster) !== null);
  const polygons = near.map((rings) =>
    rings.map((ring) => ring.map((value) => Math.round(value * STEPS_PER_PIXEL) / STEPS_PER_PIXEL)),
  );
  const corners = polygons.flat().reduce((sum, ring) => sum + ring.length / 2, 0);
  if (corners > MOST_AREA_CORNERS) {
    throw new NadirError({
      code: "bad-settings",
      subject,
      found: `Its polygons have ${corners} corners on this photo.`,
      needed: `An area of interest has at most ${MOST_AREA_CORNERS}.`,
      next: 'Simplify the polygons (in QGIS: "Simplify") to a pixel of the photo, or choose fewer.',
    });
  }
  const bounds = pixelBounds(polygons.flat(), raster);
  const area = bounds && { ...bounds, polygons };
  if (area === null || pixelsOfArea(areaSpans(area), area) === 0) {
    throw new NadirError({
      code: "bad-settings",
      subject,
      found: "No pixel of the photo has its centre in one of its polygons.",
      needed: "An area of interest needs polygons that lie on the photo.",
      next: "Check the layer's coordinate system, or choose another photo or layer.",
    });
  }
  return area;
}

/** As far as a rectangle goes; null where nothing of the area's own rectangle is in it. */
export function areaWithin(area: AreaOfInterest, rect: PixelRect): AreaOfInterest | null {
  const common = intersectRects(area, rect);
  return common && { ...area, ...common };
}

/** The pixels of polygons in a rectangle. */
export interface AreaSpans {
  readonly firstRow: number;
  /** By row: first column and the one after the last, pair after pair from the left, apart from each other. */
  readonly rows: readonly (readonly number[])[];
}

/** Null for all of the rectangle. */
export function areaSpans(area: AreaOfInterest): AreaSpans | null {
  if (area.polygons === undefined) return null;
  const { col, row, widthPx, heightPx } = area;
  const rows = Array.from({ length: heightPx }, (): number[][] => []);
  for (const rings of area.polygons) {
    const bounds = pixelBounds(rings, { widthPx: col + widthPx, heightPx: row + heightPx });
    const [first, end] = bounds === null ? [0, 0] : [Math.max(row, bounds.row), bounds.row + bounds.heightPx];
    for (const [index, spans] of spansByRow(rings, first, end).entries()) {
      for (let pair = 0; pair + 1 < spans.length; pair += 2) {
        const [from, to] = [Math.max(col, spans[pair]!), Math.min(col + widthPx, spans[pair + 1]!)];
        if (to > from) rows[first + index - row]!.push([from, to]);
      }
    }
  }
  return { firstRow: row, rows: rows.map(joined) };
}

function joined(spans: readonly number[][]): readonly number[] {
  const out: number[] = [];
  for (const [from, to] of spans.toSorted((a, b) => a[0]! - b[0]!)) {
    if (out.length > 0 && from! <= out.at(-1)!) out[out.length - 1] = Math.max(out.at(-1)!, to!);
    else out.push(from!, to!);
  }
  return out;
}

/** Whether a rectangle has a pixel of the area. */
export function meetsArea(spans: AreaSpans | null, { col, row, widthPx, heightPx }: PixelRect): boolean {
  if (spans === null) return true;
  const first = Math.max(0, row - spans.firstRow);
  for (let at = first; at < Math.min(spans.rows.length, row + heightPx - spans.firstRow); at++) {
    const own = spans.rows[at]!;
    for (let pair = 0; pair < own.length; pair += 2) {
      if (own[pair]! < col + widthPx && own[pair + 1]! > col) return true;
    }
  }
  return false;
}

/** How many pixels of a rectangle belong to the area. */
export function pixelsOfArea(spans: AreaSpans | null, rect: PixelRect): number {
  if (spans === null) return rect.widthPx * rect.heightPx;
  let pixels = 0;
  forGaps(spans, rect, (_, from, to) => {
    pixels += to - from;
  });
  return rect.widthPx * rect.heightPx - pixels;
}

/** What of a rectangle lies outside of the area, run after run; columns and rows count from the rectangle's corner. */
export function forGaps(
  spans: AreaSpans,
  { col, row, widthPx, heightPx }: PixelRect,
  take: (row: number, from: number, to: number) => void,
): void {
  for (let line = 0; line < heightPx; line++) {
    const own = spans.rows[row + line - spans.firstRow] ?? [];
    let from = 0;
    for (let pair = 0; pair < own.length; pair += 2) {
      const first = Math.min(widthPx, own[pair]! - col);
      if (first > from) take(line, from, first);
      from = Math.max(from, own[pair + 1]! - col);
    }
    if (from < widthPx) take(line, from, widthPx);
  }
}
