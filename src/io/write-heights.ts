/** Heights above the ground (`above-ground.ts`) as Cloud Optimised GeoTIFF in metres, on the surface model's grid. */
import type { CancelSignal } from "../core/cancel";
import type { RasterSource } from "../core/raster/raster";
import type { ByteSink } from "./byte-sink";
import type { CogProgress } from "./write-cog";
import { writeFloatCog } from "./write-float-cog";

/** Finer than any height is known; what is left of the digits compresses to a third. */
const STEPS_PER_METRE = 1024;

/** @param onProgress Told in rows, each as often as it is read. */
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
      const { bands } = await heights.read({ rect, bands: [0], ...(signal && { signal }) });
      const metres = bands[0] as Float32Array;
      // Nobody else has them.
      for (let pixel = 0; pixel < metres.length; pixel++) metres[pixel] = roundHeight(metres[pixel]!);
      return metres;
    },
    ...(signal && { signal }),
    ...(onProgress && { onProgress }),
  });
}

/** To the millimetre, so to say. Nought has no sign. */
export function roundHeight(metres: number): number {
  return Math.round(metres * STEPS_PER_METRE) / STEPS_PER_METRE + 0;
}
