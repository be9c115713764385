/** Longitude and latitude of a pixel, by the raster's own CRS; null where that is not known. */
import { pixelToMap } from "../../core/georef/geotransform";
import type { PointTransform } from "../../core/georef/reprojection";
import type { RasterFacts } from "../../core/raster/raster";
import { toLngLat } from "../../io/reproject";

const transforms = new WeakMap<RasterFacts, PointTransform | null>();

export function lngLatOf(facts: RasterFacts, colRow: readonly [number, number]): readonly [number, number] | null {
  const { geotransform, crs } = facts;
  if (geotransform === null || crs === null || crs.kind === "geographic") {
    return null;
  }
  let transform = transforms.get(facts);
  if (transform === undefined) {
    transform = toLngLat(crs);
    transforms.set(facts, transform);
  }
  return transform?.(pixelToMap(geotransform, colRow)) ?? null;
}
