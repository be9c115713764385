/** Layers of polygons: read, placed, counted over, saved. */
import type { VectorLayer } from "../../core/vector/vector-layer";
import { burnPolygons } from "../../evaluation/burn-polygons";
import { heightsOnGrid } from "../../evaluation/heights-on-grid";
import { measureParcels } from "../../evaluation/parcel-statistics";
import { placePolygons } from "../../evaluation/place-polygons";
import { createExportSink } from "../../io/byte-sink";
import { isStrokes } from "../../io/vector/tell-strokes";
import { writeLabelsCog } from "../../io/write-labels";
import type { Calls, RasterWorker } from "./opened-rasters";

/** Calls over polygons; what reads and writes their files is fetched with the first of them. */
export function parcelHandlers({
  rasters,
  masks,
}: RasterWorker): Calls<"isStrokes" | "readParcels" | "countParcels" | "burnParcels" | "saveParcels"> {
  const read = readLatest();
  return {
    isStrokes: ({ file }) => isStrokes(file),

    async readParcels({ files, layer: layerName, opticalId }) {
      const layer = await read(files, layerName);
      const { parts } = placePolygons(rasters.find(opticalId).source.facts, layer);
      const properties = layer.polygons.map((polygon) => polygon.properties);
      const { name, notes, layers, crs } = layer;
      return { name, notes, ...(layers && { layers }), systemName: crs.name, properties, outlines: parts };
    },

    async countParcels({ files, layer, opticalId, maskId, heightsId }, { signal }) {
      const { facts } = rasters.find(opticalId).source;
      const placed = placePolygons(facts, await read(files, layer));
      const seen = heightsId === null ? null : await rasters.asNetworksSee({ opticalId, auxiliaryId: heightsId });
      const heights = seen && heightsOnGrid(facts, seen.heights, []);
      return measureParcels(await masks.reader(maskId, facts), placed, heights, signal);
    },

    async burnParcels({ files, layer, opticalId, field, fileName }, { signal }) {
      const { facts } = rasters.find(opticalId).source;
      const burnt = burnPolygons(facts, await read(files, layer), files[0]!.name, field);
      const sink = await createExportSink("image/tiff");
      await writeLabelsCog(burnt, sink, signal);
      return { fileName, blob: await sink.toBlob() };
    },

    async saveParcels({ files, layer: layerName, fileName, statistics, classes }, { signal }) {
      const layer = await read(files, layerName);
      const { writeParcels } = await import("../../outputs/write-parcels");
      const parcels = layer.polygons.map((polygon, index) => ({ ...polygon, statistics: statistics[index]! }));
      const sink = await createExportSink("application/octet-stream");
      await writeParcels(fileName, { ...layer, parcels, classes }, sink, signal);
      return { fileName, blob: await sink.toBlob() };
    },
  };
}

/** The layer that was read last is kept: what is asked for next is mostly of the same. */
function readLatest(): (files: readonly File[], layer: string | null) => Promise<VectorLayer> {
  let latest: { readonly key: string; readonly layer: Promise<VectorLayer> } | null = null;
  return async ([file, ...beside], name) => {
    const key = JSON.stringify([
      name,
      ...[file, ...beside].map((each) => [each!.name, each!.size, each!.lastModified]),
    ]);
    if (latest?.key !== key) {
      const layer = import("../../io/vector/read-vector").then(({ readVector }) => readVector(file!, beside, name));
      latest = { key, layer };
      layer.catch(() => {
        latest = null;
      });
    }
    return latest.layer;
  };
}
