/**
 * WebP blocks of a TIFF, by libwebp compiled to WebAssembly (squoosh's build): straight RGBA, where a canvas would
 * multiply the colours with alpha and lose values.
 */
import { loadOnce } from "../../core/load-once";

type WebpDecoder = (data: ArrayBuffer) => Promise<{ data: Uint8ClampedArray; width: number; height: number }>;

const decoder = loadOnce<WebpDecoder>(loadDecoder);

/** @returns RGBA, pixel-interleaved. @throws {Error} When the stream is damaged. */
export async function decodeWebp(
  data: Uint8Array<ArrayBuffer>,
): Promise<{ widthPx: number; heightPx: number; rgba: Uint8Array }> {
  const decode = await decoder();
  const { width, height, data: rgba } = await decode(data.slice().buffer);
  return { widthPx: width, heightPx: height, rgba: new Uint8Array(rgba.buffer, rgba.byteOffset, rgba.byteLength) };
}

/** Canvas size from the first chunk, so that memory is known before decoding; null when it is not a WebP stream. */
export function readWebpSize(data: Uint8Array): { widthPx: number; heightPx: number } | null {
  if (data.length < 30 || ascii(data, 0) !== "RIFF" || ascii(data, 8) !== "WEBP") return null;
  switch (ascii(data, 12)) {
    case "VP8 ":
      return { widthPx: (data[26]! | (data[27]! << 8)) & 0x3fff, heightPx: (data[28]! | (data[29]! << 8)) & 0x3fff };
    case "VP8L": {
      const bits = data[21]! | (data[22]! << 8) | (data[23]! << 16) | (data[24]! << 24);
      return { widthPx: (bits & 0x3fff) + 1, heightPx: ((bits >>> 14) & 0x3fff) + 1 };
    }
    case "VP8X":
      return {
        widthPx: (data[24]! | (data[25]! << 8) | (data[26]! << 16)) + 1,
        heightPx: (data[27]! | (data[28]! << 8) | (data[29]! << 16)) + 1,
      };
    default:
      return null;
  }
}

function ascii(data: Uint8Array, at: number): string {
  return String.fromCharCode(...data.subarray(at, at + 4));
}

async function loadDecoder(): Promise<WebpDecoder> {
  const codec = await import("@jsquash/webp/decode.js");
  const { process } = globalThis as { process?: { versions?: { node?: string } } };
  if (process?.versions?.node !== undefined) {
    // Node cannot fetch file URLs, so the module is compiled from disk. The names are variables because the
    // bundler must not look for Node's modules when it builds the page.
    const [fsName, moduleName] = ["node:fs/promises", "node:module"];
    const fs = (await import(/* @vite-ignore */ fsName)) as {
      readFile(path: string): Promise<Uint8Array<ArrayBuffer>>;
    };
    const { createRequire } = (await import(/* @vite-ignore */ moduleName)) as {
      createRequire(from: string): { resolve(name: string): string };
    };
    const path = createRequire(import.meta.url).resolve("@jsquash/webp/codec/dec/webp_dec.wasm");
    await codec.init(await WebAssembly.compile(await fs.readFile(path)));
  }
  return codec.default as WebpDecoder;
}
