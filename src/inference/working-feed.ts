/**
 * Rows of one raster as rows of the grid a run computes on: as they are, or as means over larger pixels. The raster is
 * read in whole storage blocks, each once, whatever the factor.
 */
import type { CancelSignal } from "../core/cancel";
import type { RasterSource, ReadResult } from "../core/raster/raster";
import { MeanRows } from "../core/windows/mean-rows";
import type { RingShape } from "../core/windows/row-ring";
import { type PutRows, RowFeed } from "./row-feed";

export interface FeedShape {
  /** Of working rows. */
  readonly ring: RingShape;
  readonly bands: readonly number[];
  /** Raster pixels along the side of a working pixel; 1 for the raster's own grid. */
  readonly scale: number;
}

/** Told of each row of the raster as it was read; columns are those of `rasterColsOf`. */
export type SeeRows = (firstRow: number, rowCount: number, rows: ReadResult) => void;

/** Columns of the raster under working columns `[firstCol, firstCol + widthPx)`. */
export function rasterColsOf(
  { facts }: RasterSource,
  { firstCol, widthPx }: Pick<RingShape, "firstCol" | "widthPx">,
  scale: number,
): { firstCol: number; widthPx: number } {
  if (scale === 1) return { firstCol, widthPx };
  const first = Math.floor(firstCol * scale + 1e-9);
  const end = Math.min(facts.widthPx, Math.ceil((firstCol + widthPx) * scale - 1e-9));
  return { firstCol: first, widthPx: end - first };
}

/** Capacity a ring of working rows needs so that any `spanRows` of them can be there together. */
export function ringRowsFor(source: RasterSource, spanRows: number, scale: number): number {
  if (scale === 1) return RowFeed.capacityFor(source, spanRows);
  return Math.ceil(rasterRowsFor(source, spanRows, scale) / scale) + 2;
}

function rasterRowsFor(source: RasterSource, spanRows: number, scale: number): number {
  return RowFeed.capacityFor(source, Math.ceil(spanRows * scale) + 2);
}

export class WorkingFeed {
  private readonly feed: RowFeed;
  private readonly means: MeanRows | null;

  constructor(
    private readonly source: RasterSource,
    private readonly shape: FeedShape,
    signal: CancelSignal | undefined,
  ) {
    const { ring, bands, scale } = shape;
    const { firstCol, widthPx } = rasterColsOf(source, ring, scale);
    // Rows that are still in the ring of working rows need not be read again.
    const heldRows = scale === 1 ? ring.capacityRows : Math.floor((ring.capacityRows - 2) * scale);
    this.feed = new RowFeed(source, { bands, firstCol, widthPx }, heldRows, signal);
    this.means =
      scale === 1
        ? null
        : new MeanRows({
            scale,
            firstCol: ring.firstCol,
            widthPx: ring.widthPx,
            imageFirstCol: firstCol,
            imageWidthPx: widthPx,
            imageHeightPx: source.facts.heightPx,
            bandCount: bands.length,
          });
  }

  get readMs(): number {
    return this.feed.readMs;
  }

  /** Puts every working row of `[firstRow, endRow)` that the receiver does not hold yet. */
  async bring(firstRow: number, endRow: number, put: PutRows, see?: SeeRows): Promise<void> {
    const { means } = this;
    if (means === null) {
      await this.feed.bring(firstRow, endRow, put);
      return;
    }
    const { scale } = this.shape;
    const { heightPx } = this.source.facts;
    const first = Math.min(heightPx - 1, Math.floor(firstRow * scale + 1e-9));
    const end = Math.min(heightPx, Math.ceil(endRow * scale - 1e-9));
    await this.feed.bring(first, end, (row, rowCount, rows) => {
      see?.(row, rowCount, rows);
      means.add(row, rowCount, rows, put);
    });
  }
}
