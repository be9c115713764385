/** Which shift grids a raster's positions can use: NTv2 files, by the names that EPSG gives them. */
import type { Crs, Datum, ShiftFile } from "./crs";

export function isShiftGrid(fileName: string): boolean {
  return /\.gsb$/i.test(fileName);
}

/** Whether positions of this CRS come to WGS 84 by a file of this name, given or not. */
export function isGridFor(crs: Crs | null, fileName: string): boolean {
  return shiftFileOf(crs?.datum, fileName) !== null;
}

export function shiftFileOf(datum: Datum | undefined, fileName: string): ShiftFile | null {
  return datum?.shiftFiles?.find(({ name }) => name.toLowerCase() === fileName.toLowerCase()) ?? null;
}
