/**
 * JPEG, as a file or as a block of a TIFF, by libjpeg-turbo (the decoder GDAL and Pillow use, so values agree to the
 * bit), compiled to plain JavaScript: it needs neither a page nor `eval`, and works in workers and in Node alike.
 */

import type { JpegTurboModule } from "@cornerstonejs/codec-libjpeg-turbo-8bit/decode";
import { loadOnce } from "../../core/load-once";

export interface JpegHeader {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly bandCount: number;
  readonly bits: number;
}

export interface DecodedJpeg {
  readonly widthPx: number;
  readonly heightPx: number;
  /** 1 (grey) or 3 (RGB). */
  readonly bandCount: number;
  /** Pixel-interleaved. */
  readonly samples: Uint8Array;
}

/** How the three components are stored: `ycbcr` is converted to RGB, `rgb` is passed through. */
export type JpegColour = "ycbcr" | "rgb" | "as-marked";

const loadDecoder = loadOnce<JpegTurboModule>(async () =>
  (await import("@cornerstonejs/codec-libjpeg-turbo-8bit/decode")).default(),
);

/**
 * Reads the frame header without decoding; null when there is none.
 *
 * @param data A JPEG stream.
 */
export function readJpegHeader(data: Uint8Array): JpegHeader | null {
  if (data[0] !== 0xff || data[1] !== 0xd8) return null;
  let at = 2;
  while (at + 9 < data.length) {
    if (data[at] !== 0xff) return null;
    const marker = data[at + 1]!;
    if (marker === 0xff) {
      at++;
      continue;
    }
    if (marker >= 0xd0 && marker <= 0xd8) {
      at += 2;
      continue;
    }
    const length = (data[at + 2]! << 8) | data[at + 3]!;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) {
      return {
        bits: data[at + 4]!,
        heightPx: (data[at + 5]! << 8) | data[at + 6]!,
        widthPx: (data[at + 7]! << 8) | data[at + 8]!,
        bandCount: data[at + 9]!,
      };
    }
    if (marker === 0xda || marker === 0xd9 || length < 2) return null;
    at += 2 + length;
  }
  return null;
}

/**
 * Decodes a grey or three-component JPEG.
 *
 * @param colour What the components are when the container knows better than the stream (TIFF's photometric tag).
 * @throws {Error} When the stream is damaged or of a kind libjpeg-turbo does not turn into grey or RGB.
 */
export async function decodeJpeg(data: Uint8Array, colour: JpegColour): Promise<DecodedJpeg> {
  const header = readJpegHeader(data);
  if (header === null) throw new Error("no JPEG frame header");
  if (header.bits !== 8) throw new Error(`${header.bits}-bit JPEG`);
  if (header.bandCount !== 1 && header.bandCount !== 3) throw new Error(`JPEG with ${header.bandCount} components`);
  const stream = colour === "as-marked" || header.bandCount === 1 ? data : withAdobeMarker(data, colour);
  const library = await loadDecoder();
  const decoder = new library.JPEGDecoder();
  try {
    decoder.getEncodedBuffer(stream.length).set(stream);
    decoder.decode();
    const frame = decoder.getFrameInfo();
    const expected = frame.width * frame.height * frame.componentCount;
    // The decoder's memory is reused by the next call, so the pixels are copied out.
    const samples = new Uint8Array(decoder.getDecodedBuffer().slice(0, expected));
    if (samples.length !== expected || frame.width !== header.widthPx || frame.height !== header.heightPx) {
      throw new Error("JPEG decoded to another size than its header says");
    }
    return { widthPx: frame.width, heightPx: frame.height, bandCount: frame.componentCount, samples };
  } finally {
    decoder.delete();
  }
}

/** The abbreviated stream of a TIFF block joined with the tables shared by all blocks (TIFF Technical Note 2). */
export function joinJpegTables(tables: Uint8Array | null, data: Uint8Array): Uint8Array {
  if (tables === null || tables.length < 4) return data;
  const end = tables[tables.length - 2] === 0xff && tables[tables.length - 1] === 0xd9 ? 2 : 0;
  const body = tables.subarray(2, tables.length - end);
  const joined = new Uint8Array(2 + body.length + data.length - 2);
  joined.set(data.subarray(0, 2));
  joined.set(body, 2);
  joined.set(data.subarray(2), 2 + body.length);
  return joined;
}

/** An Adobe APP14 segment tells libjpeg the colour transform outright, where it would otherwise guess from ids. */
function withAdobeMarker(data: Uint8Array, colour: "ycbcr" | "rgb"): Uint8Array {
  const segment = [0xff, 0xee, 0, 14, 0x41, 0x64, 0x6f, 0x62, 0x65, 0, 100, 0, 0, 0, 0, colour === "ycbcr" ? 1 : 0];
  const body = withoutSegments(data, [0xe0, 0xee]);
  const out = new Uint8Array(body.length + segment.length);
  out.set(body.subarray(0, 2));
  out.set(segment, 2);
  out.set(body.subarray(2), 2 + segment.length);
  return out;
}

function withoutSegments(data: Uint8Array, markers: readonly number[]): Uint8Array {
  const parts = [data.subarray(0, 2)];
  let at = 2;
  while (at + 4 <= data.length && data[at] === 0xff) {
    const marker = data[at + 1]!;
    if (marker === 0xda || marker === 0xff) break;
    const end = at + 2 + ((data[at + 2]! << 8) | data[at + 3]!);
    if (!markers.includes(marker)) parts.push(data.subarray(at, end));
    at = end;
  }
  parts.push(data.subarray(Math.min(at, data.length)));
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    out.set(part, offset);
    offset += part.length;
  }
  return out;
}
