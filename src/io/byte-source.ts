/**
 * Random access to the bytes of a file, by ranges: a dropped file is never read whole.
 *
 * Small reads (tags, offset tables) go through a cache of pages; large reads (blocks) go straight to the file.
 */
import { NadirError } from "../core/errors";

export interface ByteSource {
  readonly name: string;
  readonly size: number;
  /** Exactly `length` bytes. @throws {NadirError} `corrupt-raster` when the range leaves the file. */
  read(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>>;
}

const PAGE_BYTES = 1 << 16;
const PAGE_COUNT = 64;

/** Reads ranges of a Blob (browser File, or Node's `fs.openAsBlob`). */
export function blobSource(blob: Blob, name: string): ByteSource {
  return pagedSource(name, blob.size, async (offset, length) => {
    try {
      return await blob.slice(offset, offset + length).arrayBuffer();
    } catch (cause) {
      throw new NadirError(
        {
          code: "storage",
          subject: name,
          found: "The file can no longer be read.",
          needed: "It must stay where it is, unchanged, while the studio uses it.",
          next: "Open it again.",
        },
        { cause },
      );
    }
  });
}

/**
 * Wraps a raw range reader with bounds checks and the page cache.
 *
 * @param fetchRange Must return exactly the bytes asked for; the range is inside the file.
 */
export function pagedSource(
  name: string,
  size: number,
  fetchRange: (offset: number, length: number) => Promise<ArrayBuffer>,
): ByteSource {
  const pages = new Map<number, Promise<Uint8Array<ArrayBuffer>>>();

  async function fetchExactly(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = new Uint8Array(await fetchRange(offset, length));
    if (bytes.length !== length) throw truncated(name, offset, length, size);
    return bytes;
  }

  function page(index: number): Promise<Uint8Array<ArrayBuffer>> {
    const cached = pages.get(index);
    if (cached !== undefined) {
      pages.delete(index);
      pages.set(index, cached);
      return cached;
    }
    const start = index * PAGE_BYTES;
    const loading = fetchExactly(start, Math.min(PAGE_BYTES, size - start));
    loading.catch(() => pages.delete(index));
    pages.set(index, loading);
    if (pages.size > PAGE_COUNT) pages.delete(pages.keys().next().value!);
    return loading;
  }

  return {
    name,
    size,
    async read(offset, length) {
      if (!(offset >= 0 && length >= 0 && offset + length <= size)) throw truncated(name, offset, length, size);
      if (length === 0) return new Uint8Array(0);
      if (length > PAGE_BYTES) return fetchExactly(offset, length);
      const first = Math.floor(offset / PAGE_BYTES);
      const last = Math.floor((offset + length - 1) / PAGE_BYTES);
      const start = offset - first * PAGE_BYTES;
      const head = await page(first);
      if (first === last) return head.slice(start, start + length);
      const out = new Uint8Array(length);
      out.set(head.subarray(start));
      out.set((await page(last)).subarray(0, length - (head.length - start)), head.length - start);
      return out;
    },
  };
}

function truncated(name: string, offset: number, length: number, size: number): NadirError {
  return new NadirError({
    code: "corrupt-raster",
    subject: name,
    found: `The file refers to bytes ${offset}–${offset + length}, but it has only ${size}.`,
    needed: "A complete file is needed.",
    next: "Copy or download it again.",
  });
}
