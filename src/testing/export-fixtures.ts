/** Class maps and grids for tests of the writers. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Crs } from "../core/georef/crs";
import type { Geotransform } from "../core/georef/geotransform";
import type { MaskReader } from "../io/mask-store";
import type { ExportClass } from "../io/write-class-map";
import type { ExportGrid } from "../io/write-cog";

export const EXPORT_CLASSES: readonly ExportClass[] = [
  { id: 0, name: "impervious surface", colour: [255, 255, 255] },
  { id: 1, name: 'building & <"shed">', colour: [0, 0, 255] },
  { id: 2, name: "low vegetation", colour: [0, 255, 255] },
  { id: 4, name: "car", colour: [255, 255, 0] },
];

export const UTM32: Crs = {
  name: "EPSG:25832",
  epsg: 25832,
  kind: "projected",
  metresPerUnit: 1,
  proj4: "+proj=tmerc +a=6378137 +k=0.9996 +lat_0=0 +lon_0=9 +rf=298.257222101 +x_0=500000 +y_0=0 +no_defs",
  datum: {
    name: "European Terrestrial Reference System 1989 ensemble",
    ellipsoid: { semiMajorMetres: 6_378_137, inverseFlattening: 298.257222101 },
    ways: [{ area: [-180, -90, 180, 90], accuracyMetres: 1, by: [0, 0, 0] }],
  },
  geoKeys: null,
  wkt: null,
};

export const NORTH_UP: Geotransform = [500000, 0.25, 0, 5600000, 0, -0.25];

export function exportGrid(widthPx: number, heightPx: number, over: Partial<ExportGrid> = {}): ExportGrid {
  return { widthPx, heightPx, geotransform: NORTH_UP, crs: UTM32, ...over };
}

/** Blocks of classes with speckle and holes of nodata; the same for the same position, so it needs no memory. */
function classAt(col: number, row: number): number {
  const speckle = (Math.imul(col, 2654435761) ^ Math.imul(row, 40503)) >>> 0;
  if (speckle % 13 === 0) return 255;
  const block = (Math.floor(col / 37) * 3 + Math.floor(row / 29)) % 4;
  return [0, 1, 2, 4][block]!;
}

/** Reads `classAt` (or another function of the position) as if it were a mask store. */
export function computedMask(
  widthPx: number,
  heightPx: number,
  valueAt: (col: number, row: number) => number = classAt,
): MaskReader {
  return {
    widthPx,
    heightPx,
    async read(rect) {
      const out = new Uint8Array(rect.widthPx * rect.heightPx);
      for (let row = 0, at = 0; row < rect.heightPx; row++) {
        for (let col = 0; col < rect.widthPx; col++, at++) out[at] = valueAt(rect.col + col, rect.row + row);
      }
      return out;
    },
  };
}

/** A new folder; whoever asks removes it. */
export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), "nadir-"));
}

/** A folder that is gone after the test. */
export function withTemporaryFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = temporaryFolder();
  return use(folder).finally(() => rmSync(folder, { recursive: true, force: true }));
}

export async function saveBlob(path: string, blob: Blob): Promise<string> {
  writeFileSync(path, new Uint8Array(await blob.arrayBuffer()));
  return path;
}
