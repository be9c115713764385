/** Point transforms between two CRS by proj4js, from the files' own definitions; nothing is fetched. */

import proj4 from "proj4";
import { ASSUMED_METRES, assumedGroundPixel } from "../core/georef/assumed-metres";
import { type Crs, datumAt, whyNotConverted } from "../core/georef/crs";
import { bridgeDatums, wayToWgs84 } from "../core/georef/datum-bridge";
import type { LngLatShift } from "../core/georef/degrees";
import { type Geotransform, type MapXY, pixelToMap } from "../core/georef/geotransform";
import { type GroundPixel, groundPixel } from "../core/georef/pixel-area";
import type { PointTransform, Reprojection } from "../core/georef/reprojection";

/** @returns Null when one of the CRS cannot be converted exactly; `whyNotConverted` says why. */
export function createReprojection(optical: Crs | null, other: Crs | null): Reprojection | null {
  if (optical === null || other === null || whyNotConverted(optical, other) !== null) return null;
  const [here, there] = [projectionOf(optical), projectionOf(other)];
  if (here === null || there === null) return null;
  const bridge = bridgeDatums(optical.datum, other.datum)!;
  const through = (from: Projection, shift: LngLatShift, to: Projection): PointTransform =>
    checked((point) => to.fromLngLat(shift(from.toLngLat(point))));
  return {
    opticalToOther: through(here, bridge.forth, there),
    otherToOptical: through(there, bridge.back, here),
    opticalToLngLat: toLngLat(optical),
    otherToLngLat: toLngLat(other),
    accuracy: bridge.accuracy,
  };
}

/** Map coordinates of a CRS → longitude and latitude in degrees (WGS 84); null when they cannot be converted. */
export function toLngLat(crs: Crs): PointTransform | null {
  const [projection, shift] = [projectionOf(crs), wayToWgs84(crs.datum)];
  return projection === null || shift === null ? null : checked((point) => shift.forth(projection.toLngLat(point)));
}

/** Longitude and latitude in degrees (WGS 84) → map coordinates of a CRS; null when they cannot be converted. */
export function fromLngLat(crs: Crs): PointTransform | null {
  const [projection, shift] = [projectionOf(crs), wayToWgs84(crs.datum)];
  return projection === null || shift === null ? null : checked((place) => projection.fromLngLat(shift.back(place)));
}

/** Map coordinates → degrees on the CRS's own datum and ellipsoid, for measuring on the ground; null without a definition. */
export function toOwnLngLat(crs: Crs): PointTransform | null {
  const projection = projectionOf(crs);
  return projection === null ? null : checked(projection.toLngLat);
}

/** A grid with its CRS as they are where the raster lies. */
export interface PlacedGrid {
  readonly geotransform: Geotransform | null;
  /** With those ways to WGS 84 only that are made for this place. */
  readonly crs: Crs | null;
  readonly groundPixel?: GroundPixel;
}

/** @param notes Grows by what cannot be told of the place. */
export function placeGrid(
  { geotransform, crs }: Pick<PlacedGrid, "geotransform" | "crs">,
  { widthPx, heightPx }: { readonly widthPx: number; readonly heightPx: number },
  notes: string[] = [],
): PlacedGrid {
  if (geotransform === null) return { geotransform, crs };
  if (crs === null) {
    const assumed = assumedGroundPixel(geotransform, { widthPx, heightPx });
    if (assumed === null) return { geotransform, crs };
    notes.push(ASSUMED_METRES);
    return { geotransform, crs, groundPixel: assumed };
  }
  const toDegrees = toOwnLngLat(crs);
  if (toDegrees === null) {
    const reason = crs.notConverted ?? "it is not known";
    notes.push(`${crs.name}: ${reason}; distances and areas are those of the map.`);
    return { geotransform, crs };
  }
  const middle = [widthPx / 2, heightPx / 2] as const;
  const centre = toDegrees(pixelToMap(geotransform, middle));
  const onGround = groundPixel({ geotransform, crs }, toDegrees, middle);
  return {
    geotransform,
    crs: centre === null || crs.datum === undefined ? crs : { ...crs, datum: datumAt(crs.datum, centre) },
    ...(onGround === null ? {} : { groundPixel: onGround }),
  };
}

interface Projection {
  readonly toLngLat: (point: MapXY) => MapXY;
  readonly fromLngLat: (place: MapXY) => MapXY;
}

/** A definition's own projection: degrees on its ellipsoid on the other side. */
function projectionOf(crs: Crs): Projection | null {
  if (crs.proj4 === null) return null;
  const unit = crs.degreesPerUnit ?? 1;
  const axes = AXES[/ \+axis=(\w+)/.exec(crs.proj4)?.[1] ?? "enu"];
  if (axes === undefined) return null;
  try {
    const converter = proj4(crs.proj4, `+proj=longlat ${ellipsoidWords(crs.proj4)} +no_defs`);
    return {
      toLngLat: ([x, y]) => converter.forward([...axes(x * unit, y * unit)]) as [number, number],
      fromLngLat: ([lng, lat]) => {
        const [x, y] = converter.inverse([lng, lat]) as [number, number];
        return axes(x / unit, y / unit);
      },
    };
  } catch {
    return null;
  }
}

/** proj4js leaves axes alone; these three are their own inverse. */
const AXES: Readonly<Record<string, (x: number, y: number) => MapXY>> = {
  enu: (x, y) => [x, y],
  wsu: (x, y) => [-x, -y],
  swu: (x, y) => [-y, -x],
};

/** Both sides on one ellipsoid, so that proj4js has nothing to shift. */
function ellipsoidWords(definition: string): string {
  return definition
    .split(" ")
    .filter((word) => /^\+(a|b|rf|R)=/.test(word))
    .join(" ");
}

function checked(transform: (point: MapXY) => readonly [number, number]): PointTransform {
  return (point: MapXY): MapXY | null => {
    try {
      const [x, y] = transform(point);
      return Number.isFinite(x) && Number.isFinite(y) ? [x, y] : null;
    } catch {
      return null;
    }
  };
}
