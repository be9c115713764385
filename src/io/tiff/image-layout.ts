/**
 * What one TIFF directory says about its pixels, checked before anything is allocated.
 *
 * Source: TIFF 6.0 (baseline §8, tiles §15, sample format §19), Adobe TIFF Technical Notes, GDAL GTiff driver notes.
 */
import { NadirError } from "../../core/errors";
import type { DType } from "../../core/raster/dtype";
import type { TiffDirectory } from "./directory";

export const TAG = {
  newSubfileType: 254,
  imageWidth: 256,
  imageLength: 257,
  bitsPerSample: 258,
  compression: 259,
  photometric: 262,
  fillOrder: 266,
  documentName: 269,
  imageDescription: 270,
  stripOffsets: 273,
  orientation: 274,
  samplesPerPixel: 277,
  rowsPerStrip: 278,
  stripByteCounts: 279,
  planarConfiguration: 284,
  predictor: 317,
  colorMap: 320,
  tileWidth: 322,
  tileLength: 323,
  tileOffsets: 324,
  tileByteCounts: 325,
  extraSamples: 338,
  sampleFormat: 339,
  jpegTables: 347,
  modelPixelScale: 33550,
  modelTiepoint: 33922,
  rpcCoefficients: 50844,
  modelTransformation: 34264,
  geoKeyDirectory: 34735,
  geoDoubleParams: 34736,
  geoAsciiParams: 34737,
  gdalMetadata: 42112,
  gdalNodata: 42113,
  lercParameters: 50674,
} as const;

const COMPRESSION_NAMES: Readonly<Record<number, string>> = {
  1: "none",
  2: "CCITT Huffman",
  3: "CCITT Group 3",
  4: "CCITT Group 4",
  5: "LZW",
  6: "old-style JPEG",
  7: "JPEG",
  8: "DEFLATE",
  32766: "NeXT",
  32773: "PackBits",
  32809: "ThunderScan",
  32946: "DEFLATE",
  34676: "SGI LogLuv",
  34677: "SGI LogLuv 24",
  34712: "JPEG 2000",
  33003: "JPEG 2000",
  33005: "JPEG 2000",
  34887: "LERC",
  34925: "LZMA",
  50000: "ZSTD",
  50001: "WebP",
  50002: "JPEG XL",
  52546: "JPEG XL",
};

const READABLE_COMPRESSIONS = new Set([1, 5, 7, 8, 32773, 32946, 34887, 50000, 50001]);

/** How much a codec can shrink data at most (with a margin): a block that claims more is damaged or an attack. */
const MAX_RATIO: Readonly<Record<number, number>> = { 1: 1, 5: 1500, 8: 1040, 32773: 66, 32946: 1040, 7: 4000 };

/** Decoded bytes of one block; a 6000 × 6000 RGBA image in a single strip still fits. */
export const MAX_BLOCK_BYTES = 160 * 2 ** 20;
const MAX_SIDE_PX = 2 ** 24;
const MAX_BANDS = 1024;

export interface ImageLayout {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly bandCount: number;
  readonly dtype: DType;
  /** Bits of one stored sample: 1–32, or 64 for float64. */
  readonly bits: number;
  readonly float: boolean;
  readonly planar: boolean;
  readonly tiled: boolean;
  readonly blockWidthPx: number;
  readonly blockHeightPx: number;
  readonly blocksAcross: number;
  readonly blocksDown: number;
  readonly compression: number;
  readonly predictor: number;
  readonly photometric: number;
  readonly reversedBits: boolean;
}

