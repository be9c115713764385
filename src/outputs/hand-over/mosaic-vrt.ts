/**
 * The maps of one model as one raster for GDAL and QGIS: a VRT beside them, with palette, class names and nodata.
 *
 * Maps of one CRS whose rows run west to east and north to south take part; where pixel sizes differ, the finest counts
 * and the others are read to their nearest pixel. Where maps overlap, the later one is seen.
 * Source: GDAL, "VRT – GDAL Virtual Format".
 */
import { type Crs, isSameCrs } from "../../core/georef/crs";
import type { Geotransform } from "../../core/georef/geotransform";
import type { ModelClass } from "../../core/manifest/manifest";
import { NODATA_CLASS_ID } from "../../core/run/run-settings";
import { escapeXml } from "../../io/write-class-map";
import type { HandedRun } from "./handed";

/** One map, and its file as it is called from the VRT's folder. */
export interface MosaicPart {
  readonly fileName: string;
  readonly run: Pick<HandedRun, "grid" | "classes">;
}

export interface Mosaic {
  /** Null with fewer than two maps: one is its own mosaic. */
  readonly vrt: string | null;
  /** Maps that do not take part, each with the reason, one sentence each. */
  readonly leftOut: readonly string[];
}

interface Placed extends MosaicPart {
  readonly geotransform: Geotransform;
  readonly crs: Crs | null;
}

export function formatMosaic(parts: readonly MosaicPart[]): Mosaic {
  const leftOut: string[] = [];
  const placed: Placed[] = [];
  for (const part of parts) {
    const { geotransform, crs } = part.run.grid;
    const first = placed[0];
    const why =
      geotransform === null
        ? "it has no position"
        : !isNorthUp(geotransform)
          ? "it is rotated"
          : first !== undefined && !sameSystem(first.crs, crs)
            ? `it is in ${crs?.name ?? "no known coordinate system"}, not in ${first.crs?.name ?? "none"}`
            : null;
    if (why !== null) leftOut.push(`${part.fileName} is not in the mosaic: ${why}.`);
    else placed.push({ ...part, geotransform: geotransform!, crs });
  }
  return { vrt: placed.length < 2 ? null : formatVrt(placed), leftOut: placed.length < 2 ? [] : leftOut };
}

function isNorthUp([, right, skewX, , skewY, down]: Geotransform): boolean {
  return skewX === 0 && skewY === 0 && right > 0 && down < 0;
}

function sameSystem(one: Crs | null, other: Crs | null): boolean {
  return one === null || other === null ? one === other : isSameCrs(one, other);
}

function formatVrt(parts: readonly Placed[]): string {
  const pixelX = Math.min(...parts.map(({ geotransform }) => geotransform[1]));
  const pixelY = Math.min(...parts.map(({ geotransform }) => -geotransform[5]));
  const left = Math.min(...parts.map(({ geotransform }) => geotransform[0]));
  const top = Math.max(...parts.map(({ geotransform }) => geotransform[3]));
  const boxes = parts.map(({ geotransform: [x, right, , y, , down], run: { grid } }) => ({
    col: (x - left) / pixelX,
    row: (top - y) / pixelY,
    widthPx: (grid.widthPx * right) / pixelX,
    heightPx: (grid.heightPx * -down) / pixelY,
  }));
  // A tile's far edge may miss a whole pixel by the rounding of its coordinates.
  const whole = (edges: readonly number[]) => Math.ceil(Math.max(...edges) - 1e-3);
  const widthPx = whole(boxes.map(({ col, widthPx: width }) => col + width));
  const heightPx = whole(boxes.map(({ row, heightPx: height }) => row + height));
  const { crs, run } = parts[0]!;
  const sources = parts.map(({ fileName, run: { grid } }, index) => {
    const { col, row, widthPx: width, heightPx: height } = boxes[index]!;
    return [
      "    <ComplexSource>",
      `      <SourceFilename relativeToVRT="1">${escapeXml(fileName)}</SourceFilename>`,
      "      <SourceBand>1</SourceBand>",
      `      <SrcRect xOff="0" yOff="0" xSize="${grid.widthPx}" ySize="${grid.heightPx}"/>`,
      `      <DstRect xOff="${col}" yOff="${row}" xSize="${width}" ySize="${height}"/>`,
      `      <NODATA>${NODATA_CLASS_ID}</NODATA>`,
      "    </ComplexSource>",
    ].join("\n");
  });
  return [
    `<VRTDataset rasterXSize="${widthPx}" rasterYSize="${heightPx}">`,
    ...(crs === null ? [] : [`  <SRS>${escapeXml(definitionOf(crs))}</SRS>`]),
    `  <GeoTransform>${[left, pixelX, 0, top, 0, -pixelY].join(", ")}</GeoTransform>`,
    '  <VRTRasterBand dataType="Byte" band="1">',
    `    <NoDataValue>${NODATA_CLASS_ID}</NoDataValue>`,
    "    <ColorInterp>Palette</ColorInterp>",
    ...palette(run.classes),
    ...sources,
    "  </VRTRasterBand>",
    "</VRTDataset>",
    "",
  ].join("\n");
}

/** In words that GDAL takes: code, WKT as the file had it, or the projection's parameters. */
function definitionOf({ epsg, wkt, proj4, name }: Crs): string {
  return epsg === null ? (wkt ?? proj4 ?? name) : `EPSG:${epsg}`;
}

function palette(classes: readonly ModelClass[]): string[] {
  const last = Math.max(...classes.map(({ id }) => id));
  const known = Array.from({ length: last + 1 }, (_, id) => classes.find((entry) => entry.id === id));
  const entry = ([red, green, blue]: readonly number[]) =>
    `      <Entry c1="${red}" c2="${green}" c3="${blue}" c4="255"/>`;
  return [
    "    <CategoryNames>",
    ...known.map((found) => `      <Category>${escapeXml(found?.name ?? "")}</Category>`),
    "    </CategoryNames>",
    "    <ColorTable>",
    ...known.map((found) => entry(found?.colour ?? [0, 0, 0])),
    "    </ColorTable>",
  ];
}
