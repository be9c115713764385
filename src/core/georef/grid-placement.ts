/** Where one pixel grid lies on another of the same coordinate system whose rows and columns run alike. */
import type { PixelRect, RasterFacts } from "../raster/raster";
import { isSameCrs } from "./crs";
import { mapToPixel, pixelToMap } from "./geotransform";

/** Pixel (c, r) of the one lies at (col + c × colScale, row + r × rowScale) of the other; both scales above 0. */
export interface GridPlacement {
  readonly col: number;
  readonly row: number;
  readonly colScale: number;
  readonly rowScale: number;
}

/** A grid on itself. */
export const OWN_PLACE: GridPlacement = { col: 0, row: 0, colScale: 1, rowScale: 1 };

/** Of a pixel's side, over the whole raster: what rounded coordinates in files come to. */
const MOST_SKEW_PX = 0.5;

type Grid = Pick<RasterFacts, "widthPx" | "heightPx" | "geotransform" | "crs">;

/** Null where one has no position, they are in different systems, or one is turned against the other. */
export function placementOn(on: Grid, other: Grid): GridPlacement | null {
  if (on.geotransform === null || other.geotransform === null) return null;
  const sameCrs = on.crs === null || other.crs === null ? on.crs === other.crs : isSameCrs(on.crs, other.crs);
  if (!sameCrs) return null;
  const [onTransform, otherTransform] = [on.geotransform, other.geotransform];
  const at = (col: number, row: number) => mapToPixel(onTransform, pixelToMap(otherTransform, [col, row]));
  const [origin, right, down] = [at(0, 0), at(other.widthPx, 0), at(0, other.heightPx)];
  const skewPx = Math.max(Math.abs(right[1] - origin[1]), Math.abs(down[0] - origin[0]));
  const colScale = (right[0] - origin[0]) / other.widthPx;
  const rowScale = (down[1] - origin[1]) / other.heightPx;
  return skewPx > MOST_SKEW_PX || colScale <= 0 || rowScale <= 0
    ? null
    : { col: origin[0], row: origin[1], colScale, rowScale };
}

/** What a placed grid covers of the one it lies on, in its pixels. */
export function placedRect({ col, row, colScale, rowScale }: GridPlacement, size: Grid): PixelRect {
  return { col, row, widthPx: size.widthPx * colScale, heightPx: size.heightPx * rowScale };
}

/** A camera of the grid that another is placed on, as one of that other; of its two scales the one that shows more. */
export function poseOn(
  { col, row, colScale, rowScale }: GridPlacement,
  { centrePx, zoom }: { readonly centrePx: readonly [col: number, row: number]; readonly zoom: number },
): { readonly centrePx: readonly [col: number, row: number]; readonly zoom: number } {
  return {
    centrePx: [(centrePx[0] - col) / colScale, (centrePx[1] - row) / rowScale],
    zoom: zoom + Math.log2(Math.min(colScale, rowScale)),
  };
}
