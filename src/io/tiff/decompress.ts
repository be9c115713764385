/**
 * One stored TIFF block → its decoded bytes, rows packed as TIFF packs them (before predictor and byte order), or,
 * for codecs that decode to samples themselves, the samples in this machine's byte order.
 */
import { Decompress as ZstdDecoder } from "fzstd";
import { NadirError } from "../../core/errors";
import { inflate } from "../codecs/inflate";
import { decodeJpeg, joinJpegTables, readJpegHeader } from "../codecs/jpeg";
import { decodeLzw } from "../codecs/lzw";
import { decodePackBits } from "../codecs/packbits";
import { decodeWebp, readWebpSize } from "../codecs/webp";
import { bandsPerBlock, corrupt, type ImageLayout, MAX_BLOCK_BYTES, storedRowBytes, unsupported } from "./image-layout";

export interface BlockCodecContext {
  readonly name: string;
  readonly layout: ImageLayout;
  readonly jpegTables: Uint8Array | null;
  /** [version, additional compression]: 0 none, 1 DEFLATE, 2 ZSTD. */
  readonly lercAdditionalCompression: number;
}

export interface DecodedBlock {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** True when `bytes` are samples in this machine's byte order, without predictor. */
  readonly native: boolean;
}

/**
 * @param rows Rows the block must yield.
 * @throws {NadirError} `corrupt-raster` when the data is damaged or too short.
 */
export async function decompressBlock(
  stored: Uint8Array<ArrayBuffer>,
  rows: number,
  context: BlockCodecContext,
): Promise<DecodedBlock> {
  const { layout, name } = context;
  const expectedBytes = storedRowBytes(layout) * rows;
  try {
    const decoded = await decode(stored, rows, expectedBytes, context);
    if (decoded.bytes.length < expectedBytes) {
      throw corrupt(name, `A block holds ${decoded.bytes.length} of ${expectedBytes} bytes of pixels.`);
    }
    return decoded;
  } catch (cause) {
    if (cause instanceof NadirError) throw cause;
    throw new NadirError(corrupt(name, `A block cannot be decoded${reasonOf(cause)}.`).facts, { cause });
  }
}

/** Codecs compiled from C throw numbers and objects without a message. */
function reasonOf(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : typeof cause === "string" ? cause : "";
  return message === "" ? ": its codec refuses it" : ` (${message})`;
}

async function decode(
  stored: Uint8Array<ArrayBuffer>,
  rows: number,
  expectedBytes: number,
  context: BlockCodecContext,
): Promise<DecodedBlock> {
  const { layout } = context;
  const data = layout.reversedBits && layout.compression !== 7 ? reverseBits(stored) : stored;
  switch (layout.compression) {
    case 1:
      return { bytes: data, native: false };
    case 5:
      return { bytes: decodeLzw(data, expectedBytes), native: false };
    case 7:
      return { bytes: await decodeJpegBlock(data, rows, context), native: true };
    case 8:
    case 32946:
      return { bytes: inflate(data, expectedBytes), native: false };
    case 32773:
      return { bytes: decodePackBits(data, expectedBytes), native: false };
    case 34887:
      return { bytes: await decodeLercBlock(data, rows, expectedBytes, context), native: true };
    case 50000:
      return { bytes: decodeZstd(data, expectedBytes), native: false };
    case 50001:
      return { bytes: await decodeWebpBlock(data, rows, context), native: true };
    default:
      throw unsupported(context.name, `compression ${layout.compression}`, "a common compression");
  }
}

async function decodeJpegBlock(
  data: Uint8Array,
  rows: number,
  { layout, jpegTables, name }: BlockCodecContext,
): Promise<Uint8Array<ArrayBuffer>> {
  if (layout.bits !== 8) throw unsupported(name, `${layout.bits}-bit JPEG`, "8-bit JPEG");
  const stream = joinJpegTables(jpegTables, data);
  const bands = bandsPerBlock(layout);
  const header = readJpegHeader(stream);
  if (header === null) throw new Error("no JPEG frame header");
  if (header.widthPx * header.heightPx * header.bandCount > MAX_BLOCK_BYTES) throw new Error("JPEG block too large");
  if (header.widthPx < layout.blockWidthPx || header.bandCount !== bands) {
    throw new Error(`JPEG of ${header.widthPx} × ${header.heightPx} × ${header.bandCount} in the block`);
  }
  const samples =
    bands === 1 || bands === 3
      ? (await decodeJpeg(stream, layout.photometric === 6 ? "ycbcr" : "rgb")).samples
      : await decodeManyBandJpeg(data, jpegTables, layout);
  return cropRows(samples, header.widthPx, header.heightPx, layout.blockWidthPx, rows, bands);
}

/** Two- and four-component JPEG (grey or RGB with alpha), which libjpeg-turbo's RGB interface refuses. */
async function decodeManyBandJpeg(
  data: Uint8Array,
  jpegTables: Uint8Array | null,
  layout: ImageLayout,
): Promise<Uint8Array> {
  const { getDecoder } = await import("geotiff");
  const decoder = await getDecoder(7, {
    tileWidth: layout.blockWidthPx,
    tileHeight: layout.blockHeightPx,
    predictor: 1,
    bitsPerSample: 8,
    planarConfiguration: 1,
    ...(jpegTables === null ? {} : { JPEGTables: jpegTables }),
  });
  return new Uint8Array(await decoder.decode(data.slice().buffer));
}

