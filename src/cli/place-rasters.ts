/** How height raster and truth lie on the orthophoto: said before the run, refused when they do not meet. */
import { parse } from "node:path";
import { NadirError } from "../core/errors";
import { type AlignmentReport, alignRasters } from "../core/georef/alignment";
import { planPixelMapping } from "../core/georef/grid-relation";
import { mapPixel } from "../core/georef/pixel-mapping";
import { refusedAlignment } from "../core/georef/refused-alignment";
import { pairRasters } from "../core/pairing/pair-files";
import { recogniseRasterPart } from "../core/pairing/raster-part";
import type { RasterFacts, RasterSource } from "../core/raster/raster";
import type { BandStatistics } from "../core/raster/statistics";
import { AUXILIARY_KINDS } from "../core/vocabulary/auxiliary-kinds";
import type { AuxiliaryInput } from "../inference/strip-geometry";
import { createReprojection } from "../io/reproject";
import type { ReportedScene } from "../outputs/report";

/** @throws {NadirError} `no-overlap` when the rasters do not meet or their CRS cannot be joined. */
export function placeHeights(
  optical: RasterFacts,
  heights: RasterSource,
): AuxiliaryInput & { readonly alignment: AlignmentReport } {
  const alignment = alignHeights(optical, heights.facts, null);
  const mapping = planPixelMapping(optical, heights.facts, createReprojection(optical.crs, heights.facts.crs));
  if (alignment.verdict === "refused" || mapping === null) {
    throw new NadirError(refusedAlignment(heights.facts, alignment, auxiliaryName(heights.facts)));
  }
  return { source: heights, mapping: ([col, row]) => mapPixel(mapping, col, row), alignment };
}

/** @param statistics Of its height band, once they are known. */
export function alignHeights(
  optical: RasterFacts,
  heights: RasterFacts,
  statistics: BandStatistics | null,
): AlignmentReport {
  const reprojection = createReprojection(optical.crs, heights.crs);
  return alignRasters(optical, heights, { reprojection, label: auxiliaryName(heights), statistics });
}

/** What the page would call these files, and why it would put them together. */
export function nameScene(files: {
  readonly optical: RasterFacts;
  readonly auxiliary: RasterFacts | null;
  readonly truth: RasterFacts | null;
}): Pick<ReportedScene, "name" | "pairing"> {
  const candidates = Object.entries(files).flatMap(([rasterId, facts]) =>
    facts === null ? [] : [{ rasterId, facts }],
  );
  const { scenes } = pairRasters(candidates, (optical, other) => createReprojection(optical.crs, other.crs));
  const found = scenes.find(({ opticalId }) => opticalId === "optical");
  const together = [found?.auxiliaryId, found?.truthId ?? found?.erodedTruthId].filter((id) => id != null).length;
  return {
    name: found?.name ?? parse(files.optical.fileName).name,
    pairing:
      together === candidates.length - 1 && found !== undefined
        ? found.reasons
        : ["The files were given together on the command line."],
  };
}

function auxiliaryName(facts: RasterFacts): string {
  const part = recogniseRasterPart(facts);
  return AUXILIARY_KINDS[part.part === "auxiliary" ? part.kind : "dsm"].name;
}
