/**
 * Display tiles: squares of TILE_PX × TILE_PX texels on a raster's own pixel grid, level by level.
 *
 * One texel of level k covers 2^k × 2^k pixels. Tile (x, y) of level k starts at pixel
 * (x · TILE_PX · 2^k, y · TILE_PX · 2^k). A tile always holds TILE_PX × TILE_PX texels; what lies outside the raster
 * is padding and is never drawn.
 */

export const TILE_PX = 512;

export interface TileAddress {
  readonly level: number;
  readonly x: number;
  readonly y: number;
}

export interface GridSize {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** A tile and the part of the raster it covers, cut at the raster's edge. */
export interface PlacedTile extends TileAddress {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Coarsest level worth having: the one where the whole raster is a single tile. */
export function maxLevel({ widthPx, heightPx }: GridSize): number {
  return Math.max(0, Math.ceil(Math.log2(Math.max(widthPx, heightPx) / TILE_PX)));
}

export function placeTile(size: GridSize, { level, x, y }: TileAddress): PlacedTile {
  const span = TILE_PX * 2 ** level;
  return {
    level,
    x,
    y,
    left: x * span,
    top: y * span,
    right: Math.min((x + 1) * span, size.widthPx),
    bottom: Math.min((y + 1) * span, size.heightPx),
  };
}

/** The tile one level coarser that covers this one. */
export function parentTile({ level, x, y }: TileAddress): TileAddress {
  return { level: level + 1, x: x >> 1, y: y >> 1 };
}
