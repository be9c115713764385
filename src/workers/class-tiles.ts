/** Display tiles of one-byte rasters (class ids, confidence): nearest sampling at every level, never averaged. */
import { placeTile, TILE_PX, type TileAddress } from "../core/raster/tile-grid";
import type { MaskReader } from "../io/mask-store";

/** Most pixels held at a time. */
const CHUNK_PX = 4_000_000;

/** `TILE_PX * TILE_PX` ids; padding is 255. Each texel takes the pixel nearest to its centre. */
export async function classTile(
  reader: MaskReader,
  address: TileAddress,
  signal?: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const out = new Uint8Array(TILE_PX * TILE_PX).fill(255);
  const { left, top, right, bottom } = placeTile(reader, address);
  const step = 2 ** address.level;
  const half = step >> 1;
  const widthPx = right - left;
  const chunkRows = step * Math.max(1, Math.floor(CHUNK_PX / widthPx / step));
  for (let chunkTop = top; chunkTop < bottom; chunkTop += chunkRows) {
    signal?.throwIfAborted();
    const heightPx = Math.min(chunkRows, bottom - chunkTop);
    const pixels = await reader.read({ col: left, row: chunkTop, widthPx, heightPx });
    for (let row = 0; row < heightPx; row += step) {
      const from = Math.min(row + half, heightPx - 1) * widthPx;
      const to = ((chunkTop - top + row) / step) * TILE_PX;
      for (let col = 0; col < widthPx; col += step) {
        out[to + col / step] = pixels[from + Math.min(col + half, widthPx - 1)]!;
      }
    }
  }
  return out;
}
