/** A raster of labels as GeoTIFF: the values as they are, with the names that ids have. */
import type { CancelSignal } from "../core/cancel";
import type { RasterSource } from "../core/raster/raster";
import type { ByteSink } from "./byte-sink";
import { reduceByMode } from "./cog/pyramid";
import { escapeXml, software } from "./write-class-map";
import { writeCog } from "./write-cog";

/** @param labels One band of bytes, 255 where there is no label. */
export async function writeLabelsCog(labels: RasterSource, sink: ByteSink, signal: CancelSignal): Promise<void> {
  const { facts } = labels;
  const names = facts.categoryNames ?? [];
  const items = names.map((name, id) => `<Item name="CATEGORY_${id}" sample="0">${escapeXml(escapeXml(name))}</Item>`);
  await writeCog<Uint8Array>({
    grid: facts,
    sink,
    async readRows(row, count) {
      const rect = { col: 0, row, widthPx: facts.widthPx, heightPx: count };
      const { bands } = await labels.read({ rect, bands: [0], signal });
      return bands[0] as Uint8Array;
    },
    createRow: (length) => new Uint8Array(length),
    reduce: reduceByMode(NO_LABEL),
    nodata: NO_LABEL,
    encodeTile: (tile) => tile.slice(),
    sampleFields: [
      { tag: 258, type: "short", values: [8] },
      { tag: 262, type: "short", values: [1] },
      { tag: 339, type: "short", values: [1] },
      { tag: 42113, type: "ascii", text: String(NO_LABEL) },
    ],
    mainFields: [
      software(),
      ...(items.length === 0
        ? []
        : [
            {
              tag: 42112,
              type: "ascii" as const,
              text: `<GDALMetadata>\n  ${items.join("\n  ")}\n</GDALMetadata>\n`,
            },
          ]),
    ],
    bytesPerSample: 1,
    signal,
  });
}

const NO_LABEL = 255;
