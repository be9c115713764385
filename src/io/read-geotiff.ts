/**
 * A GeoTIFF as a raster source: facts from its tags, levels from overviews, missing pixels from nodata, mask and alpha.
 *
 * Source: OGC 19-008r4; GDAL GTiff driver documentation (nodata, metadata, internal masks).
 */
import type { CancelSignal } from "../core/cancel";
import { NadirError } from "../core/errors";
import { type BandCorrections, correctBands } from "../core/raster/band-corrections";
import type { BandArray } from "../core/raster/dtype";
import { unsaidHeightUnit } from "../core/raster/height-unit";
import { parseNodata } from "../core/raster/nodata";
import type { PixelRect, RasterFacts, RasterSource } from "../core/raster/raster";
import { validPixels } from "../core/raster/validity";
import type { ByteSource } from "./byte-source";
import { OTHER_SHIFT_GRID } from "./foreign-files";
import { parseGdalMetadata, type RasterMetadata } from "./gdal-metadata";
import { checkReadRequest } from "./read-request";
import type { SideInformation } from "./side-files";
import { assumeNodata } from "./tiff/assume-nodata";
import { describeBands } from "./tiff/describe-bands";
import { readTiffFile, type TiffDirectory } from "./tiff/directory";
import { readGeoreference } from "./tiff/georeference";
import { type ImageLayout, TAG } from "./tiff/image-layout";
import { openLevels } from "./tiff/levels";
import { BlockCache, openTiffImage, type TiffImage } from "./tiff/tiff-image";

/** Decoded blocks kept per file. */
const CACHE_BYTES = 48 * 2 ** 20;

/** More colours than that are a photo's, or a map's. */
const MOST_CLASS_COLOURS = 100;

/** Bands of PROJ's own grids (PROJ, "Geodetic TIFF grids"). */
const SHIFT_BANDS = /^((lat|long)itude_offset|(east|north)ing_offset|geoid_undulation|vertical_offset|hydroid_height)$/;

/** @throws {NadirError} `corrupt-raster`, `unsupported-raster` or `raster-too-large`. */
export async function openGeotiff(
  source: ByteSource,
  side: SideInformation,
  corrections: BandCorrections,
): Promise<RasterSource> {
  const file = await readTiffFile(source);
  const cache = new BlockCache(CACHE_BYTES);
  const main = file.directories[0]!;
  const notes = [...side.notes];
  const nodata = await readNodata(main, notes);
  const first = await openTiffImage(file, main, cache, "0", nodata ?? 0);
  const levels = await openLevels(file, first, side, cache, nodata ?? 0, notes);
  const hasMask = levels.some((level) => level.mask !== null);
  const described = await factsOf(source, main, first, { side, corrections, nodata, hasMask, notes });
  const facts: RasterFacts = {
    ...described,
    levels: levels.map(({ image }) => ({ widthPx: image.layout.widthPx, heightPx: image.layout.heightPx })),
  };
  const alphaBand = alphaOf(facts.bands);
  notes.push(...[unsaidHeightUnit(facts)].filter((note) => note !== null));
  await probeFirstBlock(first);
  let closed = false;

  return {
    facts,
    async read({ rect, bands: wanted, level = 0, signal }) {
      checkReadRequest(facts, { rect, bands: wanted, level }, closed);
      const { image, mask } = levels[level]!;
      const needsAlpha = alphaBand !== null && !wanted.includes(alphaBand);
      const read = await image.readRect(rect, needsAlpha ? [...wanted, alphaBand] : wanted, signal);
      const samples = read.slice(0, wanted.length);
      const alpha = needsAlpha ? read.at(-1)! : alphaBand === null ? null : read[wanted.indexOf(alphaBand)]!;
      const missing = mask === null ? alpha : joinMasks(await readMask(mask, rect, signal), alpha);
      const asked = wanted.map((band) => facts.bands[band]!);
      return { bands: samples, valid: validPixels(samples, asked, missing) };
    },
    forget: () => cache.clear(),
    close() {
      closed = true;
      cache.clear();
    },
  };
}

