/** Two dates of one place: compared on the earlier one's grid. */
import { pixelAreaByRow } from "../../core/georef/pixel-area";
import type { DatedSource } from "../../core/results/result";
import { compareDates, type DatedHeights } from "../../evaluation/compare-dates";
import { heightsOnGrid } from "../../evaluation/heights-on-grid";
import { maskOnGrid } from "../../evaluation/mask-on-grid";
import { isResampled } from "../../evaluation/place-labels";
import { createExportSink } from "../../io/byte-sink";
import { toOwnLngLat } from "../../io/reproject";
import { writeHeightChange } from "../../outputs/height-change-file";
import type { Calls, RasterWorker } from "./opened-rasters";

export function changeHandlers({ rasters, masks }: RasterWorker): Calls<"compareDates" | "exportHeightChange"> {
  const factsOf = ({ opticalId }: Pick<DatedSource, "opticalId">) => rasters.find(opticalId).source.facts;
  /** Of the earlier date's grid; null where one of the dates has none. */
  const datedHeights = async (before: HeightIds, after: HeightIds): Promise<DatedHeights | null> => {
    const grid = factsOf(before);
    const open = async (heightsId: string) => {
      const { source, heights } = rasters.find(heightsId);
      return heightsOnGrid(grid, source, (await heights()).leftOut);
    };
    return before.heightsId === null || after.heightsId === null
      ? null
      : { before: await open(before.heightsId), after: await open(after.heightsId) };
  };
  return {
    async compareDates({ before, after, maskIds, least }, { signal }) {
      const grid = factsOf(before);
      const { crs, geotransform, widthPx } = grid;
      const later = await masks.reader(after.maskId, factsOf(after));
      const { alignment, mask } = maskOnGrid(grid, factsOf(after), later);
      const heights = await datedHeights(before, after);
      const areaOf = pixelAreaByRow({ geotransform, crs, widthPx }, crs && toOwnLngLat(crs));
      const earlier = { ids: await masks.reader(before.maskId, grid), classes: before.classes };
      const changes = await masks.derive(maskIds, grid, ([changed = null, pairs = null, heightChange = null]) =>
        compareDates(
          earlier,
          { ids: mask, classes: after.classes },
          { areaOf, heights, least },
          { changed, pairs, heightChange },
          signal,
        ),
      );
      return { changes, placement: isResampled(alignment.summary) ? alignment.summary : null };
    },

    async exportHeightChange({ before, after, fileName }, { signal }) {
      const heights = await datedHeights(before, after);
      if (heights === null) throw new RangeError("a difference of heights needs heights at both dates");
      const sink = await createExportSink("image/tiff");
      await writeHeightChange(factsOf(before), heights, sink, signal);
      return { fileName, blob: await sink.toBlob() };
    },
  };
}

type HeightIds = Pick<DatedSource, "opticalId" | "heightsId">;
