/** Filling on the photo as it is shown: the tiles around a place, put together. */
import { placeTile, TILE_PX, type TileAddress } from "../../core/raster/tile-grid";
import { type FloodedArea, floodFill } from "../../teaching/flood-fill";
import type { RasterHandlers } from "../raster-protocol";
import type { OpenedRasters } from "./opened-rasters";

/** What is looked at reaches this far from the place to each side. */
const REACH_PX = TILE_PX;

/** @returns In pixels of the photo. */
export async function floodPhoto(
  rasters: OpenedRasters,
  { opticalId, display = {}, at: [col, row], tolerance }: Parameters<RasterHandlers["floodPhoto"]>[0],
  signal: AbortSignal,
): Promise<FloodedArea | null> {
  const found = rasters.find(opticalId);
  const size = found.source.facts;
  const tiles = await found.tiles(display);
  const [left, top] = [Math.max(0, col - REACH_PX), Math.max(0, row - REACH_PX)];
  const widthPx = Math.min(size.widthPx, col + REACH_PX + 1) - left;
  const heightPx = Math.min(size.heightPx, row + REACH_PX + 1) - top;
  const rgba = new Uint8Array(4 * widthPx * heightPx);
  const tileOf = (px: number) => Math.floor(px / TILE_PX);
  for (let y = tileOf(top); y <= tileOf(top + heightPx - 1); y++) {
    for (let x = tileOf(left); x <= tileOf(left + widthPx - 1); x++) {
      const address: TileAddress = { level: 0, x, y };
      const texels = await tiles.tile(address, signal);
      const placed = placeTile(size, address);
      const [from, to] = [Math.max(left, placed.left), Math.min(left + widthPx, placed.right)];
      for (let line = Math.max(top, placed.top); line < Math.min(top + heightPx, placed.bottom); line++) {
        const begin = 4 * ((line - placed.top) * TILE_PX + from - placed.left);
        const into = 4 * ((line - top) * widthPx + from - left);
        rgba.set(texels.subarray(begin, begin + 4 * (to - from)), into);
      }
    }
  }
  const area = floodFill(rgba, { widthPx, heightPx }, [col - left, row - top], tolerance);
  if (area === null || area.shape.kind === "line") return area;
  const isPhotoEdge = widthPx === size.widthPx && heightPx === size.heightPx;
  return {
    isCut: area.isCut && !isPhotoEdge,
    shape: { kind: "area", rings: area.shape.rings.map((ring) => ring.map(([x, y]) => [x + left, y + top] as const)) },
  };
}
