/** Point transforms between the CRS of two rasters. `io/reproject.ts` makes them with proj4; tests with formulas. */
import type { MapXY } from "./geotransform";

/** Map coordinates in, map coordinates out; null where the projection is undefined. */
export type PointTransform = (point: MapXY) => MapXY | null;

export interface Reprojection {
  readonly opticalToOther: PointTransform;
  readonly otherToOptical: PointTransform;
  /** To longitude and latitude in degrees (WGS 84); null when a side has no definition. */
  readonly opticalToLngLat: PointTransform | null;
  readonly otherToLngLat: PointTransform | null;
  readonly accuracy: ReprojectionAccuracy;
}

/** How well two datums are brought together, as PROJ's database states it; 0 on one datum. */
export type ReprojectionAccuracy =
  | { readonly kind: "exact" }
  /**
   * `betterGrids`: files that hold the shift point by point, where the parameters are only a mean of it; `usedGrids`:
   * such files that were given.
   */
  | {
      readonly kind: "within";
      readonly metres: number;
      readonly betterGrids: readonly string[];
      readonly usedGrids: readonly string[];
    }
  /** The parameters came with the file, without an accuracy. */
  | { readonly kind: "not-stated" };
