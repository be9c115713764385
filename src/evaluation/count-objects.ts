/** How many patches of each class belong to each polygon. */
import { isInsideRings } from "../core/polygons/inside";
import { type PixelRing, pixelBounds } from "../core/polygons/pixel-coverage";
import { createPolygonTracer, type TracedPolygon } from "../core/polygons/trace-polygons";
import { rowBands } from "../core/raster/row-bands";
import type { GridSize } from "../core/raster/tile-grid";
import { NODATA_CLASS_ID } from "../core/run/run-settings";
import type { MaskReader } from "../io/mask-store";

/** By class id; nothing for classes without a patch. */
export type ObjectCounts = ReadonlyMap<number, number>;

/** Side of the squares by which polygons are looked up. */
const CELL_PX = 64;

/**
 * A patch (pixels of one class that touch by their sides) belongs to the polygon in which its centroid lies; where
 * polygons overlap, to each of them.
 *
 * @param polygons Parts of each in pixels, outlines first.
 */
export async function countObjects(
  mask: MaskReader,
  polygons: readonly (readonly (readonly PixelRing[])[])[],
  signal: AbortSignal,
): Promise<readonly ObjectCounts[]> {
  const counts = polygons.map(() => new Map<number, number>());
  const around = lookUp(polygons, mask);
  const { widthPx } = mask;
  const tracer = createPolygonTracer({
    widthPx,
    ignoredId: NODATA_CLASS_ID,
    onPolygon(patch) {
      const [x, y] = centroidOf(patch);
      for (const index of around(x, y)) {
        if (!polygons[index]!.some((rings) => isInsideRings(x, y, rings))) continue;
        counts[index]!.set(patch.classId, (counts[index]!.get(patch.classId) ?? 0) + 1);
      }
    },
  });
  for await (const band of rowBands(mask, signal)) {
    const ids = await mask.read(band);
    for (let at = 0; at < ids.length; at += widthPx) tracer.pushRow(ids.subarray(at, at + widthPx));
  }
  tracer.finish();
  return counts;
}

/** Mean of the pixels: of every ring, holes count against it (Bourke, 1988). */
function centroidOf({ rings, pixelCount }: Pick<TracedPolygon, "rings" | "pixelCount">): readonly [number, number] {
  const [originX, originY] = [rings[0]![0]!, rings[0]![1]!];
  let [sumX, sumY] = [0, 0];
  for (const ring of rings) {
    for (let at = 0; at < ring.length; at += 2) {
      const next = (at + 2) % ring.length;
      const [x0, y0] = [ring[at]! - originX, ring[at + 1]! - originY];
      const [x1, y1] = [ring[next]! - originX, ring[next + 1]! - originY];
      const cross = x0 * y1 - x1 * y0;
      sumX += (x0 + x1) * cross;
      sumY += (y0 + y1) * cross;
    }
  }
  return [originX + sumX / (6 * pixelCount), originY + sumY / (6 * pixelCount)];
}

/** Polygons whose bounds touch a place's square. */
function lookUp(polygons: readonly (readonly (readonly PixelRing[])[])[], size: GridSize) {
  const across = Math.ceil(size.widthPx / CELL_PX);
  const cells = new Map<number, number[]>();
  for (const [index, parts] of polygons.entries()) {
    const touched = new Set<number>();
    for (const rings of parts) {
      const bounds = pixelBounds(rings, size);
      if (bounds === null) continue;
      const [right, bottom] = [bounds.col + bounds.widthPx - 1, bounds.row + bounds.heightPx - 1];
      for (let row = Math.floor(bounds.row / CELL_PX); row <= Math.floor(bottom / CELL_PX); row++) {
        for (let col = Math.floor(bounds.col / CELL_PX); col <= Math.floor(right / CELL_PX); col++) {
          touched.add(row * across + col);
        }
      }
    }
    for (const cell of touched) {
      const known = cells.get(cell);
      if (known === undefined) cells.set(cell, [index]);
      else known.push(index);
    }
  }
  return (x: number, y: number) => cells.get(Math.floor(y / CELL_PX) * across + Math.floor(x / CELL_PX)) ?? [];
}
