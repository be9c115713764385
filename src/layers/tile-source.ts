/** Where the panes get pixels from: display tiles of rasters that lie on the scene's optical grid. */
import type { GridSize, TileAddress } from "../core/raster/tile-grid";

export interface TileSource extends GridSize {
  /** Changes whenever pixels do that were there before: textures are kept under it. */
  readonly id: string;
  /** Grows as pixels are added under the same id: tiles of a lower one are drawn until they are read again. 0 if absent. */
  readonly revision?: number;
  /** Drawn until tiles of this one come: the same pixels, shown otherwise. */
  readonly before?: TileSource;
  /** `rgba`: 4 bytes per texel, straight alpha. `ids`: 1 byte per texel, looked up, never interpolated. */
  readonly format: "rgba" | "ids";
  /** @throws AbortError when cancelled; any other failure is shown once by whoever made the source. */
  load(tile: TileAddress, signal: AbortSignal): Promise<Uint8Array>;
}
