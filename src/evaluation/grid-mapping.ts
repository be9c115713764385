/** Where one raster's pixels lie on another, as a plain function; from the files' own CRS definitions. */
import { planPixelMapping } from "../core/georef/grid-relation";
import { mapPixel } from "../core/georef/pixel-mapping";
import type { RasterFacts } from "../core/raster/raster";
import type { PixelMapping } from "../core/windows/control-grid";
import { createReprojection } from "../io/reproject";

/** Optical pixels → pixels of another raster; null when they cannot be related. */
export function mappingBetween(optical: RasterFacts, other: RasterFacts): PixelMapping | null {
  const mapping = planPixelMapping(optical, other, createReprojection(optical.crs, other.crs));
  return mapping && (([col, row]) => mapPixel(mapping, col, row));
}
