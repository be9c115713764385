/** Ground area per class of a mask, on the ellipsoid. */
import { pixelAreaByRow } from "../core/georef/pixel-area";
import type { RasterFacts } from "../core/raster/raster";
import type { MaskReader } from "../io/mask-store";
import { toOwnLngLat } from "../io/reproject";

const BAND_ROWS = 256;

/** Square metres, index = class id, 256 entries; null without a known unit. */
export async function classAreas(
  mask: MaskReader,
  { geotransform, crs, widthPx, heightPx }: RasterFacts,
  signal: AbortSignal,
): Promise<readonly number[] | null> {
  const areaOf = pixelAreaByRow({ geotransform, crs, widthPx }, crs && toOwnLngLat(crs));
  if (areaOf === null) {
    return null;
  }
  const areas = new Array<number>(256).fill(0);
  for (let first = 0; first < heightPx; first += BAND_ROWS) {
    signal.throwIfAborted();
    const rows = Math.min(BAND_ROWS, heightPx - first);
    const ids = await mask.read({ col: 0, row: first, widthPx, heightPx: rows });
    for (let row = 0; row < rows; row++) {
      const pixelArea = areaOf(first + row);
      for (let col = 0; col < widthPx; col++) {
        areas[ids[row * widthPx + col]!]! += pixelArea;
      }
    }
  }
  return areas;
}
