/** Intersection over union of a patch of pixels and a polygon, exact to parts of pixels. */
import { coverRows } from "./pixel-coverage";
import { signedArea } from "./trace-polygons";

/**
 * @param patch    Rings of the patch along its pixels' edges, the outline first.
 * @param polygon  Rings clockwise on screen, holes the other way round.
 * @returns Square pixels that only one of them covers, beside it.
 */
export function patchIou(
  patch: readonly (readonly number[])[],
  polygon: readonly (readonly number[])[],
): { readonly iou: number; readonly differing: number } {
  const box = boundsOf(patch);
  const crossings = crossingsByRow(patch, box.row, box.heightPx);
  let shared = 0;
  coverRows(polygon, box, ({ row, col, coverage }) => {
    const xs = crossings[row - box.row]!.sort((one, other) => one - other);
    for (let at = 0; at < xs.length; at += 2) {
      for (let x = xs[at]!; x < xs[at + 1]!; x++) shared += coverage[x - col]!;
    }
  });
  const area = (rings: readonly (readonly number[])[]) => rings.reduce((sum, ring) => sum + signedArea(ring), 0);
  const either = area(patch) + area(polygon) - shared;
  return { iou: shared / either, differing: either - shared };
}

function boundsOf([outline]: readonly (readonly number[])[]) {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let at = 0; at < outline!.length; at += 2) {
    [left, right] = [Math.min(left, outline![at]!), Math.max(right, outline![at]!)];
    [top, bottom] = [Math.min(top, outline![at + 1]!), Math.max(bottom, outline![at + 1]!)];
  }
  return { col: left, row: top, widthPx: right - left, heightPx: bottom - top };
}

/** Columns at which each row enters or leaves the patch. */
function crossingsByRow(rings: readonly (readonly number[])[], firstRow: number, rows: number): number[][] {
  const crossings = Array.from({ length: rows }, (): number[] => []);
  for (const ring of rings) {
    for (let at = 0; at < ring.length; at += 2) {
      const [x, y] = [ring[at]!, ring[at + 1]!];
      const [nextX, nextY] = [ring[(at + 2) % ring.length]!, ring[(at + 3) % ring.length]!];
      if (x !== nextX) continue;
      for (let row = Math.min(y, nextY); row < Math.max(y, nextY); row++) crossings[row - firstRow]!.push(x);
    }
  }
  return crossings;
}
