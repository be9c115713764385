/** A map on the grid of another photo, nearest pixel: what the page lays onto each other without a file between. */
import { NadirError } from "../core/errors";
import { type AlignmentReport, alignRasters } from "../core/georef/alignment";
import { planPixelMapping } from "../core/georef/grid-relation";
import { refusedAlignment } from "../core/georef/refused-alignment";
import type { RasterFacts } from "../core/raster/raster";
import { NODATA_CLASS_ID } from "../core/run/run-settings";
import type { MaskReader } from "../io/mask-store";
import { createReprojection } from "../io/reproject";
import { nearestPixels } from "./nearest-pixels";

export interface MaskOnGrid {
  readonly alignment: AlignmentReport;
  /** 255 beside the map. */
  readonly mask: MaskReader;
}

/**
 * @param grid   Whose pixels are asked for.
 * @param facts  Of the photo that the mask lies on.
 * @throws {NadirError} `no-overlap` when it cannot be laid on the grid.
 */
export function maskOnGrid(grid: RasterFacts, facts: RasterFacts, mask: MaskReader): MaskOnGrid {
  const reprojection = createReprojection(grid.crs, facts.crs);
  const alignment = alignRasters(grid, facts, { reprojection, label: "prediction" });
  const mapping = planPixelMapping(grid, facts, reprojection);
  if (alignment.verdict === "refused" || mapping === null) {
    throw new NadirError(refusedAlignment(facts, alignment, "prediction"));
  }
  const { widthPx, heightPx } = grid;
  return {
    alignment,
    mask: {
      widthPx,
      heightPx,
      async read(rect) {
        const values = new Uint8Array(rect.widthPx * rect.heightPx).fill(NODATA_CLASS_ID);
        const { cols, rows, bounds } = nearestPixels(mapping, rect, facts);
        if (bounds === null) return values;
        const ids = await mask.read(bounds);
        for (let pixel = 0; pixel < values.length; pixel++) {
          if (cols[pixel]! < 0) continue;
          values[pixel] = ids[(rows[pixel]! - bounds.row) * bounds.widthPx + cols[pixel]! - bounds.col]!;
        }
        return values;
      },
    },
  };
}