async function decodeWebpBlock(
  data: Uint8Array<ArrayBuffer>,
  rows: number,
  { layout, name }: BlockCodecContext,
): Promise<Uint8Array<ArrayBuffer>> {
  const bands = bandsPerBlock(layout);
  if (layout.bits !== 8 || (bands !== 3 && bands !== 4)) {
    throw unsupported(name, `WebP with ${bands} bands`, "WebP with 3 or 4 bands");
  }
  const size = readWebpSize(data);
  if (size === null) throw new Error("no WebP header");
  if (size.widthPx * size.heightPx * 4 > MAX_BLOCK_BYTES) throw new Error("WebP block too large");
  const { widthPx, heightPx, rgba } = await decodeWebp(data);
  const samples = bands === 4 ? rgba : dropAlpha(rgba);
  return cropRows(samples, widthPx, heightPx, layout.blockWidthPx, rows, bands);
}

async function decodeLercBlock(
  data: Uint8Array<ArrayBuffer>,
  rows: number,
  expectedBytes: number,
  { layout, lercAdditionalCompression, name }: BlockCodecContext,
): Promise<Uint8Array<ArrayBuffer>> {
  const { default: Lerc } = await import("lerc");
  const limit = expectedBytes * 2 + (1 << 16);
  const blob =
    lercAdditionalCompression === 1
      ? inflate(data, limit)
      : lercAdditionalCompression === 2
        ? decodeZstd(data, limit)
        : data;
  if (lercAdditionalCompression > 2)
    throw unsupported(name, "an unknown LERC variant", "LERC, LERC_DEFLATE, LERC_ZSTD");
  checkLercHeader(blob, layout, rows);
  const decoded = Lerc.decode(blob.slice().buffer, { returnPixelInterleavedDims: true });
  const bands = bandsPerBlock(layout);
  const samples = decoded.pixels[0];
  if (samples === undefined || decoded.width !== layout.blockWidthPx || decoded.height < rows) {
    throw new Error(`LERC block of ${decoded.width} × ${decoded.height}`);
  }
  if (samples.BYTES_PER_ELEMENT * 8 !== layout.bits)
    throw new Error(`LERC samples of ${samples.BYTES_PER_ELEMENT} bytes`);
  if (samples.length !== decoded.width * decoded.height * bands)
    throw new Error(`LERC block of ${samples.length} samples`);
  return new Uint8Array(samples.buffer as ArrayBuffer, samples.byteOffset, samples.byteLength);
}

/** LERC2 states its size up front: held against the block before the decoder allocates (LERC 2 format, header). */
function checkLercHeader(blob: Uint8Array, layout: ImageLayout, rows: number): void {
  const magic = String.fromCharCode(...blob.subarray(0, 6));
  if (magic !== "Lerc2 " || blob.length < 34) throw new Error("not a LERC2 block");
  const header = new DataView(blob.buffer, blob.byteOffset, blob.length);
  const version = header.getInt32(6, true);
  // Version 3 put a checksum before the sizes.
  const at = version >= 3 ? 14 : 10;
  const heightPx = header.getInt32(at, true);
  const widthPx = header.getInt32(at + 4, true);
  if (widthPx !== layout.blockWidthPx || heightPx < rows || heightPx > layout.blockHeightPx) {
    throw new Error(`LERC block of ${widthPx} × ${heightPx}`);
  }
}

/**
 * Streamed, because TIFF's frames do not state their size, and stopped as soon as the wanted bytes are there.
 *
 * @returns At most `wantedBytes`; fewer when the frame ends early.
 */
function decodeZstd(data: Uint8Array, wantedBytes: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(wantedBytes);
  let written = 0;
  const enough = new Error("enough");
  const decoder = new ZstdDecoder((chunk) => {
    const taken = chunk.subarray(0, wantedBytes - written);
    out.set(taken, written);
    written += taken.length;
    if (written === wantedBytes) throw enough;
  });
  try {
    decoder.push(data, true);
  } catch (error) {
    if (error !== enough) throw error;
  }
  return out.subarray(0, written);
}

function cropRows(
  samples: Uint8Array,
  widthPx: number,
  heightPx: number,
  wantedWidthPx: number,
  rows: number,
  bands: number,
): Uint8Array<ArrayBuffer> {
  if (widthPx < wantedWidthPx || heightPx < rows) throw new Error(`block of ${widthPx} × ${heightPx} pixels`);
  const out = new Uint8Array(wantedWidthPx * rows * bands);
  for (let row = 0; row < rows; row++) {
    const from = row * widthPx * bands;
    out.set(samples.subarray(from, from + wantedWidthPx * bands), row * wantedWidthPx * bands);
  }
  return out;
}

function dropAlpha(rgba: Uint8Array): Uint8Array {
  const rgb = new Uint8Array((rgba.length / 4) * 3);
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) {
    rgb[to] = rgba[from]!;
    rgb[to + 1] = rgba[from + 1]!;
    rgb[to + 2] = rgba[from + 2]!;
  }
  return rgb;
}

function reverseBits(data: Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(data, (byte) => {
    const swapped = ((byte & 0xf0) >> 4) | ((byte & 0x0f) << 4);
    const pairs = ((swapped & 0xcc) >> 2) | ((swapped & 0x33) << 2);
    return ((pairs & 0xaa) >> 1) | ((pairs & 0x55) << 1);
  });
}
