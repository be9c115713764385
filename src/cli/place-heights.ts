/** How the height raster lies on the orthophoto: said before the run, refused when the two do not meet. */
import { NadirError } from "../core/errors";
import { alignRasters } from "../core/georef/alignment";
import { planPixelMapping } from "../core/georef/grid-relation";
import { mapPixel } from "../core/georef/pixel-mapping";
import type { RasterFacts, RasterSource } from "../core/raster/raster";
import type { AuxiliaryInput } from "../inference/strip-geometry";
import { createReprojection } from "../io/reproject";

/** @throws {NadirError} `no-overlap` when the rasters do not meet or their CRS cannot be joined. */
export function placeHeights(
  optical: RasterFacts,
  heights: RasterSource,
  tell: (sentence: string) => void,
): AuxiliaryInput {
  const reprojection = createReprojection(optical.crs, heights.facts.crs);
  const report = alignRasters(optical, heights.facts, { reprojection, label: "DSM" });
  for (const warning of report.warnings) {
    tell(`note: ${warning}`);
  }
  const mapping = planPixelMapping(optical, heights.facts, reprojection);
  if (report.verdict === "refused" || mapping === null) {
    throw new NadirError({
      code: "no-overlap",
      subject: heights.facts.fileName,
      found: `${report.summary}.`,
      needed: "A height raster of the same place is needed.",
      next: "Give the height raster that belongs to this orthophoto, in a coordinate system both files name.",
    });
  }
  return { source: heights, mapping: ([col, row]) => mapPixel(mapping, col, row) };
}
