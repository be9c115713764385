/** Tiles of a COG as bytes: cut, deflated, framed. */
import { COG_TILE_PX, type CogLevel, type SampleFormat } from "./level";

/** Tiles deflated at once: the platform's own threads do it, and each holds a tile twice. */
const TILES_AT_ONCE = 4;

export type Tile = Uint8Array<ArrayBuffer>;

/** Cuts a row of tiles, held full width, into tiles and deflates them; uniform tiles (sparse maps) are deflated once. */
export function createTileCompressor<Row extends Uint8Array | Float32Array>(format: SampleFormat<Row>) {
  const uniform = new Map<number, Promise<Tile>>();
  const tile = format.createRow(COG_TILE_PX * COG_TILE_PX);

  function cut(samples: Row, widthPx: number, rows: number, across: number): void {
    const col = across * COG_TILE_PX;
    const width = Math.min(COG_TILE_PX, widthPx - col);
    if (width < COG_TILE_PX || rows < COG_TILE_PX) tile.fill(format.nodata);
    for (let row = 0; row < rows; row++) {
      const from = row * widthPx + col;
      (tile as Uint8Array).set(samples.subarray(from, from + width) as Uint8Array, row * COG_TILE_PX);
    }
  }

  /** The tile is encoded at once, so that the next may be cut; only its bytes are waited for. */
  function deflateTile(): Promise<Tile> {
    const first = tile[0]!;
    if (!isUniform(tile, first)) return deflate(format.encodeTile(tile, COG_TILE_PX));
    let bytes = uniform.get(first);
    if (bytes === undefined) {
      bytes = deflate(format.encodeTile(tile, COG_TILE_PX));
      uniform.set(first, bytes);
    }
    return bytes;
  }

  return async ({ widthPx, tilesAcross }: CogLevel, samples: Row, rows: number): Promise<Tile[]> => {
    const tiles: Tile[] = [];
    for (let next = 0; next < tilesAcross; next += TILES_AT_ONCE) {
      const group: Promise<Tile>[] = [];
      for (let across = next; across < Math.min(next + TILES_AT_ONCE, tilesAcross); across++) {
        cut(samples, widthPx, rows, across);
        group.push(deflateTile());
      }
      tiles.push(...(await Promise.all(group)));
    }
    return tiles;
  };
}

/** Bytes in zlib's format, which TIFF calls Adobe Deflate. They are the stream's from now on. */
async function deflate(bytes: Uint8Array): Promise<Tile> {
  const { readable, writable } = new CompressionStream("deflate");
  const writer = writable.getWriter();
  const written = writer.write(bytes as Tile).then(() => writer.close());
  const chunks: Uint8Array[] = [];
  let length = 0;
  // Not by way of a Response: Node loads its whole `fetch` for one.
  for (const reader = readable.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    length += value.length;
  }
  await written;
  const tile = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    tile.set(chunk, at);
    at += chunk.length;
  }
  return tile;
}

function isUniform(tile: Uint8Array | Float32Array, first: number): boolean {
  for (let index = 1; index < tile.length; index++) if (!Object.is(tile[index], first)) return false;
  return true;
}

/** Bytes before a framed tile's data, where its offset points. */
export const TILE_LEADER_BYTES = 4;

/** A tile between its size and a repetition of its last four bytes, so that a reader can fetch it in one request. */
export function frameTile(tile: Uint8Array): Uint8Array<ArrayBuffer> {
  const framed = new Uint8Array(TILE_LEADER_BYTES + tile.length + 4);
  new DataView(framed.buffer).setUint32(0, tile.length, true);
  framed.set(tile, TILE_LEADER_BYTES);
  framed.set(tile.subarray(tile.length - 4), TILE_LEADER_BYTES + tile.length);
  return framed;
}
