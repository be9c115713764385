/** Ground sampling distance: the side, in metres, of the square that a pixel covers on the ground. */
import type { RasterFacts } from "../raster/raster";
import { pixelAreaByRow } from "./pixel-area";

/** Of the pixels in the middle of the raster; null where it has no position or its unit is unknown. */
export function groundSamplingDistanceMetres({
  geotransform,
  crs,
  heightPx,
}: Pick<RasterFacts, "geotransform" | "crs" | "heightPx">): number | null {
  const area = pixelAreaByRow(geotransform, crs)?.(Math.floor(heightPx / 2));
  return area === undefined || !(area > 0) ? null : Math.sqrt(area);
}
