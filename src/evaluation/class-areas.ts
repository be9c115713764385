/** Ground area per class of a mask, on the ellipsoid. */
import { pixelAreaByRow } from "../core/georef/pixel-area";
import type { RasterFacts } from "../core/raster/raster";
import { rowBands } from "../core/raster/row-bands";
import type { MaskReader } from "../io/mask-store";
import { toOwnLngLat } from "../io/reproject";

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
  for await (const band of rowBands({ widthPx, heightPx }, signal)) {
    const ids = await mask.read(band);
    for (let row = 0; row < band.heightPx; row++) {
      const pixelArea = areaOf(band.row + row);
      for (let col = 0; col < widthPx; col++) {
        areas[ids[row * widthPx + col]!]! += pixelArea;
      }
    }
  }
  return areas;
}