/** @throws {NadirError} `unsupported-raster` (named feature), `corrupt-raster`, or `raster-too-large`. */
export async function readImageLayout(directory: TiffDirectory, name: string): Promise<ImageLayout> {
  const widthPx = await directory.number(TAG.imageWidth, 0);
  const heightPx = await directory.number(TAG.imageLength, 0);
  if (!isCount(widthPx) || !isCount(heightPx)) throw corrupt(name, `The image claims ${widthPx} × ${heightPx} pixels.`);
  if (widthPx > MAX_SIDE_PX || heightPx > MAX_SIDE_PX) {
    throw new NadirError({
      code: "raster-too-large",
      subject: name,
      found: `The image claims ${widthPx} × ${heightPx} pixels.`,
      needed: `Sides up to ${MAX_SIDE_PX} pixels can be opened.`,
      next: "Cut it into tiles, or check that the file is undamaged.",
    });
  }
  const bandCount = await directory.number(TAG.samplesPerPixel, 1);
  if (!isCount(bandCount)) throw corrupt(name, `The image claims ${bandCount} bands.`);
  if (bandCount > MAX_BANDS) throw unsupported(name, `${bandCount} bands`, `up to ${MAX_BANDS} bands`);
  const compression = await directory.number(TAG.compression, 1);
  if (!READABLE_COMPRESSIONS.has(compression)) {
    const label = COMPRESSION_NAMES[compression] ?? `number ${compression}`;
    throw unsupported(name, `compression ${label}`, "LZW, DEFLATE, ZSTD, PackBits, LERC, JPEG, WebP or none");
  }
  const samples = await readSampleType(directory, bandCount, name);
  const photometric = await directory.number(TAG.photometric, bandCount >= 3 ? 2 : 1);
  refuseColourSpace(photometric, compression, name);
  const tiled = directory.has(TAG.tileWidth);
  const blockWidthPx = tiled ? await directory.number(TAG.tileWidth, 0) : widthPx;
  const rows = await directory.number(tiled ? TAG.tileLength : TAG.rowsPerStrip, heightPx);
  // RowsPerStrip of 0 or 2^32 − 1 means the whole image.
  const blockHeightPx = tiled ? rows : rows === 0 ? heightPx : Math.min(rows, heightPx);
  if (!isCount(blockWidthPx) || !isCount(blockHeightPx) || blockWidthPx > MAX_SIDE_PX || blockHeightPx > MAX_SIDE_PX) {
    throw corrupt(name, `Its blocks claim ${blockWidthPx} × ${blockHeightPx} pixels.`);
  }
  const planarConfiguration = await directory.number(TAG.planarConfiguration, 1);
  if (planarConfiguration !== 1 && planarConfiguration !== 2) {
    throw corrupt(name, `Planar configuration ${planarConfiguration} does not exist.`);
  }
  const predictor = await directory.number(TAG.predictor, 1);
  const usesPredictor = [5, 8, 32946, 50000].includes(compression);
  if (usesPredictor) checkPredictor(predictor, samples, name);
  const layout: ImageLayout = {
    widthPx,
    heightPx,
    bandCount,
    ...samples,
    planar: planarConfiguration === 2 && bandCount > 1,
    tiled,
    blockWidthPx,
    blockHeightPx,
    blocksAcross: Math.ceil(widthPx / blockWidthPx),
    blocksDown: Math.ceil(heightPx / blockHeightPx),
    compression,
    predictor: usesPredictor ? predictor : 1,
    photometric,
    reversedBits: (await directory.number(TAG.fillOrder, 1)) === 2,
  };
  checkTables(directory, layout, name);
  return layout;
}

/** Bytes of one row of a block as stored, for the bands that share the block; rows start on a byte. */
export function storedRowBytes(layout: ImageLayout): number {
  return Math.ceil((layout.blockWidthPx * bandsPerBlock(layout) * layout.bits) / 8);
}

export function bandsPerBlock(layout: ImageLayout): number {
  return layout.planar ? 1 : layout.bandCount;
}

/**
 * Refuses a block whose decoded size cannot be right or cannot be held, before it is allocated.
 *
 * @param rows Rows of this block (the last strip may be shorter).
 */
export function checkBlockSize(layout: ImageLayout, rows: number, storedBytes: number, name: string): void {
  const decodedBytes = storedRowBytes(layout) * rows;
  if (decodedBytes > MAX_BLOCK_BYTES) {
    throw new NadirError({
      code: "raster-too-large",
      subject: name,
      found: `Its pixels come in compressed blocks of ${layout.blockWidthPx} × ${rows} pixels (${megabytes(decodedBytes)}).`,
      needed: `A block may decode to at most ${megabytes(MAX_BLOCK_BYTES)}.`,
      next: "Store it tiled: gdal_translate -co TILED=YES -co COMPRESS=DEFLATE in.tif out.tif",
    });
  }
  const ratio = MAX_RATIO[layout.compression] ?? 100_000;
  if (decodedBytes > storedBytes * ratio + 4096) {
    throw corrupt(name, `A block stores ${storedBytes} bytes for ${decodedBytes} bytes of pixels.`);
  }
}

