/** Between screen and optical pixels under a camera; the same arithmetic as deck.gl's OrthographicView with flipY. */
import { intersectRects } from "../core/raster/pixel-rect";
import type { PixelRect } from "../core/raster/raster";

export interface CameraPose {
  readonly centrePx: readonly [col: number, row: number];
  /** log2 of screen pixels per optical pixel. */
  readonly zoom: number;
}

/** Rectangle on the screen, in CSS pixels of the pane area. */
export interface ScreenRect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Fractional optical pixel under a point given relative to the pane's upper-left corner. */
export function screenToPixel(pose: CameraPose, pane: ScreenRect, [x, y]: readonly [number, number]): [number, number] {
  const scale = 2 ** pose.zoom;
  return [pose.centrePx[0] + (x - pane.width / 2) / scale, pose.centrePx[1] + (y - pane.height / 2) / scale];
}

/** Inverse of {@link screenToPixel}. */
export function pixelToScreen(
  pose: CameraPose,
  pane: ScreenRect,
  [col, row]: readonly [number, number],
): [number, number] {
  const scale = 2 ** pose.zoom;
  return [(col - pose.centrePx[0]) * scale + pane.width / 2, (row - pose.centrePx[1]) * scale + pane.height / 2];
}

/** Pixels of a raster that a pane shows, whole ones; null when it shows none. */
export function visibleRect(
  pose: CameraPose,
  pane: ScreenRect,
  { widthPx, heightPx }: { readonly widthPx: number; readonly heightPx: number },
): PixelRect | null {
  const [left, top] = screenToPixel(pose, pane, [0, 0]);
  const [right, bottom] = screenToPixel(pose, pane, [pane.width, pane.height]);
  const [col, row] = [Math.floor(left), Math.floor(top)];
  const shown = { col, row, widthPx: Math.ceil(right) - col, heightPx: Math.ceil(bottom) - row };
  return intersectRects(shown, { col: 0, row: 0, widthPx, heightPx });
}

/** The pose that shows the rectangle whole, with a little air around it. */
export function fitPose(
  rect: { readonly col: number; readonly row: number; readonly widthPx: number; readonly heightPx: number },
  pane: ScreenRect,
  marginPx = 16,
): CameraPose {
  const width = Math.max(1, pane.width - 2 * marginPx);
  const height = Math.max(1, pane.height - 2 * marginPx);
  return {
    centrePx: [rect.col + rect.widthPx / 2, rect.row + rect.heightPx / 2],
    zoom: Math.log2(Math.min(width / rect.widthPx, height / rect.heightPx)),
  };
}

/** So much taller than wide, two or six panes stand in fewer columns. */
const PORTRAIT = 1.25;

/**
 * Panes as equal cells of a grid: 1×1, 2×1, 2×2 or 3×2, upright 1×2 and 2×3, with a line of one pixel between them.
 */
export function paneRects(count: number, width: number, height: number): ScreenRect[] {
  const across = count === 1 ? 1 : count === 6 ? 3 : 2;
  const columns = height > PORTRAIT * width ? Math.max(1, Math.ceil(count / across)) : across;
  const rows = Math.ceil(count / columns);
  const gap = 1;
  const cellWidth = (width - gap * (columns - 1)) / columns;
  const cellHeight = (height - gap * (rows - 1)) / rows;
  return Array.from({ length: count }, (_, index) => ({
    x: (index % columns) * (cellWidth + gap),
    y: Math.floor(index / columns) * (cellHeight + gap),
    width: cellWidth,
    height: cellHeight,
  }));
}
