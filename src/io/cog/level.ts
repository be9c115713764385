/** One resolution of a COG in the making, and what its samples are. */
import type { LevelSize, Reducer } from "./pyramid";

export const COG_TILE_PX = 512;

/** How samples of one type are held, halved and encoded. */
export interface SampleFormat<Row extends Uint8Array | Float32Array> {
  readonly createRow: (length: number) => Row;
  readonly reduce: Reducer<Row>;
  /** What fills tiles beyond the raster's edge. */
  readonly nodata: number;
  /** One tile of samples as bytes of their own before DEFLATE (predictor); rows are `tilePx` wide. */
  readonly encodeTile: (tile: Row, tilePx: number) => Uint8Array;
}

/** One resolution of a Cloud Optimised GeoTIFF in the making. */
export interface CogLevel extends LevelSize {
  readonly tilesAcross: number;
  readonly offsets: Float64Array;
  readonly byteCounts: Float64Array;
}

export function createLevel({ widthPx, heightPx }: LevelSize): CogLevel {
  const tilesAcross = Math.ceil(widthPx / COG_TILE_PX);
  const tileCount = tilesAcross * Math.ceil(heightPx / COG_TILE_PX);
  return {
    widthPx,
    heightPx,
    tilesAcross,
    offsets: new Float64Array(tileCount),
    byteCounts: new Float64Array(tileCount),
  };
}