async function readSampleType(directory: TiffDirectory, bandCount: number, name: string) {
  const bitsList = (await directory.numbers(TAG.bitsPerSample)).slice(0, bandCount);
  const bits = bitsList[0] ?? 1;
  if (bitsList.some((value) => value !== bits)) {
    throw unsupported(name, `bands of different depth (${bitsList.join(", ")} bits)`, "bands of one depth");
  }
  const formats = (await directory.numbers(TAG.sampleFormat)).slice(0, bandCount);
  const format = formats[0] ?? 1;
  if (formats.some((value) => value !== format)) throw unsupported(name, "bands of different types", "one sample type");
  const supported = "1–32-bit integers or 16-, 32- and 64-bit floats";
  if (format === 5 || format === 6) throw unsupported(name, "complex samples", supported);
  if (format === 3) {
    if (bits !== 16 && bits !== 32 && bits !== 64) throw unsupported(name, `${bits}-bit floats`, supported);
    return { dtype: bits === 64 ? "float64" : "float32", bits, float: true } as const;
  }
  if (!Number.isInteger(bits) || bits < 1 || bits > 32) throw unsupported(name, `${bits}-bit integers`, supported);
  // Sample format 4 (undefined) is read as unsigned, as GDAL does.
  const dtype = format === 2 ? signedType(bits, name) : bits <= 8 ? "uint8" : bits <= 16 ? "uint16" : "uint32";
  return { dtype, bits, float: false } as const;
}

function signedType(bits: number, name: string): DType {
  if (bits === 8) return "int8";
  if (bits === 16) return "int16";
  if (bits === 32) return "int32";
  throw unsupported(name, `${bits}-bit signed integers`, "8-, 16- or 32-bit signed integers");
}

function refuseColourSpace(photometric: number, compression: number, name: string): void {
  if (photometric === 6 && compression !== 7) {
    throw unsupported(name, "YCbCr colour without JPEG compression", "RGB, grey, palette, or YCbCr inside JPEG");
  }
  if (photometric === 5) throw unsupported(name, "print colours (CMYK)", "RGB, grey or palette");
  if (photometric === 8 || photometric === 9 || photometric === 10) throw unsupported(name, "CIE L*a*b* colour", "RGB");
  if (photometric === 32844 || photometric === 32845) throw unsupported(name, "LogLuv colour", "RGB");
}

function checkPredictor(predictor: number, samples: { bits: number; float: boolean }, name: string): void {
  const { bits, float } = samples;
  const known = predictor === 1 || predictor === 2 || predictor === 3;
  if (!known) throw corrupt(name, `Predictor ${predictor} does not exist.`);
  if (predictor === 2 && bits !== 8 && bits !== 16 && bits !== 32 && bits !== 64) {
    throw unsupported(name, `horizontal predictor on ${bits}-bit samples`, "8, 16, 32 or 64 bits");
  }
  if (predictor === 3 && !float) throw corrupt(name, "It has the floating point predictor on integer samples.");
}

function checkTables(directory: TiffDirectory, layout: ImageLayout, name: string): void {
  const needed = layout.blocksAcross * layout.blocksDown * (layout.planar ? layout.bandCount : 1);
  const kind = layout.tiled ? "tile" : "strip";
  const { offsetsTag, countsTag } = blockTables(directory, layout.tiled);
  const [offsets, counts] = [directory.count(offsetsTag), directory.count(countsTag)];
  if (offsets === 0) throw corrupt(name, `It has no ${kind} offsets.`);
  if (offsets < needed) throw corrupt(name, `It lists ${offsets} of ${needed} ${kind}s.`);
  // No table of sizes at all is common in old files and can be made up for; half a table is damage.
  if (counts > 0 && counts < needed) throw corrupt(name, `It lists the sizes of ${counts} of ${needed} ${kind}s.`);
}

/** Old writers put the tables of tiles under the tags of strips. */
export function blockTables(directory: TiffDirectory, tiled: boolean) {
  return {
    offsetsTag: tiled && directory.has(TAG.tileOffsets) ? TAG.tileOffsets : TAG.stripOffsets,
    countsTag: tiled && directory.has(TAG.tileByteCounts) ? TAG.tileByteCounts : TAG.stripByteCounts,
  };
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 1;
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MB`;
}

/** A file that contradicts itself. @param name Of the file. @param found A sentence. */
export function corrupt(name: string, found: string): NadirError {
  return new NadirError({
    code: "corrupt-raster",
    subject: name,
    found,
    needed: "A complete, undamaged TIFF is needed.",
    next: "Copy or download the file again.",
  });
}

/** A file that is sound and cannot be read. @param found What it uses. @param needed What can be read. */
export function unsupported(name: string, found: string, needed: string): NadirError {
  return new NadirError({
    code: "unsupported-raster",
    subject: name,
    found: `It uses ${found}.`,
    needed: `Readable: ${needed}.`,
    next: "Convert it, for example with gdal_translate in.tif out.tif.",
  });
}
