/**
 * PNG (1–16 bit, any colour type) and JPEG as raster sources. Neither can be read by parts, so the pixels are held
 * whole; sizes are checked from the header first.
 */
import { decode as decodePng } from "fast-png";
import { NadirError } from "../core/errors";
import { type BandCorrections, correctBands } from "../core/raster/band-corrections";
import { recogniseBandRoles } from "../core/raster/band-roles";
import { type BandArray, createBandArray, type DType } from "../core/raster/dtype";
import type { BandFacts, PixelRect, RasterFacts, RasterSource } from "../core/raster/raster";
import { validPixels } from "../core/raster/validity";
import type { BandRole } from "../core/vocabulary/band-roles";
import type { ByteSource } from "./byte-source";
import { decodeJpeg, readJpegHeader } from "./codecs/jpeg";
import { expectedPngBytes, pngDataFits } from "./codecs/png-stream";
import { checkReadRequest } from "./read-request";
import { placeGrid } from "./reproject";
import type { SideInformation } from "./side-files";

/** Decoded bytes of one image. */
const MAX_IMAGE_BYTES = 768 * 2 ** 20;
const JPEG_HEADER_BYTES = 1 << 20;

interface DecodedImage {
  readonly format: "png" | "jpeg";
  readonly widthPx: number;
  readonly heightPx: number;
  readonly bands: readonly BandArray[];
  readonly dtype: DType;
  readonly palette: RasterFacts["palette"];
  readonly hasAlpha: boolean;
  /** 0 where a palette entry or key colour is transparent; null when nothing is. */
  readonly mask: Uint8Array | null;
  readonly significantBits: number | null;
}

export function looksLikePng(head: Uint8Array): boolean {
  return [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a].every((byte, index) => head[index] === byte);
}

export function looksLikeJpeg(head: Uint8Array): boolean {
  return head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff;
}

/** @throws {NadirError} `corrupt-raster`, `unsupported-raster` or `raster-too-large`. */
export async function openImage(
  source: ByteSource,
  format: "png" | "jpeg",
  side: SideInformation,
  corrections: BandCorrections,
): Promise<RasterSource> {
  const image = format === "png" ? await readPng(source) : await readJpeg(source);
  const alphaBand = image.hasAlpha ? image.bands.length - 1 : null;
  const facts = factsOf(source, image, alphaBand, side, corrections);
  const alpha = alphaBand === null ? image.mask : image.bands[alphaBand]!;
  let closed = false;
  return {
    facts,
    async read(request) {
      checkReadRequest(facts, request, closed);
      request.signal?.throwIfAborted();
      const cut = (band: BandArray) => cutRect(band, image, request.rect);
      const bands = request.bands.map((band) => cut(image.bands[band]!));
      const asked = request.bands.map((band) => facts.bands[band]!);
      return { bands, valid: validPixels(bands, asked, alpha === null ? null : cut(alpha)) };
    },
    close() {
      closed = true;
    },
  };
}

function factsOf(
  source: ByteSource,
  image: DecodedImage,
  alphaBand: number | null,
  side: SideInformation,
  corrections: BandCorrections,
): RasterFacts {
  const { widthPx, heightPx } = image;
  const notes = [...side.notes];
  if (side.geotransform !== null) notes.push(`Position read from ${side.geotransform.from}.`);
  if (side.crs !== null) notes.push(`Coordinate system read from ${side.crs.from}.`);
  const placed = { geotransform: side.geotransform?.value ?? null, crs: side.crs?.value ?? null };
  const grid = placeGrid(placed, image, notes);
  const categoryNames = side.metadata?.categoryNames ?? null;
  return {
    fileName: source.name,
    fileBytes: source.size,
    format: image.format,
    widthPx,
    heightPx,
    bands: correctBands(bandFactsOf(source, image, alphaBand, side), corrections),
    palette: image.palette,
    blockWidthPx: widthPx,
    blockHeightPx: heightPx,
    levels: [{ widthPx, heightPx }],
    ...grid,
    ...(alphaBand !== null ? { mask: "alpha" } : image.mask !== null ? { mask: "mask" } : {}),
    ...(categoryNames === null ? {} : { categoryNames }),
    ...(corrections.use === undefined ? {} : { use: corrections.use }),
    notes,
  };
}

