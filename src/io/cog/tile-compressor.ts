/** Tiles of a COG as bytes: cut, deflated, framed. */
import { zlibSync } from "fflate";
import { COG_TILE_PX, type CogLevel, type SampleFormat } from "./level";

const DEFLATE_LEVEL = 6;

/** Cuts a filled buffer into tiles and deflates them; uniform tiles (sparse maps) are deflated once. */
export function createTileCompressor<Row extends Uint8Array | Float32Array>(format: SampleFormat<Row>) {
  const uniform = new Map<number, Uint8Array<ArrayBuffer>>();
  const tile = format.createRow(COG_TILE_PX * COG_TILE_PX);
  const deflate = () =>
    zlibSync(format.encodeTile(tile, COG_TILE_PX), { level: DEFLATE_LEVEL }) as Uint8Array<ArrayBuffer>;
  return (level: CogLevel<Row>, rows: number): Uint8Array<ArrayBuffer>[] =>
    Array.from({ length: level.tilesAcross }, (_, across) => {
      const col = across * COG_TILE_PX;
      const width = Math.min(COG_TILE_PX, level.widthPx - col);
      if (width < COG_TILE_PX || rows < COG_TILE_PX) tile.fill(format.nodata);
      for (let row = 0; row < rows; row++) {
        const from = row * level.widthPx + col;
        (tile as Uint8Array).set(level.buffer.subarray(from, from + width) as Uint8Array, row * COG_TILE_PX);
      }
      const first = tile[0]!;
      if (!isUniform(tile, first)) return deflate();
      let bytes = uniform.get(first);
      if (bytes === undefined) {
        bytes = deflate();
        uniform.set(first, bytes);
      }
      return bytes;
    });
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
