/** Point transforms between two CRS by proj4js, from the files' own definitions; nothing is fetched. */
import proj4 from "proj4";
import type { Crs } from "../core/georef/crs";
import type { MapXY } from "../core/georef/geotransform";
import type { PointTransform, Reprojection } from "../core/georef/reprojection";

/** @returns Null when either CRS has no usable definition. */
export function createReprojection(optical: Crs | null, other: Crs | null): Reprojection | null {
  if (optical?.proj4 == null || other?.proj4 == null) return null;
  const between = proj4(optical.proj4, other.proj4);
  return {
    opticalToOther: checked((point) => between.forward(point)),
    otherToOptical: checked((point) => between.inverse(point)),
    opticalToLngLat: toLngLat(optical),
    otherToLngLat: toLngLat(other),
  };
}

/** Map coordinates of a CRS → longitude and latitude in degrees (WGS 84); null without a definition. */
export function toLngLat(crs: Crs): PointTransform | null {
  if (crs.proj4 === null) return null;
  const converter = proj4(crs.proj4);
  return checked((point) => converter.inverse(point));
}

function checked(transform: (point: number[]) => number[]): PointTransform {
  return ([x, y]: MapXY): MapXY | null => {
    try {
      const [outX, outY] = transform([x, y]);
      return outX === undefined || outY === undefined || !Number.isFinite(outX + outY) ? null : [outX, outY];
    } catch {
      return null;
    }
  };
}
