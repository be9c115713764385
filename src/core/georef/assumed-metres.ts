/**
 * Rasters with a position but no coordinate system, such as tiles with a world file: Vaihingen is shipped that way.
 * Coordinates that no longitude or latitude can have are those of some national grid, which count in metres nearly
 * everywhere.
 */
import type { RasterFacts } from "../raster/raster";
import { type Geotransform, pixelToMap } from "./geotransform";
import type { GroundPixel } from "./pixel-area";

export const ASSUMED_METRES = "It names no coordinate system; its coordinates are taken for metres.";

/** @returns What a pixel then measures on the ground; null where the coordinates may be degrees, or are pixels. */
export function assumedGroundPixel(
  geotransform: Geotransform,
  { widthPx, heightPx }: { readonly widthPx: number; readonly heightPx: number },
): GroundPixel | null {
  const [x0, a, b, y0, d, e] = geotransform;
  const isPixels = Math.abs(a * e - b * d) === 1 && Math.hypot(x0, y0) <= 1;
  const corners = [0, widthPx].flatMap((col) => [0, heightPx].map((row) => pixelToMap(geotransform, [col, row])));
  const isDegrees = corners.every(([x, y]) => Math.abs(x) <= 360 && Math.abs(y) <= 90);
  return isPixels || isDegrees ? null : { across: [a, d], down: [b, e] };
}

/** Whether a raster's pixel size rests on that assumption. */
export function hasAssumedMetres({ crs, groundPixel }: Pick<RasterFacts, "crs" | "groundPixel">): boolean {
  return crs === null && groundPixel !== undefined;
}
