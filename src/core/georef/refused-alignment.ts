/** Why two rasters do not belong together, in one sentence for page and command line. */
import type { NadirErrorFacts } from "../errors";
import type { RasterFacts } from "../raster/raster";
import { refusal } from "../remarks/refusal";
import type { AlignmentReport } from "./alignment";

/** @param label What the second raster is called in sentences: "DSM", "truth". */
export function refusedAlignment(
  { fileName }: Pick<RasterFacts, "fileName">,
  { summary, warnings }: AlignmentReport,
  label: string,
): NadirErrorFacts {
  return refusal(
    { code: "no-overlap", subject: fileName },
    {
      found: warnings.at(-1) ?? summary,
      needed: { say: "must-lie-over-photo", label },
      next: { say: "same-place-or-crs", label },
    },
  );
}
