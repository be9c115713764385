/** Files on disk as Blobs that are read by ranges, never whole: what the readers take in the page and here alike. */
import { openAsBlob } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { NadirError, type NadirErrorCode } from "../core/errors";
import { isShiftGrid } from "../core/georef/shift-file";
import type { BandCorrections } from "../core/raster/band-corrections";
import type { RasterSource } from "../core/raster/raster";
import { openRaster } from "../io/open-raster";

export type NamedBlob = Blob & { readonly name: string };

/** @throws {NadirError} With `code` when there is no such file. */
export async function openFile(path: string, code: NadirErrorCode = "storage"): Promise<NamedBlob> {
  const facts = await stat(path).catch(() => null);
  if (facts === null || !facts.isFile()) {
    throw new NadirError({
      code,
      subject: path,
      found:
        facts === null ? "There is no such file." : `This is a ${facts.isDirectory() ? "folder" : "device or a pipe"}.`,
      needed: "A file that can be read is needed.",
      next: "Check the path.",
    });
  }
  return Object.assign(await openAsBlob(path), { name: basename(path) });
}

/** Where GDAL looks for side files of a raster: world files, .prj and .aux.xml. */
export function sideFilePaths(path: string): readonly string[] {
  const stem = path.replace(/\.[^./\\]+$/, "");
  return [
    ...["tfw", "tifw", "pgw", "pngw", "jgw", "jpgw", "wld", "prj"].map((extension) => `${stem}.${extension}`),
    `${path}.aux.xml`,
    `${stem}.aux.xml`,
  ];
}

/** Shift grids for a raster: NTv2 files in its folder and in the one above it. */
export async function gridPaths(path: string): Promise<readonly string[]> {
  const folder = dirname(resolve(path));
  const folders = [...new Set([folder, dirname(folder)])];
  const names = await Promise.all(folders.map((each) => readdir(each).catch(() => [])));
  return folders.flatMap((each, at) => names[at]!.filter(isShiftGrid).map((name) => join(each, name)));
}

/** Only those that exist. */
async function openSideFiles(path: string): Promise<readonly File[]> {
  // Read by ranges, unlike the others.
  const grids = await Promise.all(
    (await gridPaths(path)).map(
      async (grid) => Object.assign(await openAsBlob(grid), { name: basename(grid) }) as File,
    ),
  );
  const found = await Promise.all(
    sideFilePaths(path).map(async (candidate) => {
      const bytes = await readFile(candidate).catch(() => null);
      return bytes === null ? null : new File([bytes], basename(candidate));
    }),
  );
  return [...found.filter((file) => file !== null), ...grids];
}

/** Opens a raster with the side files beside it. */
export async function openRasterFile(path: string, corrections: BandCorrections = {}): Promise<RasterSource> {
  return openRaster({ file: await openFile(path), sideFiles: await openSideFiles(path), corrections });
}
