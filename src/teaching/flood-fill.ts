/** The connected pixels around one that look like it, as an area along pixel edges. */
import { createPolygonTracer, signedArea } from "../core/polygons/trace-polygons";
import type { GridSize } from "../core/raster/tile-grid";
import { closedRing, type PixelShape } from "../core/vector/stroke-on-photo";

const INSIDE = 1;
const OUTSIDE = 0;
/** Smaller holes are noise of the picture. */
const LEAST_HOLE_PX = 16;

export interface FloodedArea {
  readonly shape: PixelShape;
  /** It goes on beyond what was looked at. */
  readonly isCut: boolean;
}

/**
 * @param rgba       A part of the picture as it is shown, row-major; alpha 0 where there is no data.
 * @param seed       Whole pixel of that part.
 * @param tolerance  How far red, green and blue may each be from the seed's, 0–255.
 * @returns In pixels of that part, 4-connected; null where the seed has no data.
 */
export function floodFill(
  rgba: Uint8Array,
  size: GridSize,
  seed: readonly [col: number, row: number],
  tolerance: number,
): FloodedArea | null {
  const { widthPx, heightPx } = size;
  const start = seed[1] * widthPx + seed[0];
  const isAlike = (pixel: number) =>
    rgba[4 * pixel + 3] !== 0 &&
    [0, 1, 2].every((channel) => Math.abs(rgba[4 * pixel + channel]! - rgba[4 * start + channel]!) <= tolerance);
  if (!isAlike(start)) return null;
  const ids = new Uint8Array(widthPx * heightPx).fill(OUTSIDE);
  const open = [start];
  let isCut = false;
  ids[start] = INSIDE;
  for (let pixel = open.pop(); pixel !== undefined; pixel = open.pop()) {
    const col = pixel % widthPx;
    const row = (pixel - col) / widthPx;
    isCut ||= col === 0 || row === 0 || col === widthPx - 1 || row === heightPx - 1;
    const near = [
      col > 0 ? pixel - 1 : -1,
      col < widthPx - 1 ? pixel + 1 : -1,
      row > 0 ? pixel - widthPx : -1,
      row < heightPx - 1 ? pixel + widthPx : -1,
    ];
    for (const other of near) {
      if (other < 0 || ids[other] === INSIDE || !isAlike(other)) continue;
      ids[other] = INSIDE;
      open.push(other);
    }
  }
  return { shape: outline(ids, widthPx), isCut };
}

/** Of one connected patch, without its small holes. */
function outline(ids: Uint8Array, widthPx: number): PixelShape {
  let rings: readonly (readonly number[])[] = [];
  const tracer = createPolygonTracer({
    widthPx,
    ignoredId: OUTSIDE,
    onPolygon(polygon) {
      rings = polygon.rings;
    },
  });
  for (let at = 0; at < ids.length; at += widthPx) tracer.pushRow(ids.subarray(at, at + widthPx));
  tracer.finish();
  const kept = rings.filter((ring, at) => at === 0 || -signedArea(ring) >= LEAST_HOLE_PX);
  return { kind: "area", rings: kept.map((ring) => closedRing(ring, [0, 0])) };
}
