/** Heights above the ground (`above-ground.ts`) as Cloud Optimised GeoTIFF in metres, on the surface model's grid. */
import type { CancelSignal } from "../core/cancel";
import type { RasterSource } from "../core/raster/raster";
import type { ByteSink } from "./byte-sink";
import type { CogProgress } from "./write-cog";
import { writeFloatCog } from "./write-float-cog";

/** @param onProgress Told in rows, of which each is read twice. */
export async function writeHeightsCog(
  heights: RasterSource,
  sink: ByteSink,
  signal?: CancelSignal,
  onProgress?: (progress: CogProgress) => void,
): Promise<void> {
  const { widthPx } = heights.facts;
  await writeFloatCog({
    grid: heights.facts,
    sink,
    description: "height above ground",
    unit: "m",
    async readRows(row, heightPx) {
      const rect = { col: 0, row, widthPx, heightPx };
      return (await heights.read({ rect, bands: [0], ...(signal && { signal }) })).bands[0] as Float32Array;
    },
    ...(signal && { signal }),
    ...(onProgress && { onProgress }),
  });
}
