/**
 * Pixels that a model was taught with: a score that counted them would praise it for what it was told. One rule for page
 * and command line.
 */

import { mapToPixel } from "../core/georef/geotransform";
import { groundSamplingDistanceMetres } from "../core/georef/ground-sampling-distance";
import type { PixelRect, RasterFacts } from "../core/raster/raster";
import type { Remark } from "../core/remarks/remark";
import { NODATA_CLASS_ID } from "../core/run/run-settings";
import type { Stroke } from "../core/vector/stroke";
import { strokePixels } from "../teaching/stroke-pixels";
import type { StrokesFile } from "../teaching/strokes";

/** A stroke whose points and width are in pixels of the grid that is scored. */
export type LeftOutStroke = Pick<Stroke, "shape">;

type Grid = Pick<RasterFacts, "geotransform" | "crs" | "heightPx" | "groundPixel">;

/**
 * Strokes in map coordinates count wherever they lie, for another photo of the same place shows the same ground; others
 * on the photo that they name.
 *
 * @param photoName File name of the photo whose grid it is; null where only a map of it is known, and all strokes count.
 */
export function strokesToLeaveOut(
  { strokes, epsg }: StrokesFile,
  grid: Grid,
  photoName: string | null,
): readonly LeftOutStroke[] {
  const isPlaced = epsg !== null && grid.geotransform !== null && grid.crs?.epsg === epsg;
  const own = strokes.filter(({ scene }) => isPlaced || photoName === null || (scene ?? photoName) === photoName);
  const pixelMetres = groundSamplingDistanceMetres(grid) ?? 1;
  const toPixel = (point: readonly [number, number]) =>
    grid.geotransform === null ? point : mapToPixel(grid.geotransform, point);
  return own.map(({ shape }) => ({
    shape:
      shape.kind === "line"
        ? { ...shape, points: shape.points.map(toPixel), widthMetres: shape.widthMetres / pixelMetres }
        : { ...shape, rings: shape.rings.map((ring) => ring.map(toPixel)) },
  }));
}

/**
 * Takes the pixels under strokes out of rows of class ids.
 *
 * @param rect Of the rows, as wide as the grid.
 * @returns How many had a class.
 */
export function leaveOut(strokes: readonly LeftOutStroke[], values: Uint8Array, rect: PixelRect): number {
  let left = 0;
  const grid = {
    widthPx: rect.widthPx,
    heightPx: rect.heightPx,
    pixelSizeMetres: 1,
    toPixel: ([col, row]: readonly [number, number]) => [col - rect.col, row - rect.row] as const,
  };
  for (const stroke of strokes) {
    for (const pixel of strokePixels(stroke, grid)) {
      if (values[pixel] === NODATA_CLASS_ID) continue;
      values[pixel] = NODATA_CLASS_ID;
      left++;
    }
  }
  return left;
}

/** What is said beside scores. */
export function leftOutNotes(pixels: number): readonly Remark[] {
  return pixels === 0 ? [] : [{ say: "strokes-left-out", pixels }];
}
