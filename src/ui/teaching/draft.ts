/** The unfinished stroke: what the pointer or the keys have drawn so far, in pixels of the optical grid. */
import { signedArea } from "../../core/polygons/trace-polygons";
import { simplifyLine } from "../../core/vector/simplify-line";
import type { PixelPoint, PixelShape } from "../../core/vector/stroke-on-photo";

/** Its points grow in place, so that nothing is copied while the pointer moves. */
export type Draft =
  | { readonly kind: "brush"; readonly points: PixelPoint[]; readonly widthPx: number }
  | { readonly kind: "lasso" | "polygon"; readonly points: PixelPoint[] }
  /** Strokes that go when the pointer is let go. */
  | { readonly kind: "eraser"; readonly ids: Set<string>; at: PixelPoint };

/** Closer ones say nothing new: a stroke covers pixels. */
const APART_PX = 0.5;

/** Appends a place of the pointer's way unless it is where the last one was. */
export function follow(points: PixelPoint[], place: PixelPoint): boolean {
  const last = points.at(-1);
  if (last !== undefined && Math.hypot(place[0] - last[0], place[1] - last[1]) < APART_PX) return false;
  points.push(place);
  return true;
}

/** Null while it is too little to be a stroke. */
export function finishedShape(draft: Draft): PixelShape | null {
  switch (draft.kind) {
    case "brush":
      return { kind: "line", points: simplifyLine(draft.points, APART_PX), widthPx: draft.widthPx };
    case "lasso":
    case "polygon": {
      const points = draft.kind === "lasso" ? simplifyLine(draft.points, APART_PX) : draft.points;
      const encloses = points.length > 2 && signedArea(points.flat()) !== 0;
      return encloses ? { kind: "area", rings: [[...points, points[0]!]] } : null;
    }
    case "eraser":
      return null;
  }
}
