/** The upright rectangle around a raster on its map: a quick look whether two can overlap at all. */
import { pixelToMap } from "../georef/geotransform";
import type { RasterFacts } from "../raster/raster";

/** In units of the CRS. */
export interface Extent {
  readonly west: number;
  readonly south: number;
  readonly east: number;
  readonly north: number;
}

/** Null for a raster without a position. */
export function extentOf({ geotransform, widthPx, heightPx }: RasterFacts): Extent | null {
  if (geotransform === null) return null;
  const corners = [0, widthPx].flatMap((col) => [0, heightPx].map((row) => pixelToMap(geotransform, [col, row])));
  const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)];
  return { west: Math.min(...xs), south: Math.min(...ys), east: Math.max(...xs), north: Math.max(...ys) };
}

/** Whether they have an area in common; neighbours that share an edge have none. */
export function doMeet(a: Extent, b: Extent): boolean {
  return a.west < b.east && b.west < a.east && a.south < b.north && b.south < a.north;
}
