/**
 * Cloud Optimised GeoTIFF, streamed: tiles, DEFLATE, overviews, directories before data, overview data before full
 * resolution, BigTIFF when 4 GB could be passed.
 *
 * The source is read twice, top to bottom: once for the overviews, kept compressed, once for the full resolution. Of
 * overviews that compress badly the finest are not kept but made by a pass of their own, so that memory holds a row of
 * tiles and a few megabytes, whatever the raster's height.
 * Source: OGC 21-026 (COG 1.0); GDAL COG driver, "header ghost area".
 */
import type { CancelSignal } from "../core/cancel";
import type { Crs } from "../core/georef/crs";
import type { Geotransform } from "../core/georef/geotransform";
import type { ByteSink } from "./byte-sink";
import { createCascade } from "./cog/cascade";
import { type CogFields, createHeader } from "./cog/header";
import { COG_TILE_PX, type CogLevel, createLevel, type SampleFormat } from "./cog/level";
import { overviewSizes } from "./cog/pyramid";
import { createTileCompressor, frameTile, TILE_LEADER_BYTES, type Tile } from "./cog/tile-compressor";

/** The grid an export lies on. */
export interface ExportGrid {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly geotransform: Geotransform | null;
  readonly crs: Crs | null;
}

export interface CogProgress {
  readonly rowsDone: number;
  readonly rowsTotal: number;
}

export interface CogRequest<Row extends Uint8Array | Float32Array> extends SampleFormat<Row>, CogFields {
  readonly grid: ExportGrid;
  readonly sink: ByteSink;
  /** Rows `row … row + count − 1`, full width. */
  readonly readRows: (row: number, count: number) => Promise<Row>;
  readonly bytesPerSample: number;
  /** Decided by the size when absent; some archives want BigTIFF always. */
  readonly bigTiff?: boolean;
  /** Compressed overviews held in memory at most. */
  readonly mostKeptBytes?: number;
  readonly signal?: CancelSignal;
  readonly onProgress?: (progress: CogProgress) => void;
}

/** Classic TIFF ends at 4 GiB; compressed data can be slightly larger than raw in the worst case. */
const CLASSIC_LIMIT_BYTES = 4_000_000_000;

const MOST_KEPT_BYTES = 16 * 2 ** 20;
const PIXELS_PER_READ = 2 ** 18;

/** @throws AbortError when cancelled; the sink is then left unfinished for the caller to discard. */
export async function writeCog<Row extends Uint8Array | Float32Array>(request: CogRequest<Row>): Promise<void> {
  const { grid, sink, signal } = request;
  const { widthPx, heightPx } = grid;
  const overviews = overviewSizes(widthPx, heightPx, COG_TILE_PX);
  // A third more for the overviews, and a little for what does not shrink.
  const mostBytes = paddedBytes(widthPx, heightPx, request.bytesPerSample) * 1.35;
  const bigTiff = request.bigTiff ?? mostBytes > CLASSIC_LIMIT_BYTES;
  const levels = [{ widthPx, heightPx }, ...overviews].map(createLevel);
  const main = levels[0]!;
  const compress = createTileCompressor(request);
  let passes = overviews.length > 0 ? 2 : 1;
  let rowsDone = 0;
  const step = (rows: number) => {
    rowsDone += rows;
    request.onProgress?.({ rowsDone, rowsTotal: heightPx * passes });
  };

  const kept =
    overviews.length > 0 ? await keepOverviews(request, levels, compress, step) : new Map<CogLevel, Tile[]>();
  passes += overviews.length - kept.size;

  const header = createHeader(levels, request, bigTiff);
  let position = header.bytes;
  const written = new Map(levels.map((level) => [level, 0]));
  const append = async (level: CogLevel, tiles: readonly Tile[]): Promise<void> => {
    let index = written.get(level)!;
    for (const tile of tiles) {
      const framed = frameTile(tile);
      await sink.write(position, framed);
      level.offsets[index] = position + TILE_LEADER_BYTES;
      level.byteCounts[index++] = tile.length;
      position += framed.length;
    }
    written.set(level, index);
  };
  // Reserved first, so that sinks which only append see one piece they can replace.
  await sink.write(0, new Uint8Array(header.bytes));
  for (const level of levels.slice(1).reverse()) {
    const tiles = kept.get(level);
    if (tiles !== undefined) {
      kept.delete(level);
      await append(level, tiles);
      continue;
    }
    await streamOverviews(request, levels.slice(0, levels.indexOf(level) + 1), step, async (at, samples, rows) => {
      if (at === level) await append(level, await compress(level, samples, rows));
    });
  }
  await streamTileRows(request, main, step, async (samples, rows) => append(main, await compress(main, samples, rows)));
  signal?.throwIfAborted();
  await sink.write(0, header.encode());
  await sink.close();
}

