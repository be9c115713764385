/** Which image pixels are missing, kept from reading until their rows are given out, where a run computes on a grid of its own. */
import type { RasterSource } from "../core/raster/raster";
import { NODATA_CLASS_ID } from "../core/run/run-settings";
import type { FinalisedRows } from "../core/windows/finalise-rows";
import type { WindowPlan } from "../core/windows/plan-windows";
import { RowRing } from "../core/windows/row-ring";
import type { ColumnStrip, RowStrip } from "../core/windows/strips";
import { type FeedShape, rasterColsOf, type SeeRows } from "./working-feed";

export class MissingPixels {
  private readonly ring: RowRing;

  constructor(optical: RasterSource, { grid }: WindowPlan, { ring, scale }: FeedShape) {
    this.ring = new RowRing({
      ...rasterColsOf(optical, ring, scale),
      // Rows are given out at most two working rows after they were read.
      capacityRows: Math.min(grid.image.heightPx, Math.ceil((ring.capacityRows + 2) * scale)),
      dtypes: [],
    });
  }

  readonly see: SeeRows = (firstRow, rowCount, { valid }) => {
    // A read may bring more rows than the ring holds; the last ones count.
    const { capacityRows, widthPx } = this.ring.shape;
    const skipped = Math.max(0, rowCount - capacityRows);
    this.ring.put(firstRow + skipped, rowCount - skipped, {
      bands: [],
      valid: valid?.subarray(skipped * widthPx) ?? null,
    });
  };

  /** What takes the missing pixels out of the rows of a strip; null where none is missing. Looks now, acts later. */
  under(
    { image: { firstCol, endCol } }: ColumnStrip,
    { image }: RowStrip,
  ): ((rows: FinalisedRows) => FinalisedRows) | null {
    const valid = this.ring.validRows(image.firstRow, image.endRow - image.firstRow);
    if (valid === null) return null;
    const { firstCol: ringCol, widthPx } = this.ring.shape;
    const cols = endCol - firstCol;
    return ({ classIds, confidence }) => {
      for (let pixel = 0; pixel < classIds.length; pixel++) {
        const row = Math.floor(pixel / cols);
        if (valid[row * widthPx + firstCol - ringCol + pixel - row * cols] === 0) {
          classIds[pixel] = NODATA_CLASS_ID;
          if (confidence !== null) confidence[pixel] = 0;
        }
      }
      return { classIds, confidence };
    };
  }
}
