/** Ground sampling distance: the side, in metres, of the square that a pixel covers on the ground. */
import type { RasterFacts } from "../raster/raster";
import { groundPixelArea, pixelAreaByRow } from "./pixel-area";

type Grid = Pick<RasterFacts, "geotransform" | "crs" | "heightPx" | "groundPixel">;

/** Of the pixels in the middle of the raster; null where it has no position or its unit is unknown. */
export function groundSamplingDistanceMetres({ geotransform, crs, heightPx, groundPixel }: Grid): number | null {
  const area =
    groundPixel === undefined
      ? pixelAreaByRow({ geotransform, crs, widthPx: 1 }, null)?.(Math.floor(heightPx / 2))
      : groundPixelArea(groundPixel);
  return area === undefined || !(area > 0) ? null : Math.sqrt(area);
}

/** From one column to the next, for a scale bar: in degrees a pixel is narrower than it is tall. */
export function columnDistanceMetres(grid: Grid): number | null {
  return grid.groundPixel === undefined ? groundSamplingDistanceMetres(grid) : Math.hypot(...grid.groundPixel.across);
}
