/**
 * DEFLATE in zlib's format, all at once: by the platform's own code where it has one that answers at once (Node), which
 * takes a third of the time, else by fflate.
 */
import { unzlibSync } from "fflate";

type Bytes = Uint8Array<ArrayBuffer>;

interface Surroundings {
  readonly process?: {
    getBuiltinModule?(name: "node:zlib"): {
      inflateSync(data: Bytes, options: { readonly maxOutputLength: number; readonly chunkSize: number }): Bytes;
    };
  };
}

const native = (globalThis as Surroundings).process?.getBuiltinModule?.("node:zlib");

/** zlib makes no smaller one. Otherwise a block is one chunk, so that it lies in memory once. */
const LEAST_CHUNK_BYTES = 64;

/**
 * @param mostBytes Memory is taken for no more; what lies beyond is left out.
 * @throws When the data is damaged or ends early.
 */
export function inflate(data: Bytes, mostBytes: number): Bytes {
  try {
    if (native !== undefined) {
      const chunkSize = Math.max(LEAST_CHUNK_BYTES, mostBytes);
      const { buffer, byteOffset, length } = native.inflateSync(data, { maxOutputLength: mostBytes, chunkSize });
      return new Uint8Array(buffer, byteOffset, length);
    }
  } catch {
    // Cut off, too long or damaged: fflate says which, in the words the page has.
  }
  return unzlibSync(data, { out: new Uint8Array(mostBytes) }) as Bytes;
}
