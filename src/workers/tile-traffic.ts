/** Pictures first: long scans of a raster wait while display tiles are being made, so that opening shows at once. */
import type { RasterSource } from "../core/raster/raster";

export class TileTraffic {
  #tiles = 0;
  #waiting: (() => void)[] = [];

  /** Counts as a tile while `work` runs. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.#tiles++;
    try {
      return await work();
    } finally {
      this.#tiles--;
      if (this.#tiles === 0) {
        for (const go of this.#waiting.splice(0)) {
          go();
        }
      }
    }
  }

  /** The same raster, whose every read waits until no tile is being made. */
  yielding(source: RasterSource): RasterSource {
    return {
      facts: source.facts,
      read: async (request) => {
        while (this.#tiles > 0) {
          await new Promise<void>((go) => this.#waiting.push(go));
        }
        return source.read(request);
      },
      close: () => source.close(),
    };
  }
}
