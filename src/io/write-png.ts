/**
 * A class map as 8-bit palette PNG with transparent nodata, streamed row by row, and the world file that places it.
 *
 * Source: PNG specification (W3C, third edition) §5, §11.
 */
import type { CancelSignal } from "../core/cancel";
import { crc32 } from "../core/crc32";
import { formatWorldFile } from "../core/georef/world-file";
import { NODATA_CLASS_ID } from "../core/run/run-settings";
import type { ByteSink } from "./byte-sink";
import type { MaskReader } from "./mask-store";
import type { ExportClass } from "./write-class-map";
import type { ExportGrid } from "./write-cog";

export interface PngRequest {
  readonly mask: Pick<MaskReader, "read">;
  readonly grid: ExportGrid;
  readonly classes: readonly ExportClass[];
  readonly sink: ByteSink;
  readonly signal?: CancelSignal;
}

const ROWS_AT_ONCE = 256;

/** @returns Text of the `.pgw` beside it; null when the grid has no position. */
export async function writeClassMapPng(request: PngRequest): Promise<string | null> {
  const { mask, grid, classes, sink, signal } = request;
  const { widthPx, heightPx } = grid;
  let position = 0;
  const append = async (bytes: Uint8Array<ArrayBuffer>) => {
    await sink.write(position, bytes);
    position += bytes.length;
  };
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, widthPx);
  view.setUint32(4, heightPx);
  // 8 bits, colour type 3 (palette), deflate, adaptive filters, not interlaced.
  header.set([8, 3, 0, 0, 0], 8);
  await append(Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a));
  await append(chunk("IHDR", header));
  await append(chunk("PLTE", palette(classes)));
  await append(chunk("tRNS", transparency(classes)));
  for await (const part of deflateRows(mask, grid, signal)) await append(chunk("IDAT", part));
  await append(chunk("IEND", new Uint8Array(0)));
  await sink.close();
  return grid.geotransform === null ? null : formatWorldFile(grid.geotransform);
}

/** The zlib stream of all rows, piece by piece; each row starts with its filter, and indices compress best with none. */
async function* deflateRows(
  mask: Pick<MaskReader, "read">,
  { widthPx, heightPx }: ExportGrid,
  signal: CancelSignal | undefined,
): AsyncGenerator<Uint8Array> {
  let row = 0;
  const rows = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      signal?.throwIfAborted();
      const count = Math.min(ROWS_AT_ONCE, heightPx - row);
      const ids = await mask.read({ col: 0, row, widthPx, heightPx: count });
      const filtered = new Uint8Array(count * (widthPx + 1));
      for (let index = 0; index < count; index++) {
        filtered.set(ids.subarray(index * widthPx, (index + 1) * widthPx), index * (widthPx + 1) + 1);
      }
      controller.enqueue(filtered);
      row += count;
      if (row === heightPx) controller.close();
    },
  });
  const reader = rows.pipeThrough(new CompressionStream("deflate")).getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
}

/** 256 entries, so that id 255 has one. */
function palette(classes: readonly ExportClass[]): Uint8Array {
  const bytes = new Uint8Array(768);
  for (const { id, colour } of classes) bytes.set(colour, id * 3);
  return bytes;
}

/** Alpha per entry: opaque for classes, transparent for nodata and ids nobody uses. */
function transparency(classes: readonly ExportClass[]): Uint8Array {
  const alpha = new Uint8Array(256);
  for (const { id } of classes) if (id !== NODATA_CLASS_ID) alpha[id] = 255;
  return alpha;
}

function chunk(type: string, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(12 + data.length);
  const view = new DataView(out.buffer);
  view.setUint32(0, data.length);
  for (let index = 0; index < 4; index++) out[4 + index] = type.charCodeAt(index);
  out.set(data, 8);
  view.setUint32(8 + data.length, crc32(out.subarray(4, 8 + data.length)));
  return out;
}
