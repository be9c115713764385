/** The difference of heights at two dates as Cloud Optimised GeoTIFF in metres, on the earlier map's grid. */
import type { RasterFacts } from "../core/raster/raster";
import { type DatedHeights, heightChange } from "../evaluation/compare-dates";
import type { ByteSink } from "../io/byte-sink";
import { writeFloatCog } from "../io/write-float-cog";
import { roundHeight } from "../io/write-heights";

export async function writeHeightChange(
  grid: RasterFacts,
  heights: DatedHeights,
  sink: ByteSink,
  signal: AbortSignal,
): Promise<void> {
  const { widthPx } = grid;
  await writeFloatCog({
    grid,
    sink,
    description: "later minus earlier height",
    unit: "m",
    readRows: async (row, heightPx) =>
      (await heightChange(heights, { col: 0, row, widthPx, heightPx })).map(roundHeight),
    signal,
  });
}