/** Tiles of the overviews by level; those of the finest are given up as soon as all together are too many. */
async function keepOverviews<Row extends Uint8Array | Float32Array>(
  request: CogRequest<Row>,
  levels: readonly CogLevel[],
  compress: ReturnType<typeof createTileCompressor<Row>>,
  step: (rows: number) => void,
): Promise<Map<CogLevel, Tile[]>> {
  const kept = new Map(levels.slice(1).map((level) => [level, [] as Tile[]]));
  let bytes = 0;
  await streamOverviews(request, levels, step, async (level, samples, rows) => {
    const tiles = kept.get(level);
    if (tiles === undefined) return;
    for (const tile of await compress(level, samples, rows)) {
      tiles.push(tile);
      bytes += tile.length;
    }
    const [finest, most] = [...kept][0]!;
    if (bytes > (request.mostKeptBytes ?? MOST_KEPT_BYTES)) {
      kept.delete(finest);
      bytes -= most.reduce((sum, tile) => sum + tile.length, 0);
    }
  });
  return kept;
}

async function streamOverviews<Row extends Uint8Array | Float32Array>(
  request: CogRequest<Row>,
  levels: readonly CogLevel[],
  step: (rows: number) => void,
  onTileRow: (level: CogLevel, samples: Row, rows: number) => Promise<void>,
): Promise<void> {
  const { widthPx, heightPx } = request.grid;
  const cascade = createCascade(levels, request, onTileRow);
  await streamRows(request, 0, heightPx, step, async (samples) => {
    for (let from = 0; from < samples.length; from += widthPx) {
      await cascade.push(samples.subarray(from, from + widthPx) as Row);
    }
  });
  await cascade.finish();
}

async function streamTileRows<Row extends Uint8Array | Float32Array>(
  request: CogRequest<Row>,
  { widthPx, heightPx }: CogLevel,
  step: (rows: number) => void,
  onTileRow: (samples: Row, rows: number) => Promise<void>,
): Promise<void> {
  const tileRow = request.createRow(widthPx * COG_TILE_PX);
  for (let row = 0; row < heightPx; row += COG_TILE_PX) {
    const end = Math.min(row + COG_TILE_PX, heightPx);
    await streamRows(request, row, end, step, async (samples, from) => {
      (tileRow as Uint8Array).set(samples as Uint8Array, (from - row) * widthPx);
    });
    await onTileRow(tileRow, end - row);
  }
}

/** Rows `from … to − 1`, a row of tiles or a quarter of a megapixel at a time. */
async function streamRows<Row extends Uint8Array | Float32Array>(
  { grid, readRows, signal }: CogRequest<Row>,
  from: number,
  to: number,
  step: (rows: number) => void,
  take: (samples: Row, row: number) => Promise<void>,
): Promise<void> {
  const rowsPerRead = Math.min(COG_TILE_PX, Math.max(1, Math.floor(PIXELS_PER_READ / grid.widthPx)));
  for (let row = from; row < to; row += rowsPerRead) {
    signal?.throwIfAborted();
    const count = Math.min(rowsPerRead, to - row);
    await take(await readRows(row, count), row);
    step(count);
  }
}

function paddedBytes(widthPx: number, heightPx: number, bytesPerSample: number): number {
  const padded = (side: number) => Math.ceil(side / COG_TILE_PX) * COG_TILE_PX;
  return padded(widthPx) * padded(heightPx) * bytesPerSample;
}
