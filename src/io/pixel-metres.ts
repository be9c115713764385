/** How large a pixel is on the ground, along rows and down columns. */
import { groundPixel } from "../core/georef/pixel-area";
import type { PixelMetres } from "../core/heights/surface-slopes";
import { toOwnLngLat } from "./reproject";
import type { ExportGrid } from "./write-cog";

/** Of one in the middle of the grid; null where its coordinates have no known unit. */
export function pixelMetres({ geotransform, crs, widthPx, heightPx }: ExportGrid): PixelMetres | null {
  if (geotransform === null || crs === null) return null;
  const toLngLat = toOwnLngLat(crs);
  const pixel = toLngLat && groundPixel({ geotransform, crs }, toLngLat, [widthPx / 2, heightPx / 2]);
  if (pixel !== null) return { across: Math.hypot(...pixel.across), down: Math.hypot(...pixel.down) };
  const [, a, b, , d, e] = geotransform;
  const unit = crs.metresPerUnit;
  return unit === null ? null : { across: Math.hypot(a, d) * unit, down: Math.hypot(b, e) * unit };
}
