/** Which tiles a pane needs, nearest to its centre first. */
import { type GridSize, maxLevel, type PlacedTile, placeTile, TILE_PX } from "../core/raster/tile-grid";
import type { CameraPose } from "./camera";

/**
 * @param pixelRatio  Device pixels per CSS pixel: a sharp screen wants a finer level.
 */
export function visibleTiles(
  size: GridSize,
  pose: CameraPose,
  pane: { readonly width: number; readonly height: number },
  pixelRatio = 1,
): PlacedTile[] {
  const wanted = Math.floor(-(pose.zoom + Math.log2(pixelRatio)));
  const level = Math.min(Math.max(wanted, 0), maxLevel(size));
  const scale = 2 ** pose.zoom;
  const halfWidth = pane.width / 2 / scale;
  const halfHeight = pane.height / 2 / scale;
  const [centreCol, centreRow] = pose.centrePx;
  const span = TILE_PX * 2 ** level;
  const last = (lengthPx: number) => Math.ceil(lengthPx / span) - 1;
  const firstX = Math.max(0, Math.floor((centreCol - halfWidth) / span));
  const lastX = Math.min(last(size.widthPx), Math.floor((centreCol + halfWidth) / span));
  const firstY = Math.max(0, Math.floor((centreRow - halfHeight) / span));
  const lastY = Math.min(last(size.heightPx), Math.floor((centreRow + halfHeight) / span));
  const tiles: PlacedTile[] = [];
  for (let y = firstY; y <= lastY; y++) {
    for (let x = firstX; x <= lastX; x++) {
      tiles.push(placeTile(size, { level, x, y }));
    }
  }
  const distance = ({ left, right, top, bottom }: PlacedTile) =>
    Math.hypot((left + right) / 2 - centreCol, (top + bottom) / 2 - centreRow);
  return tiles.sort((first, second) => distance(first) - distance(second));
}
