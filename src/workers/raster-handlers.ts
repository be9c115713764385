/** What the raster worker does with a call: thin glue between opened files, display tiles, the mask store and exports. */
import type { Masks } from "../io/open-masks";
import { changeHandlers } from "./raster/change-handlers";
import { correctionHandlers } from "./raster/correction-handlers";
import { evaluationHandlers } from "./raster/evaluation-handlers";
import { fileHandlers } from "./raster/file-handlers";
import { OpenedRasters, type RasterWorker } from "./raster/opened-rasters";
import { outputHandlers } from "./raster/output-handlers";
import { parcelHandlers } from "./raster/parcel-handlers";
import { projectHandlers } from "./raster/project-handlers";
import { sampleHandlers } from "./raster/sample-handlers";
import { storedMaskHandlers } from "./raster/stored-mask-handlers";
import { viewHandlers } from "./raster/view-handlers";
import type { RasterHandlers } from "./raster-protocol";
import { TileTraffic } from "./tile-traffic";

/** @param masks Where results are kept; the engine writes into the same. */
export function createRasterHandlers(masks: Masks): RasterHandlers {
  const traffic = new TileTraffic();
  const worker: RasterWorker = { rasters: new OpenedRasters(traffic), masks, traffic };
  return {
    ...fileHandlers(worker),
    ...projectHandlers(worker),
    ...storedMaskHandlers(worker),
    ...viewHandlers(worker),
    ...evaluationHandlers(worker),
    ...correctionHandlers(worker),
    ...outputHandlers(worker),
    ...parcelHandlers(worker),
    ...sampleHandlers(worker),
    ...changeHandlers(worker),
  };
}
