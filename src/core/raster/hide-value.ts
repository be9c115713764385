/** A raster in which one more stored value counts as missing. */
import type { RasterSource } from "./raster";

/** Pixels that hold `value` in any requested band become invalid. */
export function hideValue(source: RasterSource, value: number): RasterSource {
  return {
    facts: source.facts,
    close: () => source.close(),
    async read(request) {
      const { bands, valid } = await source.read(request);
      let hidden: Uint8Array | null = null;
      for (const band of bands) {
        for (let at = band.indexOf(value); at >= 0; at = band.indexOf(value, at + 1)) {
          hidden ??= valid?.slice() ?? new Uint8Array(band.length).fill(1);
          hidden[at] = 0;
        }
      }
      return { bands, valid: hidden ?? valid };
    },
  };
}
