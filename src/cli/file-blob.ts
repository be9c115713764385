/** Files on disk as Blobs that are read by ranges, never whole: what the readers take in the page and here alike. */
import { openAsBlob } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { NadirError, type NadirErrorCode } from "../core/errors";
import { isShiftGrid } from "../core/georef/shift-file";
import type { BandCorrections } from "../core/raster/band-corrections";
import type { RasterSource } from "../core/raster/raster";
import { openRaster } from "../io/open-raster";
import { sideFileNames } from "../io/side-files";

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

/** The files beside a raster that explain it, as the page finds them: whatever the case of their names. */
export async function sideFilePaths(path: string): Promise<readonly string[]> {
  const wanted = sideFileNames(basename(path));
  const names = await readdir(dirname(path)).catch(() => []);
  return names.filter((name) => wanted.includes(name.toLowerCase())).map((name) => join(dirname(path), name));
}

/** Shift grids for a raster: NTv2 files in its folder and in the one above it. */
export async function gridPaths(path: string): Promise<readonly string[]> {
  const folder = dirname(resolve(path));
  const folders = [...new Set([folder, dirname(folder)])];
  const names = await Promise.all(folders.map((each) => readdir(each).catch(() => [])));
  return folders.flatMap((each, at) => names[at]!.filter(isShiftGrid).map((name) => join(each, name)));
}

/** Read by ranges: external overviews may be as large as what they belong to. */
async function openSideFiles(path: string): Promise<readonly File[]> {
  const paths = [...(await sideFilePaths(path)), ...(await gridPaths(path))];
  return Promise.all(
    paths.map(async (side) => Object.assign(await openAsBlob(side), { name: basename(side) }) as unknown as File),
  );
}

/** Opens a raster with the side files beside it. */
export async function openRasterFile(path: string, corrections: BandCorrections = {}): Promise<RasterSource> {
  return openRaster({ file: await openFile(path), sideFiles: await openSideFiles(path), corrections });
}
