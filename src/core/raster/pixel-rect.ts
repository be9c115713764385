/** Rectangles of whole pixels: drawn, clipped, met. */
import type { PixelRect } from "./raster";

/** Whole pixels touched between two corners, inside a raster; null when nothing of it is. */
export function rectBetween(
  a: readonly [col: number, row: number],
  b: readonly [col: number, row: number],
  size: { readonly widthPx: number; readonly heightPx: number },
): PixelRect | null {
  const [left, right] = [Math.min(a[0], b[0]), Math.max(a[0], b[0])];
  const [top, bottom] = [Math.min(a[1], b[1]), Math.max(a[1], b[1])];
  const [col, row] = [Math.floor(left), Math.floor(top)];
  return intersectRects(
    { col, row, widthPx: Math.ceil(right) - col, heightPx: Math.ceil(bottom) - row },
    { col: 0, row: 0, ...size },
  );
}

/** Null when they have no pixel in common. */
export function intersectRects(a: PixelRect, b: PixelRect): PixelRect | null {
  const [col, row] = [Math.max(a.col, b.col), Math.max(a.row, b.row)];
  const widthPx = Math.min(a.col + a.widthPx, b.col + b.widthPx) - col;
  const heightPx = Math.min(a.row + a.heightPx, b.row + b.heightPx) - row;
  return widthPx > 0 && heightPx > 0 ? { col, row, widthPx, heightPx } : null;
}

/** Whether no pixel of `inner` lies outside `outer`. */
export function containsRect(outer: PixelRect, inner: PixelRect): boolean {
  const common = intersectRects(outer, inner);
  return common !== null && common.widthPx === inner.widthPx && common.heightPx === inner.heightPx;
}
