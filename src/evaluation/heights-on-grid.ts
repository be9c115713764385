/** Heights of another raster at the pixels of a map's grid. */
import { NadirError } from "../core/errors";
import type { LeftOut } from "../core/heights/left-out";
import { metresPerHeightUnit } from "../core/raster/height-unit";
import { hideValues } from "../core/raster/hide-values";
import type { PixelRect, RasterFacts, RasterSource } from "../core/raster/raster";
import { heightBandOf, sampleHeights } from "../io/sample-heights";
import { mappingBetween } from "./grid-mapping";

export interface HeightsOnGrid {
  /** Metres; NaN where nothing is known. Row-major. */
  read(rect: PixelRect): Promise<Float32Array>;
}

/**
 * @param leftOut Values of the raster that are no heights (`bandStatistics`).
 * @throws {NadirError} `no-overlap` when it cannot be said where the heights lie on the map.
 */
export function heightsOnGrid(map: RasterFacts, heights: RasterSource, leftOut: readonly LeftOut[]): HeightsOnGrid {
  const mapping = mappingBetween(map, heights.facts);
  if (mapping === null) {
    throw new NadirError({
      code: "no-overlap",
      subject: heights.facts.fileName,
      found: `Where it lies on ${map.fileName} is not known.`,
      needed: "Both rasters need coordinates in systems that can be converted.",
      next: "Give both a CRS (gdal_edit.py -a_srs), or reproject one onto the other with gdalwarp.",
    });
  }
  const shown = hideValues(heights, leftOut);
  const metres = metresPerHeightUnit(heightBandOf(heights.facts));
  return {
    async read({ col, row, widthPx, heightPx }) {
      const values = await sampleHeights(shown, { firstCol: col, firstRow: row, widthPx, heightPx }, mapping);
      return metres === 1 ? values : values.map((value) => value * metres);
    },
  };
}
