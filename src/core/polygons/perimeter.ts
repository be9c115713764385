/** How long the boundary of a polygon on a raster's grid is on the ground. */
import type { Crs } from "../georef/crs";
import type { Geotransform } from "../georef/geotransform";
import { type GroundPixel, groundPixel } from "../georef/pixel-area";
import type { PointTransform } from "../georef/reprojection";

/** Metres of all rings together, [x0, y0, …] in pixels, not closed. */
export type PerimeterOf = (rings: readonly (readonly number[])[]) => number;

/**
 * Pixels measure what they do in the middle of their row, as for areas (`pixelAreaByRow`).
 *
 * @param toOwnLngLat From map coordinates to degrees; without it lengths are those of the map.
 */
export function perimeterOnGround(
  { geotransform, crs, widthPx }: { geotransform: Geotransform; crs: Crs; widthPx: number },
  toOwnLngLat: PointTransform | null,
): PerimeterOf {
  const [, a, b, , d, e] = geotransform;
  const unit = crs.metresPerUnit ?? 1;
  const onMap: GroundPixel = { across: [a * unit, d * unit], down: [b * unit, e * unit] };
  const rows = new Map<number, GroundPixel>();
  const pixelOf = (row: number): GroundPixel => {
    const known = rows.get(row);
    if (known !== undefined) return known;
    const place = [widthPx / 2, row + 0.5] as const;
    const pixel = (toOwnLngLat && groundPixel({ geotransform, crs }, toOwnLngLat, place)) ?? onMap;
    rows.set(row, pixel);
    return pixel;
  };
  return (rings) => {
    let sum = 0;
    for (const ring of rings) {
      for (let at = 0; at < ring.length; at += 2) {
        const next = (at + 2) % ring.length;
        const [cols, lines] = [ring[next]! - ring[at]!, ring[next + 1]! - ring[at + 1]!];
        const { across, down } = pixelOf(Math.floor((ring[at + 1]! + ring[next + 1]!) / 2));
        sum += Math.hypot(cols * across[0] + lines * down[0], cols * across[1] + lines * down[1]);
      }
    }
    return sum;
  };
}
