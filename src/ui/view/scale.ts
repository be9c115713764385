/** The scale bar's round length. */
import { columnDistanceMetres } from "../../core/georef/ground-sampling-distance";
import type { RasterFacts } from "../../core/raster/raster";
import { roundLength } from "../../core/round-length";
import { length } from "../format";

const LONGEST_PX = 96;

export interface Scale {
  /** In metres, or in pixels of the orthophoto where nothing says how large they are. */
  readonly length: number;
  readonly text: string;
  /** CSS pixels. */
  readonly widthPx: number;
}

/** Direction of grid north on the screen, degrees clockwise from up; null without a position. */
export function northAngle({ geotransform }: Pick<RasterFacts, "geotransform">): number | null {
  if (geotransform === null) {
    return null;
  }
  const [, a, b, , d, e] = geotransform;
  // The pixel direction whose map direction is (0, 1): the second column of the inverse of [[a, b], [d, e]].
  const determinant = a * e - b * d;
  return (Math.atan2(-b / determinant, -(a / determinant)) * 180) / Math.PI;
}

/** @param zoom Screen pixels per optical pixel as a power of two. */
export function scaleAt(zoom: number, facts: RasterFacts): Scale {
  const distance = columnDistanceMetres(facts);
  const perScreenPx = (distance ?? 1) / 2 ** zoom;
  const value = roundLength(LONGEST_PX * perScreenPx);
  return {
    length: value,
    text: distance === null ? `${value} px` : length(value),
    widthPx: value / perScreenPx,
  };
}
