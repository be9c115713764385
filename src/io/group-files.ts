/** Sorts the files of a drop or a folder: rasters to open, each with the small files that explain it, and what cannot be one. */
import type { NadirErrorFacts } from "../core/errors";
import { isShiftGrid } from "../core/georef/shift-file";
import { ENVI_DATA } from "./foreign-files";
import { imageNameOf, isSideFile, sideFileNames } from "./side-files";

/** A file and the folder it lies in (`file-place.ts`). */
export interface PlacedFile<F extends Named = File> {
  readonly file: F;
  /** Parts joined by "/"; "" for a file given by itself. */
  readonly folder: string;
}

interface Named {
  readonly name: string;
}

export interface FileGroups<F extends Named = File> {
  /** A file is explained by those that lie in its own folder under its own name, and by shift grids wherever they lay. */
  readonly rasters: readonly (PlacedFile<F> & { readonly sideFiles: readonly F[] })[];
  readonly refused: readonly { readonly fileName: string; readonly error: NadirErrorFacts }[];
  /** Shift grids among the files. */
  readonly grids: readonly F[];
}

export function groupFiles<F extends Named>(files: readonly PlacedFile<F>[]): FileGroups<F> {
  const byPath = new Map(files.map((placed) => [pathKey(placed.folder, placed.file.name), placed.file]));
  const grids = files.map(({ file }) => file).filter(({ name }) => isShiftGrid(name));
  const explaining = new Set<F>(grids);
  const rasters: FileGroups<F>["rasters"][number][] = [];
  const refused: FileGroups["refused"][number][] = [];
  for (const { file, folder } of files) {
    if (isSideFile(file.name)) continue;
    if (isRawData(file.name) && byPath.has(pathKey(folder, file.name.replace(/\.[^.]+$/, ".hdr")))) {
      refused.push({ fileName: file.name, error: { code: "not-a-raster", ...ENVI_DATA } });
      continue;
    }
    const own = sideFileNames(file.name).flatMap((name) => byPath.get(pathKey(folder, name)) ?? []);
    for (const side of own) explaining.add(side);
    rasters.push({ file, folder, sideFiles: [...own, ...grids] });
  }
  for (const { file, folder } of files) {
    const isOfVectors = byPath.has(pathKey(folder, file.name.replace(/\.[^.]+$/, ".shp")));
    if (isSideFile(file.name) && !explaining.has(file) && !isOfVectors) {
      refused.push({ fileName: file.name, error: lonely(file.name) });
    }
  }
  return { rasters, refused, grids };
}

/** Names that say nothing of what is in them. */
function isRawData(name: string): boolean {
  return /\.(bin|dat|img|raw|data)$/i.test(name);
}

function pathKey(folder: string, name: string): string {
  return `${folder}/${name.toLowerCase()}`;
}

/** Of a shift grid that no raster has a use for. */
export function unusedGrid(): NadirErrorFacts {
  return {
    code: "not-a-raster",
    found: "A shift grid between two datums, which no open raster refers to by this name.",
    needed: "It goes with rasters whose coordinate system EPSG shifts by a file so named (BETA2007.gsb with DHDN).",
    next: "Give it the name that the warning beside the raster asks for, or open the two together.",
  };
}

function lonely(name: string): NadirErrorFacts {
  return {
    code: "not-a-raster",
    found: "It says where an image lies, or what its values are, and came without that image.",
    needed: `It waits for an image named ${imageNameOf(name)} in the same folder.`,
    next: "Open the two together.",
  };
}
