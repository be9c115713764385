/** What leaves the studio: runs in every format, whole test sets, the report. */

import { requireWritten } from "../../core/run/written-pixels";
import { heightsOnGrid } from "../../evaluation/heights-on-grid";
import { createExportSink } from "../../io/byte-sink";
import type { PolygonHeights } from "../../io/map-polygons";
import { writeHeightsCog } from "../../io/write-heights";
import { exportRun } from "../../outputs/export-run";
import { reportWords } from "../../outputs/hand-over/choose-report-words";
import { drawTile, type Picture } from "../../outputs/hand-over/draw-tile";
import { folderPlace, zipPlace } from "../../outputs/hand-over/places";
import { HandOver, type HandOverPlace, writeEverything, writeReport } from "../../outputs/hand-over/write-hand-over";
import type { PolygonHeightIds, StoredRun, StoredTile } from "../raster-protocol";
import type { Calls, RasterWorker } from "./opened-rasters";

/** Calls that write files. */
export function outputHandlers(worker: RasterWorker): Calls<"exportAboveGround" | "exportRun" | "handOver" | "report"> {
  const { rasters } = worker;
  return {
    async exportAboveGround({ id, fileName }, { signal }) {
      const sink = await createExportSink("image/tiff");
      await writeHeightsCog(rasters.heights(id), sink, signal);
      return { fileName, blob: await sink.toBlob() };
    },

    async exportRun({ format, maskId, confidenceId, opticalId, heights, name, ...run }, { signal }) {
      const stored = await openStored(worker, { maskId, confidenceId, opticalId });
      const opened = { ...run, ...stored, heights: () => openHeights(worker, opticalId, heights) };
      return exportRun(format, opened, name, signal);
    },

    async handOver({ tiles, formats, polygons, heights, name, folder, language }, { signal, progress }) {
      const checked = checkedOnce(worker);
      const words = await reportWords(language);
      const open = async (run: StoredRun) => ({
        ...(await checked(run)),
        polygons,
        heights: () => openHeights(worker, run.opticalId, heights[run.opticalId] ?? null),
      });
      const writeInto = async (place: HandOverPlace) => {
        const handOver = new HandOver(place, signal);
        await writeEverything(handOver, tiles, formats, open, drawStored(worker, signal), words, progress);
        return handOver.result;
      };
      if (folder !== null) return { ...(await writeInto(folderPlace(folder))), archive: null };
      const sink = await createExportSink("application/zip");
      const zip = zipPlace(sink, name, new Date());
      const result = await writeInto(zip);
      await zip.finish();
      return { ...result, archive: { fileName: `${name}.zip`, blob: await sink.toBlob() } };
    },

    async report({ tiles, language }, { signal }) {
      return writeReport(tiles, drawStored(worker, signal), await reportWords(language), () => undefined);
    },
  };
}

type StoredIds = Pick<StoredRun, "maskId" | "confidenceId" | "opticalId">;

async function openStored({ rasters, masks }: RasterWorker, { maskId, confidenceId, opticalId }: StoredIds) {
  const grid = rasters.find(opticalId).source.facts;
  const mask = await masks.reader(maskId, grid);
  const confidence = confidenceId === null ? null : await masks.reader(confidenceId, grid);
  return { grid, mask, confidence };
}

async function openHeights(
  { rasters }: RasterWorker,
  opticalId: string,
  ids: PolygonHeightIds | null,
): Promise<PolygonHeights | null> {
  if (ids === null) return null;
  const { facts } = rasters.find(opticalId).source;
  const on = async (auxiliaryId: string) => {
    const { heights } = await rasters.asNetworksSee({ opticalId, auxiliaryId });
    return heightsOnGrid(facts, heights, []);
  };
  return { aboveGround: await on(ids.aboveGroundId), surface: await on(ids.surfaceId) };
}

/** Opens runs for a hand-over; each is read once more against what was written of it, before its first file. */
function checkedOnce(worker: RasterWorker) {
  const checked = new Set<string>();
  return async ({ labels, classes, result, edits, ownMaskId, ...ids }: StoredRun) => {
    const opened = await openStored(worker, ids);
    if (result.written !== undefined && !checked.has(ownMaskId)) {
      const { mask, confidence } = await openStored(worker, { ...ids, maskId: ownMaskId });
      await requireWritten(mask, result.written, "classIds", `result ${ownMaskId}`);
      if (confidence !== null) await requireWritten(confidence, result.written, "confidence", `result ${ownMaskId}`);
      checked.add(ownMaskId);
    }
    return { ...opened, classes, labels, ...(edits !== undefined && { edits }) };
  };
}

function drawStored({ rasters, masks, traffic }: RasterWorker, signal: AbortSignal) {
  return async ({ opticalId, truthMaskId, truth, runs }: StoredTile): Promise<Picture[]> => {
    const { source } = rasters.find(opticalId);
    const reader = (maskId: string) => masks.reader(maskId, source.facts);
    const drawable = await Promise.all([
      ...(truth === null || truthMaskId === null
        ? []
        : [reader(truthMaskId).then((mask) => ({ of: "truth" as const, mask, classes: truth.classes }))]),
      ...runs.map(async ({ modelName: model, maskId, classes }) => ({
        ...{ of: { model }, mask: await reader(maskId), classes },
      })),
    ]);
    return drawTile(traffic.yielding(source), drawable, signal);
  };
}
