/**
 * The one door for rasters: recognises the format by content, never by extension, and returns a source with facts.
 *
 * Works in workers and in Node (`fs.openAsBlob` gives the Blob); nothing here needs a page.
 */
import { NadirError } from "../core/errors";
import { type Geotransform, invertGeotransform, pixelToMap } from "../core/georef/geotransform";
import { isShiftGrid } from "../core/georef/shift-file";
import type { BandCorrections } from "../core/raster/band-corrections";
import type { RasterSource } from "../core/raster/raster";
import { type ByteSource, blobSource } from "./byte-source";
import { withCollar } from "./find-collar";
import { withLabelColours } from "./find-label-colours";
import { describeForeign, describeQuality, type Foreign, HEAD_BYTES } from "./foreign-files";
import { type BandStack, joinBands } from "./join-bands";
import { withPhotoRange } from "./measure-photo";
import { openGeotiff } from "./read-geotiff";
import { looksLikeJpeg, looksLikePng, openImage } from "./read-image";
import { type RemoteFile, remoteSource } from "./remote-file";
import { readSideFiles } from "./side-files";
import { looksLikeTiff } from "./tiff/directory";
import { withShiftGrid } from "./use-shift-grid";

export interface RasterInput {
  readonly file: (Blob & { readonly name: string }) | RemoteFile | BandStack;
  /** World file, `.prj`, `.aux.xml`, `.ovr`, `.msk`, `.gsb`; those of other images and datums are ignored. */
  readonly sideFiles?: readonly File[];
  /** What the user set right: roles and nodata of bands. */
  readonly corrections?: BandCorrections;
}

/**
 * @throws {NadirError} `not-a-raster`, `corrupt-raster`, `unsupported-raster` or `raster-too-large`, within bounded
 * memory whatever the file claims.
 */
export async function openRaster({ file, sideFiles = [], corrections = {} }: RasterInput): Promise<RasterSource> {
  if ("bands" in file) {
    const grids = sideFiles.filter(({ name }) => isShiftGrid(name));
    const parts = await Promise.all(
      file.bands.map((band) => openRaster({ ...band, sideFiles: [...band.sideFiles, ...grids] })),
    );
    return withPhotoRange(joinBands(file, parts, corrections), corrections.photoRange);
  }
  const source = "url" in file ? remoteSource(file) : blobSource(file, file.name);
  return openRasterSource(source, sideFiles, corrections);
}

/** The same for bytes that are no Blob (a remote file the user asked for). */
export async function openRasterSource(
  source: ByteSource,
  sideFiles: readonly File[] = [],
  corrections: BandCorrections = {},
): Promise<RasterSource> {
  if (source.size === 0) throw notARaster(source, "The file is empty.");
  requireTaken(source, describeQuality(source.name));
  const head = await source.read(0, Math.min(16, source.size));
  const side = await readSideFiles(source.name, sideFiles);
  if (looksLikeTiff(head)) return guarded(source, openGeotiff(source, side, corrections), { corrections, sideFiles });
  if (looksLikePng(head))
    return guarded(source, openImage(source, "png", side, corrections), { corrections, sideFiles });
  if (looksLikeJpeg(head))
    return guarded(source, openImage(source, "jpeg", side, corrections), { corrections, sideFiles });
  requireTaken(source, describeForeign(source.name, await source.read(0, Math.min(HEAD_BYTES, source.size))));
  throw notARaster(source, `The file starts with ${describeHead(head)}.`);
}

function requireTaken({ name }: ByteSource, foreign: Foreign | null): void {
  if (foreign !== null) throw new NadirError({ code: "not-a-raster", subject: name, ...foreign });
}

/** A fault of ours in the parser must still end in a sentence, not in a dead worker. */
async function guarded(
  source: ByteSource,
  opening: Promise<RasterSource>,
  {
    corrections: { photoRange, collar },
    sideFiles,
  }: { readonly corrections: BandCorrections; readonly sideFiles: readonly File[] },
): Promise<RasterSource> {
  try {
    const placed = await withShiftGrid(
      requirePlaceable(await opening),
      sideFiles.filter(({ name }) => isShiftGrid(name)),
    );
    const labelled = await withLabelColours(placed);
    return await withPhotoRange(await withCollar(labelled, collar), photoRange);
  } catch (cause) {
    if (!(cause instanceof RangeError || cause instanceof TypeError)) throw cause;
    throw new NadirError(
      {
        code: "corrupt-raster",
        subject: source.name,
        found: `Its structure makes no sense (${cause.message}).`,
        needed: "A complete, undamaged raster is needed.",
        next: "Copy or download the file again.",
      },
      { cause },
    );
  }
}

/** A position that no pixel can be found from again makes every question about it fail later. */
function requirePlaceable(raster: RasterSource): RasterSource {
  const { geotransform, widthPx, heightPx, fileName } = raster.facts;
  const isUsable =
    geotransform === null ||
    (isInvertible(geotransform) && pixelToMap(geotransform, [widthPx, heightPx]).every(Number.isFinite));
  if (isUsable) return raster;
  raster.close();
  throw new NadirError({
    code: "corrupt-raster",
    subject: fileName,
    found: `Its geotransform (${geotransform.join(", ")}) gives pixels no area that could be computed with.`,
    needed: "Pixels with a size and a place on the map are needed, or none at all.",
    next: "Give it its true position (gdal_edit.py -a_ullr), or take it away (gdal_edit.py -unsetgt).",
  });
}

function notARaster(source: ByteSource, found: string): NadirError {
  return new NadirError({
    code: "not-a-raster",
    subject: source.name,
    found,
    needed: "GeoTIFF, PNG and JPEG can be opened.",
    next: "Convert it with gdal_translate, or pick another file.",
  });
}

function isInvertible(geotransform: Geotransform): boolean {
  try {
    return invertGeotransform(geotransform).every(Number.isFinite);
  } catch {
    return false;
  }
}

function describeHead(head: Uint8Array): string {
  const text = String.fromCharCode(...head.subarray(0, 8));
  if (/^[\x20-\x7e\s]+$/.test(text)) return `the text "${text.trim()}"`;
  return `bytes ${[...head.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, "0")).join(" ")}`;
}