function bandFactsOf(
  source: ByteSource,
  image: DecodedImage,
  alphaBand: number | null,
  side: SideInformation,
): BandFacts[] {
  const colour = image.palette !== null ? "palette" : image.bands.length >= 3 ? "rgb" : "grey";
  const details = image.bands.map((_, band) => side.metadata?.bands.get(band) ?? {});
  const roles = recogniseBandRoles({
    fileName: source.name,
    bandCount: image.bands.length,
    dtype: image.dtype,
    colour,
    stated: image.bands.map((_, band): BandRole | null => (band === alphaBand ? "alpha" : null)),
    names: details.map((detail) => detail.name ?? null),
  });
  const unitOf = (band: number) =>
    details[band]!.unit ?? (roles[band]!.role === "height" ? side.heightUnit : null) ?? undefined;
  return details.map(
    (detail, index): BandFacts => ({
      index,
      dtype: image.dtype,
      name: detail.name ?? null,
      role: roles[index]!.role,
      roleReason: roles[index]!.reason,
      nodata: detail.nodata ?? null,
      scale: detail.scale ?? 1,
      offset: detail.offset ?? 0,
      ...(unitOf(index) === undefined ? {} : { unit: unitOf(index)! }),
      ...(image.significantBits === null ? {} : { significantBits: image.significantBits }),
    }),
  );
}

/** Row-major samples of a rectangle. */
function cutRect(band: BandArray, { dtype, widthPx }: DecodedImage, rect: PixelRect): BandArray {
  const out = createBandArray(dtype, rect.widthPx * rect.heightPx);
  for (let row = 0; row < rect.heightPx; row++) {
    const from = (rect.row + row) * widthPx + rect.col;
    out.set(band.subarray(from, from + rect.widthPx), row * rect.widthPx);
  }
  return out;
}

async function readPng(source: ByteSource): Promise<DecodedImage> {
  const head = await source.read(0, Math.min(33, source.size));
  if (head.length < 33) throw damaged(source, "The header is cut off.");
  const view = new DataView(head.buffer, head.byteOffset);
  const [widthPx, heightPx, depth, colourType] = [view.getUint32(16), view.getUint32(20), head[24]!, head[25]!];
  const channels = [1, 0, 3, 1, 2, 0, 4][colourType] ?? 0;
  if (channels === 0 || widthPx === 0 || heightPx === 0) throw damaged(source, "The PNG header makes no sense.");
  checkSize(source, widthPx, heightPx, channels * (depth === 16 ? 2 : 1));
  const bytes = await source.read(0, source.size);
  if (!(await pngDataFits(bytes, expectedPngBytes(widthPx, heightPx, channels * depth, head[28] === 1)))) {
    throw damaged(source, `It holds more pixel data than ${widthPx} × ${heightPx} pixels need.`);
  }
  const png = await decodeOr(source, async () => decodePng(bytes, { checkCrc: true }));
  const samples = depth < 8 ? unpackRows(png.data as Uint8Array, widthPx, heightPx, depth) : png.data;
  if (samples.length < widthPx * heightPx * channels) throw damaged(source, "The pixel data is cut off.");
  const dtype = depth === 16 ? "uint16" : "uint8";
  const bands = Array.from({ length: channels }, (_, band) => {
    const out = createBandArray(dtype, widthPx * heightPx);
    for (let pixel = 0, from = band; pixel < out.length; pixel++, from += channels) out[pixel] = samples[from]!;
    return out;
  });
  const palette = png.palette?.map(([red, green, blue]) => [red!, green!, blue!] as const) ?? null;
  return {
    format: "png",
    widthPx,
    heightPx,
    bands,
    dtype,
    palette,
    hasAlpha: colourType === 4 || colourType === 6,
    mask: transparencyMask(bands, png.palette ?? null, png.transparency ?? null),
    significantBits: depth < 8 && palette === null ? depth : null,
  };
}

