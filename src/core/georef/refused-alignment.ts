/** Why two rasters do not belong together, in one sentence for page and command line. */
import type { NadirErrorFacts } from "../errors";
import type { RasterFacts } from "../raster/raster";
import { spellInEnglish } from "../remarks/spell";
import type { AlignmentReport } from "./alignment";

/** @param label What the second raster is called in sentences: "DSM", "truth". */
export function refusedAlignment(
  { fileName }: Pick<RasterFacts, "fileName">,
  { summary, warnings }: AlignmentReport,
  label: string,
): NadirErrorFacts {
  return {
    code: "no-overlap",
    subject: fileName,
    found: spellInEnglish(warnings.at(-1) ?? summary),
    needed: `The ${label} must lie over the orthophoto.`,
    next: `Give the ${label} of the same place, or correct its coordinate system (gdal_edit.py -a_srs).`,
  };
}
