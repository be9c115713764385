/**
 * A share of a truth as strokes: whole square pieces of it, so that what is learnt from lies together and the rest is
 * left to judge by. Which pieces is drawn by a hash of their place: the same truth and share give the same strokes.
 */
import type { CancelSignal } from "../core/cancel";
import { createPolygonTracer } from "../core/polygons/trace-polygons";
import type { PixelRect } from "../core/raster/raster";
import type { GridSize } from "../core/raster/tile-grid";
import { NODATA_CLASS_ID } from "../core/run/run-settings";
import { closedRing, type PixelShape } from "../core/vector/stroke-on-photo";
import { scrambled } from "./plan-samples";

/** Class ids on the grid of the photo, 255 where there is no label. */
export interface TruthIds extends GridSize {
  /** Row-major. */
  read(rect: PixelRect): Promise<Uint8Array>;
}

export interface TruthPieces {
  readonly strokes: readonly { readonly classId: number; readonly shape: PixelShape }[];
  readonly pieces: number;
}

const LEAST_SIDE_PX = 32;
/** However large the scene: a piece has a few patches, and each is a stroke. */
const MOST_PIECES = 1024;
/** Smaller patches are edges of others, or noise. */
const LEAST_PATCH_PX = 16;

/**
 * @param share  Of all pieces, above 0 and at most 1; at least one piece is taken.
 * @returns Every patch of one class in the pieces that were drawn, as an area along pixel edges.
 */
export async function drawTruthPieces(truth: TruthIds, share: number, signal: CancelSignal): Promise<TruthPieces> {
  const { widthPx, heightPx } = truth;
  const sidePx = Math.max(LEAST_SIDE_PX, Math.ceil(Math.sqrt((widthPx * heightPx) / MOST_PIECES)));
  const columns = Math.ceil(widthPx / sidePx);
  const count = columns * Math.ceil(heightPx / sidePx);
  const order = Array.from({ length: count }, (_, piece) => piece).sort((a, b) => scrambled(a) - scrambled(b));
  const pieces = order.slice(0, Math.max(1, Math.round(share * count))).sort((a, b) => a - b);
  const strokes: TruthPieces["strokes"][number][] = [];
  for (const piece of pieces) {
    signal.throwIfAborted();
    const [col, row] = [(piece % columns) * sidePx, Math.floor(piece / columns) * sidePx];
    const rect = { col, row, widthPx: Math.min(sidePx, widthPx - col), heightPx: Math.min(sidePx, heightPx - row) };
    strokes.push(...patches(await truth.read(rect), rect));
  }
  return { strokes, pieces: pieces.length };
}

function patches(ids: Uint8Array, rect: PixelRect): TruthPieces["strokes"][number][] {
  const found: TruthPieces["strokes"][number][] = [];
  const tracer = createPolygonTracer({
    widthPx: rect.widthPx,
    ignoredId: NODATA_CLASS_ID,
    onPolygon({ classId, pixelCount, rings }) {
      if (pixelCount < LEAST_PATCH_PX) return;
      found.push({
        classId,
        shape: { kind: "area", rings: rings.map((ring) => closedRing(ring, [rect.col, rect.row])) },
      });
    },
  });
  for (let row = 0; row < rect.heightPx; row++) {
    tracer.pushRow(ids.subarray(row * rect.widthPx, (row + 1) * rect.widthPx));
  }
  tracer.finish();
  return found;
}
