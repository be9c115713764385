/** What was changed in a map as strokes: patches of pixels that became one class, along pixel edges. */
import type { CancelSignal } from "../core/cancel";
import { createPolygonTracer } from "../core/polygons/trace-polygons";
import { rowBands } from "../core/raster/row-bands";
import { NODATA_CLASS_ID } from "../core/run/run-settings";
import { closedRing, type PixelShape } from "../core/vector/stroke-on-photo";
import type { TruthIds } from "./truth-pieces";

export interface ChangedPieces {
  /** The largest first. */
  readonly strokes: readonly { readonly classId: number; readonly pixels: number; readonly shape: PixelShape }[];
  /** There were more. */
  readonly isCut: boolean;
}

const MOST_PIECES = 2000;

/** Memory: a band of rows, and the outlines of twice as many patches as are returned. */
export async function findChangedPieces(
  own: TruthIds,
  corrected: TruthIds,
  signal: CancelSignal,
): Promise<ChangedPieces> {
  const { widthPx } = corrected;
  let strokes: ChangedPieces["strokes"][number][] = [];
  let isCut = false;
  const cut = () => {
    strokes.sort((one, other) => other.pixels - one.pixels);
    isCut ||= strokes.length > MOST_PIECES;
    strokes = strokes.slice(0, MOST_PIECES);
  };
  const tracer = createPolygonTracer({
    widthPx,
    ignoredId: NODATA_CLASS_ID,
    onPolygon({ classId, pixelCount, rings }) {
      strokes.push({
        classId,
        pixels: pixelCount,
        shape: { kind: "area", rings: rings.map((ring) => closedRing(ring, [0, 0])) },
      });
      if (strokes.length > 2 * MOST_PIECES) cut();
    },
  });
  for await (const band of rowBands(corrected, signal)) {
    const [before, after] = [await own.read(band), await corrected.read(band)];
    for (let at = 0; at < after.length; at++) if (after[at] === before[at]) after[at] = NODATA_CLASS_ID;
    for (let row = 0; row < band.heightPx; row++) tracer.pushRow(after.subarray(row * widthPx, (row + 1) * widthPx));
  }
  tracer.finish();
  cut();
  return { strokes, isCut };
}