/** What the file and those beside it say, but for its levels. */
async function factsOf(
  source: ByteSource,
  main: TiffDirectory,
  first: TiffImage,
  known: {
    readonly side: SideInformation;
    readonly corrections: BandCorrections;
    readonly nodata: number | null;
    readonly hasMask: boolean;
    readonly notes: string[];
  },
): Promise<Omit<RasterFacts, "levels">> {
  const { side, corrections, nodata, hasMask, notes } = known;
  const { layout } = first;
  const { heightUnit, ...grid } = await readGeoreference(main, side, layout, notes);
  const metadata = await readMetadata(main);
  const extraSamples = await main.numbers(TAG.extraSamples);
  const palette = layout.bandCount === 1 ? await readPalette(main, layout) : null;
  if (new Set(palette?.map(String)).size > MOST_CLASS_COLOURS) {
    notes.push(
      "Its palette has more colours than classes have: if it is a photo, open it as one (gdal_translate -expand rgb).",
    );
  }
  const described = describeBands({
    layout,
    metadata,
    side,
    extraSamples,
    nodata,
    fileName: source.name,
    hasPalette: palette !== null,
    heightUnit,
  });
  if (described.some(({ name }) => SHIFT_BANDS.test(name ?? ""))) {
    throw new NadirError({ code: "unsupported-raster", subject: source.name, ...OTHER_SHIFT_GRID });
  }
  const assumed = await assumeNodata(first, described, source.name, notes);
  const bands = correctBands(assumed, corrections);
  await noteOddities(main, layout, notes);
  const categoryNames = metadata?.categoryNames ?? side.metadata?.categoryNames ?? null;
  return {
    fileName: source.name,
    fileBytes: source.size,
    format: "geotiff",
    widthPx: layout.widthPx,
    heightPx: layout.heightPx,
    bands,
    palette,
    blockWidthPx: layout.blockWidthPx,
    blockHeightPx: layout.blockHeightPx,
    ...grid,
    ...(hasMask ? { mask: "mask" } : alphaOf(bands) !== null ? { mask: "alpha" } : {}),
    ...(categoryNames === null ? {} : { categoryNames }),
    ...(Object.keys(metadata?.labels ?? {}).length > 0 && { labels: metadata!.labels! }),
    ...(corrections.use === undefined ? {} : { use: corrections.use }),
    notes,
  };
}

function alphaOf(bands: RasterFacts["bands"]): number | null {
  return bands.find((band) => band.role === "alpha")?.index ?? null;
}

/** A codec or damage problem shows when the file is opened, not in the middle of a run. */
async function probeFirstBlock(image: TiffImage): Promise<void> {
  await image.readRect({ col: 0, row: 0, widthPx: 1, heightPx: 1 }, [0]);
}

async function readMask(mask: TiffImage, rect: PixelRect, signal: CancelSignal | undefined): Promise<BandArray> {
  return (await mask.readRect(rect, [0], signal))[0]!;
}

function joinMasks(mask: BandArray, alpha: BandArray | null): ArrayLike<number> {
  return alpha === null ? mask : mask.map((value, pixel) => (alpha[pixel] === 0 ? 0 : value));
}

async function readNodata(directory: TiffDirectory, notes: string[]): Promise<number | null> {
  const text = await directory.text(TAG.gdalNodata).catch(() => null);
  if (text === null || text.trim() === "") return null;
  const value = parseNodata(text);
  if (value === null) notes.push(`The nodata value "${text.trim().slice(0, 40)}" is no number and is ignored.`);
  return value;
}

async function readMetadata(directory: TiffDirectory): Promise<RasterMetadata | null> {
  const xml = await directory.text(TAG.gdalMetadata).catch(() => null);
  return xml === null ? null : parseGdalMetadata(xml);
}

/**
 * A colour map, whatever the photometric tag says: some writers leave that at grey.
 *
 * 16-bit colours to 8 bits; files whose largest value fits a byte were written with 8-bit values by
 * mistake.
 */
async function readPalette(directory: TiffDirectory, layout: ImageLayout): Promise<RasterFacts["palette"]> {
  if (layout.float || layout.bits > 16 || !directory.has(TAG.colorMap)) return null;
  const map = await directory.numbers(TAG.colorMap);
  const count = 2 ** layout.bits;
  if (map.length < count * 3) return null;
  const isWide = map.some((value) => value > 255);
  const byte = (value: number) => (isWide ? Math.round(value / 257) : value);
  return Array.from({ length: count }, (_, index) => [
    byte(map[index]!),
    byte(map[count + index]!),
    byte(map[2 * count + index]!),
  ]);
}

async function noteOddities(directory: TiffDirectory, layout: ImageLayout, notes: string[]): Promise<void> {
  const orientation = await directory.number(TAG.orientation, 1);
  if (orientation !== 1) notes.push(`The orientation tag (${orientation}) is ignored; pixels are shown as stored.`);
  if (layout.photometric === 0) notes.push("White is zero: values are read as stored.");
}
