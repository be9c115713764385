/**
 * Walks a PNG's chunks and inflates its pixel data without keeping it, only to learn that it is as long as the header
 * says: the decoder library would inflate a small file into gigabytes before it looks.
 */

const CHUNK_HEADER_BYTES = 8;
const CHUNK_CRC_BYTES = 4;

/**
 * @param png The whole file.
 * @param expectedBytes Filtered rows as the header implies them.
 * @returns False as soon as more comes out than expected.
 */
export async function pngDataFits(png: Uint8Array<ArrayBuffer>, expectedBytes: number): Promise<boolean> {
  const parts = imageData(png);
  let next = 0;
  const stored = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      const part = parts[next++];
      if (part === undefined) controller.close();
      else controller.enqueue(part);
    },
  });
  const reader = stored.pipeThrough(new DecompressionStream("deflate")).getReader();
  let length = 0;
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      length += part.value.length;
      if (length > expectedBytes) {
        await reader.cancel();
        return false;
      }
    }
  } catch {
    // Damage is the decoder's to name; only the length matters here.
  }
  return true;
}

/** Bytes of all rows with their filter bytes; interlaced images have a few more rows. */
export function expectedPngBytes(widthPx: number, heightPx: number, bitsPerPixel: number, interlaced: boolean): number {
  const rows = heightPx * (1 + Math.ceil((widthPx * bitsPerPixel) / 8));
  return interlaced ? Math.ceil(rows * 1.1) + 8 * (widthPx + heightPx + 64) : rows;
}

/** Pieces of at most 64 KB, so that inflating can stop early. */
function imageData(png: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>[] {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let at = 8;
  while (at + CHUNK_HEADER_BYTES <= png.length) {
    const length = view.getUint32(at);
    const start = at + CHUNK_HEADER_BYTES;
    if (view.getUint32(at + 4) === 0x49444154) {
      const end = Math.min(start + length, png.length);
      for (let from = start; from < end; from += 65_536) parts.push(png.subarray(from, Math.min(from + 65_536, end)));
    }
    at = start + length + CHUNK_CRC_BYTES;
  }
  return parts;
}
