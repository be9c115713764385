/** A raster in which more stored values count as missing than its file says. */
import type { LeftOut } from "../heights/left-out";
import type { RasterSource } from "./raster";

/** Pixels that hold one of the values in any requested band become invalid. */
export function hideValues(source: RasterSource, values: readonly Pick<LeftOut, "low" | "high">[]): RasterSource {
  if (values.length === 0) return source;
  return {
    facts: source.facts,
    close: () => source.close(),
    async read(request) {
      const { bands, valid } = await source.read(request);
      let hidden: Uint8Array | null = null;
      for (const { low, high } of values) {
        for (const band of bands) {
          for (let at = 0; at < band.length; at++) {
            if (!(band[at]! >= low && band[at]! <= high)) continue;
            hidden ??= valid?.slice() ?? new Uint8Array(band.length).fill(1);
            hidden[at] = 0;
          }
        }
      }
      return { bands, valid: hidden ?? valid };
    },
  };
}
