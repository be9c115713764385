/**
 * A class map as Cloud Optimised GeoTIFF: one byte per pixel, palette, class names, nodata 255, overviews by mode.
 *
 * Palette entries are 8-bit colours × 257 (TIFF 6.0 §5). No mask band beside the palette: QGIS would open the file as
 * multiband (QGIS #61283).
 */
import type { CancelSignal } from "../core/cancel";
import type { Colour } from "../core/labels/class-scheme";
import { NODATA_CLASS_ID } from "../core/run/run-settings";
import type { ByteSink } from "./byte-sink";
import { reduceByMode } from "./cog/pyramid";
import type { TiffField } from "./cog/tiff-directory-bytes";
import type { MaskReader } from "./mask-store";
import { type CogProgress, type ExportGrid, writeCog } from "./write-cog";

export interface ExportClass {
  readonly id: number;
  readonly name: string;
  readonly colour: Colour;
}

export interface ClassMapRequest {
  readonly mask: Pick<MaskReader, "read">;
  readonly grid: ExportGrid;
  readonly classes: readonly ExportClass[];
  readonly sink: ByteSink;
  /** Items of the file's metadata ("MODEL" → "emsnet 1.0"); makes an export say where it comes from. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Decided by the size when absent. */
  readonly bigTiff?: boolean;
  readonly signal?: CancelSignal;
  readonly onProgress?: (progress: CogProgress) => void;
}

export async function writeClassMapCog(request: ClassMapRequest): Promise<void> {
  const { mask, grid, classes, sink, metadata = {}, signal, onProgress } = request;
  await writeCog<Uint8Array>({
    grid,
    sink,
    readRows: (row, count) => mask.read({ col: 0, row, widthPx: grid.widthPx, heightPx: count }),
    createRow: (length) => new Uint8Array(length),
    reduce: reduceByMode(NODATA_CLASS_ID),
    nodata: NODATA_CLASS_ID,
    encodeTile: (tile) => tile.slice(),
    sampleFields: [
      { tag: 258, type: "short", values: [8] },
      { tag: 262, type: "short", values: [3] },
      { tag: 320, type: "short", values: colourMap(classes) },
      { tag: 339, type: "short", values: [1] },
      { tag: 42113, type: "ascii", text: String(NODATA_CLASS_ID) },
    ],
    mainFields: [software(), { tag: 42112, type: "ascii", text: metadataXml(classes, metadata) }],
    bytesPerSample: 1,
    ...(request.bigTiff === undefined ? {} : { bigTiff: request.bigTiff }),
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onProgress }),
  });
}

export function software(): TiffField {
  return { tag: 305, type: "ascii", text: "Nadir" };
}

/** 256 reds, then greens, then blues; ids without a class are black. */
function colourMap(classes: readonly ExportClass[]): Uint16Array {
  const map = new Uint16Array(768);
  for (const { id, colour } of classes) {
    for (let channel = 0; channel < 3; channel++) map[channel * 256 + id] = colour[channel]! * 257;
  }
  return map;
}

/** Class names as band metadata (`CATEGORY_3` = "tree"), run facts as dataset metadata. */
function metadataXml(classes: readonly ExportClass[], metadata: Readonly<Record<string, string>>): string {
  // GDAL escapes the values of this tag twice, and undoes both when it reads.
  const value = (text: string) => escapeXml(escapeXml(text));
  const items = [
    ...Object.entries(metadata).map(([name, text]) => `<Item name="${escapeXml(name)}">${value(text)}</Item>`),
    ...classes.map(({ id, name }) => `<Item name="CATEGORY_${id}" sample="0">${value(name)}</Item>`),
    `<Item name="DESCRIPTION" sample="0" role="description">class</Item>`,
  ];
  return `<GDALMetadata>\n  ${items.join("\n  ")}\n</GDALMetadata>\n`;
}

/**
 * `.aux.xml` beside the TIFF: the only place where GDAL and QGIS look for category names.
 *
 * Source: GDAL PAM, `CategoryNames`.
 */
export function formatCategoryAuxXml(classes: readonly ExportClass[]): string {
  const last = Math.max(-1, ...classes.map(({ id }) => id));
  const names = Array.from({ length: last + 1 }, (_, id) => classes.find((entry) => entry.id === id)?.name ?? "");
  const categories = names.map((name) => `      <Category>${escapeXml(name)}</Category>\n`).join("");
  return `<PAMDataset>\n  <PAMRasterBand band="1">\n    <CategoryNames>\n${categories}    </CategoryNames>\n  </PAMRasterBand>\n</PAMDataset>\n`;
}

/** Text as it may stand in XML, between tags or inside quotes. */
export function escapeXml(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}