/** PNG's tRNS: alpha per palette entry, or one colour that is transparent. */
function transparencyMask(
  bands: readonly BandArray[],
  palette: readonly (readonly number[])[] | null,
  transparency: Uint16Array | null,
): Uint8Array | null {
  const pixelCount = bands[0]!.length;
  if (palette !== null) {
    const isTransparent = palette.map((entry) => entry[3] === 0);
    return isTransparent.includes(true)
      ? Uint8Array.from(bands[0]!, (index) => (isTransparent[index] === true ? 0 : 1))
      : null;
  }
  if (transparency === null || transparency.length < bands.length) return null;
  const mask = new Uint8Array(pixelCount).fill(1);
  for (let pixel = 0; pixel < pixelCount; pixel++) {
    if (bands.every((band, index) => band[pixel] === transparency[index])) mask[pixel] = 0;
  }
  return mask;
}

function unpackRows(packed: Uint8Array, widthPx: number, heightPx: number, depth: number): Uint8Array {
  if (packed.length === widthPx * heightPx) return packed;
  const out = new Uint8Array(widthPx * heightPx);
  const rowBytes = Math.ceil((widthPx * depth) / 8);
  const mask = (1 << depth) - 1;
  for (let row = 0; row < heightPx; row++) {
    for (let col = 0; col < widthPx; col++) {
      const bit = col * depth;
      out[row * widthPx + col] = (packed[row * rowBytes + (bit >> 3)]! >> (8 - depth - (bit & 7))) & mask;
    }
  }
  return out;
}

async function readJpeg(source: ByteSource): Promise<DecodedImage> {
  const header = readJpegHeader(await source.read(0, Math.min(JPEG_HEADER_BYTES, source.size)));
  if (header === null) throw damaged(source, "It has no readable JPEG header.");
  if (header.bits !== 8 || (header.bandCount !== 1 && header.bandCount !== 3)) {
    throw new NadirError({
      code: "unsupported-raster",
      subject: source.name,
      found: `It is a JPEG with ${header.bandCount} components of ${header.bits} bits.`,
      needed: "Readable: 8-bit grey or colour JPEG.",
      next: "Convert it to TIFF or PNG.",
    });
  }
  checkSize(source, header.widthPx, header.heightPx, header.bandCount);
  const decoded = await decodeOr(source, async () => decodeJpeg(await source.read(0, source.size), "as-marked"));
  const { widthPx, heightPx, bandCount, samples } = decoded;
  const bands = Array.from({ length: bandCount }, (_, band) => {
    if (bandCount === 1) return samples;
    const out = new Uint8Array(widthPx * heightPx);
    for (let pixel = 0, from = band; pixel < out.length; pixel++, from += bandCount) out[pixel] = samples[from]!;
    return out;
  });
  return {
    format: "jpeg",
    widthPx,
    heightPx,
    bands,
    dtype: "uint8",
    palette: null,
    hasAlpha: false,
    mask: null,
    significantBits: null,
  };
}

function checkSize(source: ByteSource, widthPx: number, heightPx: number, pixelBytes: number): void {
  const bytes = widthPx * heightPx * pixelBytes;
  // 1100 : 1 is more than DEFLATE can reach; a JPEG needs about a bit per block of 64 pixels.
  if (bytes > source.size * 4000 + (1 << 20))
    throw damaged(source, `It claims ${widthPx} × ${heightPx} pixels in ${source.size} bytes.`);
  if (bytes > MAX_IMAGE_BYTES) {
    throw new NadirError({
      code: "raster-too-large",
      subject: source.name,
      found: `It has ${widthPx} × ${heightPx} pixels, ${Math.round(bytes / 2 ** 20)} MB when decoded.`,
      needed: `PNG and JPEG must be decoded whole and may have up to ${MAX_IMAGE_BYTES / 2 ** 20} MB.`,
      next: "Convert it to a tiled GeoTIFF: gdal_translate -co TILED=YES -co COMPRESS=DEFLATE in out.tif",
    });
  }
}

async function decodeOr<T>(source: ByteSource, decode: () => Promise<T>): Promise<T> {
  try {
    return await decode();
  } catch (cause) {
    if (cause instanceof NadirError) throw cause;
    throw new NadirError(damaged(source, `It cannot be decoded (${(cause as Error).message}).`).facts, { cause });
  }
}

function damaged(source: ByteSource, found: string): NadirError {
  return new NadirError({
    code: "corrupt-raster",
    subject: source.name,
    found,
    needed: "A complete, undamaged image is needed.",
    next: "Copy or download it again.",
  });
}
