/**
 * Cloud Optimised GeoTIFF, streamed: tiles, DEFLATE, overviews, directories before data, overview data before full
 * resolution, BigTIFF when 4 GB could be passed.
 *
 * The source is read twice, top to bottom: once for the overviews (kept compressed, about a third of the file), once
 * for the full resolution. Memory holds one row of tiles and the compressed overviews, whatever the raster's height.
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
import { createTileCompressor, frameTile, TILE_LEADER_BYTES } from "./cog/tile-compressor";

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
  readonly signal?: CancelSignal;
  readonly onProgress?: (progress: CogProgress) => void;
}

/** Classic TIFF ends at 4 GiB; compressed data can be slightly larger than raw in the worst case. */
const CLASSIC_LIMIT_BYTES = 4_000_000_000;

/** @throws AbortError when cancelled; the sink is then left unfinished for the caller to discard. */
export async function writeCog<Row extends Uint8Array | Float32Array>(request: CogRequest<Row>): Promise<void> {
  const { grid, sink, signal } = request;
  const { widthPx, heightPx } = grid;
  const overviews = overviewSizes(widthPx, heightPx, COG_TILE_PX);
  // A third more for the overviews, and a little for what does not shrink.
  const mostBytes = paddedBytes(widthPx, heightPx, request.bytesPerSample) * 1.35;
  const bigTiff = request.bigTiff ?? mostBytes > CLASSIC_LIMIT_BYTES;
  const levels = [{ widthPx, heightPx }, ...overviews].map((size) => createLevel(size, request));
  const main = levels[0]!;
  let rowsDone = 0;
  const step = (rows: number) => {
    rowsDone += rows;
    request.onProgress?.({ rowsDone, rowsTotal: overviews.length > 0 ? heightPx * 2 : heightPx });
  };

  if (overviews.length > 0) {
    const cascade = createCascade(levels, request, (level, tiles) => level.tiles.push(...tiles));
    await streamRows(request, step, (row) => cascade.push(row));
    await cascade.finish();
  }

  const header = createHeader(levels, request, bigTiff);
  let position = header.bytes;
  const append = async (tile: Uint8Array<ArrayBuffer>): Promise<number> => {
    const at = position;
    const framed = frameTile(tile);
    await sink.write(at, framed);
    position += framed.length;
    return at + TILE_LEADER_BYTES;
  };
  // Reserved first, so that sinks which only append see one piece they can replace.
  await sink.write(0, new Uint8Array(header.bytes));
  for (const level of [...levels].reverse()) {
    if (level === main) break;
    for (const [index, tile] of level.tiles.entries()) {
      level.offsets[index] = await append(tile);
      level.byteCounts[index] = tile.length;
    }
    level.tiles.length = 0;
  }
  let tileIndex = 0;
  await streamTileRows(request, main, step, async (tiles) => {
    for (const tile of tiles) {
      main.offsets[tileIndex] = await append(tile);
      main.byteCounts[tileIndex] = tile.length;
      tileIndex++;
    }
  });
  signal?.throwIfAborted();
  await sink.write(0, header.encode());
  await sink.close();
}

async function streamRows<Row extends Uint8Array | Float32Array>(
  request: CogRequest<Row>,
  step: (rows: number) => void,
  push: (row: Row) => Promise<void>,
): Promise<void> {
  const { widthPx, heightPx } = request.grid;
  for (let row = 0; row < heightPx; row += COG_TILE_PX) {
    request.signal?.throwIfAborted();
    const count = Math.min(COG_TILE_PX, heightPx - row);
    const rows = await request.readRows(row, count);
    for (let index = 0; index < count; index++) {
      await push(rows.subarray(index * widthPx, (index + 1) * widthPx) as Row);
    }
    step(count);
  }
}

async function streamTileRows<Row extends Uint8Array | Float32Array>(
  request: CogRequest<Row>,
  level: CogLevel<Row>,
  step: (rows: number) => void,
  emit: (tiles: Uint8Array<ArrayBuffer>[]) => Promise<void>,
): Promise<void> {
  const compress = createTileCompressor(request);
  for (let row = 0; row < level.heightPx; row += COG_TILE_PX) {
    request.signal?.throwIfAborted();
    const count = Math.min(COG_TILE_PX, level.heightPx - row);
    (level.buffer as Uint8Array).set((await request.readRows(row, count)) as Uint8Array);
    await emit(await compress(level, count));
    step(count);
  }
}

function paddedBytes(widthPx: number, heightPx: number, bytesPerSample: number): number {
  const padded = (side: number) => Math.ceil(side / COG_TILE_PX) * COG_TILE_PX;
  return padded(widthPx) * padded(heightPx) * bytesPerSample;
}
