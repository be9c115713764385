/**
 * Rows of one raster, read once from top to bottom in whole storage blocks and a little ahead of their use.
 */
import type { CancelSignal } from "../core/cancel";
import type { RasterSource, ReadResult } from "../core/raster/raster";

/** Rows per read: whole blocks, but neither single lines nor a whole file at a time. */
const FEWEST_ROWS_PER_READ = 64;
const MOST_ROWS_PER_READ = 1024;

export interface FeedRange {
  readonly bands: readonly number[];
  readonly firstCol: number;
  readonly widthPx: number;
}

interface Chunk {
  readonly firstRow: number;
  readonly rowCount: number;
  readonly rows: Promise<ReadResult>;
}

export type PutRows = (firstRow: number, rowCount: number, rows: ReadResult) => void;

/** Rows read per call, a multiple of the raster's block height where that is reasonable. */
function rowsPerRead(source: RasterSource): number {
  const { blockHeightPx } = source.facts;
  return Math.min(MOST_ROWS_PER_READ, Math.ceil(FEWEST_ROWS_PER_READ / blockHeightPx) * blockHeightPx);
}

export class RowFeed {
  readMs = 0;
  private readonly chunkRows: number;
  /** Rows `[firstRow, endRow)` have been put since the feed last jumped. */
  private firstRow = 0;
  private endRow = 0;
  private ahead: Chunk[] = [];

  constructor(
    private readonly source: RasterSource,
    private readonly range: FeedRange,
    /** Rows the receiver keeps. */
    private readonly capacityRows: number,
    private readonly signal: CancelSignal | undefined,
  ) {
    this.chunkRows = rowsPerRead(source);
  }

  /** Capacity a ring needs so that any `spanRows` consecutive rows can be there together. */
  static capacityFor(source: RasterSource, spanRows: number): number {
    return Math.min(source.facts.heightPx, spanRows) + rowsPerRead(source) - 1;
  }

  /** Puts every row of `[firstRow, endRow)` that the receiver does not hold yet, then reads on in the background. */
  async bring(firstRow: number, endRow: number, put: PutRows): Promise<void> {
    const held = Math.max(this.firstRow, this.endRow - this.capacityRows);
    if (firstRow < held || firstRow > this.endRow) this.jumpTo(firstRow);
    while (this.endRow < endRow) {
      const chunk = this.ahead.shift() ?? this.read(this.endRow);
      const startedMs = performance.now();
      const rows = await chunk.rows;
      this.readMs += performance.now() - startedMs;
      this.signal?.throwIfAborted();
      put(chunk.firstRow, chunk.rowCount, rows);
      this.endRow = chunk.firstRow + chunk.rowCount;
    }
    this.readAhead(endRow - firstRow);
  }

  private jumpTo(row: number): void {
    this.ahead = [];
    this.firstRow = row - (row % this.chunkRows);
    this.endRow = this.firstRow;
  }

  private readAhead(rows: number): void {
    let next =
      this.ahead.at(-1) === undefined ? this.endRow : this.ahead.at(-1)!.firstRow + this.ahead.at(-1)!.rowCount;
    while (next < Math.min(this.endRow + rows, this.source.facts.heightPx)) {
      const chunk = this.read(next);
      // Awaited by a later `bring`; a failure is reported there, and is nobody's concern when the run ends before.
      chunk.rows.catch(() => undefined);
      this.ahead.push(chunk);
      next += chunk.rowCount;
    }
  }

  private read(firstRow: number): Chunk {
    const rowCount = Math.min(this.chunkRows - (firstRow % this.chunkRows), this.source.facts.heightPx - firstRow);
    const { firstCol, widthPx, bands } = this.range;
    const rows = this.source.read({
      rect: { col: firstCol, row: firstRow, widthPx, heightPx: rowCount },
      bands,
      ...(this.signal === undefined ? {} : { signal: this.signal }),
    });
    return { firstRow, rowCount, rows };
  }
}
