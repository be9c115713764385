/** Layers of polygons: read, placed, counted over, saved. */
import type { VectorLayer } from "../../core/vector/vector-layer";
import { heightsOnGrid } from "../../evaluation/heights-on-grid";
import { measureParcels } from "../../evaluation/parcel-statistics";
import { placePolygons } from "../../evaluation/place-polygons";
import { createExportSink } from "../../io/byte-sink";
import { isStrokes } from "../../io/vector/tell-strokes";
import type { Calls, RasterWorker } from "./opened-rasters";

/** Calls over polygons; what reads and writes their files is fetched with the first of them. */
export function parcelHandlers({
  rasters,
  masks,
}: RasterWorker): Calls<"isStrokes" | "readParcels" | "countParcels" | "saveParcels"> {
  const read = readLatest();
  return {
    isStrokes: ({ file }) => isStrokes(file),

    async readParcels({ files, opticalId }) {
      const layer = await read(files);
      const { parts } = placePolygons(rasters.find(opticalId).source.facts, layer);
      const properties = layer.polygons.map((polygon) => polygon.properties);
      return { name: layer.name, notes: layer.notes, systemName: layer.crs.name, properties, outlines: parts };
    },

    async countParcels({ files, opticalId, maskId, heightsId }, { signal }) {
      const { facts } = rasters.find(opticalId).source;
      const placed = placePolygons(facts, await read(files));
      const seen = heightsId === null ? null : await rasters.asNetworksSee({ opticalId, auxiliaryId: heightsId });
      const heights = seen && heightsOnGrid(facts, seen.heights, []);
      return measureParcels(await masks.reader(maskId, facts), placed, heights, signal);
    },

    async saveParcels({ files, fileName, statistics, classes }, { signal }) {
      const layer = await read(files);
      const { writeParcels } = await import("../../outputs/write-parcels");
      const parcels = layer.polygons.map((polygon, index) => ({ ...polygon, statistics: statistics[index]! }));
      const sink = await createExportSink("application/octet-stream");
      await writeParcels(fileName, { ...layer, parcels, classes }, sink, signal);
      return { fileName, blob: await sink.toBlob() };
    },
  };
}

/** The layer that was read last is kept: what is asked for next is mostly of the same. */
function readLatest(): (files: readonly File[]) => Promise<VectorLayer> {
  let latest: { readonly key: string; readonly layer: Promise<VectorLayer> } | null = null;
  return async ([file, ...beside]) => {
    const key = JSON.stringify([file, ...beside].map((each) => [each!.name, each!.size, each!.lastModified]));
    if (latest?.key !== key) {
      const layer = import("../../io/vector/read-vector").then(({ readVector }) => readVector(file!, beside));
      latest = { key, layer };
      layer.catch(() => {
        latest = null;
      });
    }
    return latest.layer;
  };
}
