/**
 * A raster at an address the user typed, read by ranges and never whole (a cloud-optimised GeoTIFF needs little of it).
 *
 * Requests carry no cookies and no referrer. `Range: bytes=a-b` needs no preflight; the size comes from Content-Range
 * where the server lets pages see it, else from a HEAD request. `If-Range` would need a preflight that most servers
 * refuse, so each answer's ETag and Last-Modified are held against the first one's instead. Sources: RFC 9110 §8.8, §14;
 * Fetch standard, CORS-safelisted headers.
 */

import type { NadirError } from "../core/errors";
import { type ByteSource, pagedSource } from "./byte-source";
import type { BandStack } from "./join-bands";
import { askServer, broken, PATIENCE, type RemotePatience, readBody, unreachable } from "./remote-request";

export interface RemoteFile {
  readonly url: string;
  readonly name: string;
  readonly size: number;
  /** By which a replaced file is noticed; absent where the server says neither. */
  readonly version?: FileVersion;
}

interface FileVersion {
  readonly etag: string | null;
  readonly lastModified: string | null;
}

/** What a raster can be read from. */
export type RasterFile = File | RemoteFile | BandStack;

const HEAD_BYTES = 16;

/** Somebody waits who has just typed the address, and may have mistyped it. */
const FINDING: RemotePatience = { ...PATIENCE, times: 2 };

/** @throws {NadirError} `unreachable` when the address is none, nothing is there, or it cannot be read by ranges. */
export async function findRemoteFile(address: string, patience: RemotePatience = FINDING): Promise<RemoteFile> {
  const url = parseAddress(address);
  const name = nameOf(url);
  const first = await askRange({ url: url.href, name }, 0, HEAD_BYTES, patience);
  const size = first.size ?? (await sizeByHead(url.href, name, patience));
  if (size === null) {
    throw unreachable(name, {
      found: `${url.host} does not say how large the file is.`,
      needed: "Its size must be readable (Access-Control-Expose-Headers: Content-Range).",
      next: "Ask for that header, or download the file and open it from disk.",
    });
  }
  const { etag, lastModified } = first.version;
  const found: RemoteFile = {
    url: url.href,
    name,
    size,
    ...((etag ?? lastModified) !== null && { version: first.version }),
  };
  await requireRanges(found, first.bytes, patience);
  return found;
}

/** Some servers answer every range from the file's first byte, whatever they say: two ranges that overlap must agree. */
async function requireRanges(file: RemoteFile, head: Uint8Array, patience: RemotePatience): Promise<void> {
  const half = HEAD_BYTES / 2;
  if (file.size < HEAD_BYTES + half) return;
  const next = await readRange(file, half, HEAD_BYTES, patience);
  if (head.length === HEAD_BYTES && head.subarray(half).every((byte, at) => byte === next[at])) return;
  throw wrongRange(file.name, new URL(file.url));
}

/**
 * @throws {NadirError} `unreachable`, from every read, when the server does not give exactly the bytes asked for of the
 *   file that was found.
 */
export function remoteSource(file: RemoteFile, patience: RemotePatience = PATIENCE): ByteSource {
  return pagedSource(file.name, file.size, async (offset, length) => {
    const bytes = await readRange(file, offset, length, patience);
    return bytes.buffer;
  });
}

/** Servers may give less than was asked for; the rest is asked for again. */
async function readRange(
  file: RemoteFile,
  offset: number,
  length: number,
  patience: RemotePatience,
): Promise<Uint8Array<ArrayBuffer>> {
  const out = new Uint8Array(length);
  for (let done = 0; done < length; ) {
    const { bytes } = await askRange(file, offset + done, length - done, patience);
    out.set(bytes, done);
    done += bytes.length;
  }
  return out;
}

interface RangeAnswer {
  /** From the first byte asked for; not more than was asked for, at least one. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Of the whole file, where it is said. */
  readonly size: number | null;
  readonly version: FileVersion;
}

async function askRange(
  file: Pick<RemoteFile, "url" | "name"> & Partial<RemoteFile>,
  offset: number,
  length: number,
  patience: RemotePatience,
): Promise<RangeAnswer> {
  const { url, name } = file;
  const place = new URL(url);
  const init = { headers: { Range: `bytes=${offset}-${offset + length - 1}` } };
  return askServer(url, name, init, patience, async (response, alive) => {
    const { headers, status } = response;
    const version = { etag: headers.get("ETag"), lastModified: headers.get("Last-Modified") };
    if (isOtherVersion(file.version, version)) throw replaced(name, place);
    if (status === 200) throw noRanges(name, place);
    const said = contentRange(headers.get("Content-Range"));
    if (file.size !== undefined && said !== null && said.size !== null && said.size !== file.size) {
      throw replaced(name, place);
    }
    const isPlain = !/^multipart\//i.test(headers.get("Content-Type") ?? "");
    if (status !== 206 || !isPlain || (said !== null && said.first !== offset)) throw wrongRange(name, place);
    const bytes = await readBody(response, length, alive);
    if (bytes === null) throw wrongRange(name, place);
    // A range that is shorter on purpose says so; whatever else is short was cut off on the way.
    const promised = said === null ? length : said.last - said.first + 1;
    if (bytes.length === 0 || bytes.length !== promised) throw broken(name, place, "broke off the answer");
    return { bytes, size: said?.size ?? null, version };
  });
}

/** "bytes 0-15/12345"; the size may be "*". Null where the server does not let pages see it. */
function contentRange(text: string | null): { first: number; last: number; size: number | null } | null {
  const [, first, last, size] = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(text ?? "") ?? [];
  return first === undefined
    ? null
    : { first: Number(first), last: Number(last), size: size === "*" ? null : Number(size) };
}

function isOtherVersion(known: FileVersion | undefined, now: FileVersion): boolean {
  const differs = (one: string | null, other: string | null) => one !== null && other !== null && one !== other;
  return known !== undefined && (differs(known.etag, now.etag) || differs(known.lastModified, now.lastModified));
}

async function sizeByHead(url: string, name: string, patience: RemotePatience): Promise<number | null> {
  const length = await askServer(url, name, { method: "HEAD" }, patience, async ({ headers }) =>
    Number(headers.get("Content-Length")),
  );
  return Number.isSafeInteger(length) && length > 0 ? length : null;
}

function parseAddress(address: string): URL {
  const url = URL.canParse(address.trim()) ? new URL(address.trim()) : null;
  if (url !== null && (url.protocol === "https:" || url.protocol === "http:")) return url;
  throw unreachable(address.trim() || "address", {
    found: url === null ? "This is no address." : `Addresses that begin with ${url.protocol} cannot be read.`,
    needed: "An address that begins with https:// is needed.",
    next: "Copy the whole address of the file.",
  });
}

/** The last part of the path, as it is where its escapes make no sense. */
function nameOf({ pathname, hostname }: URL): string {
  const last = pathname.split("/").at(-1) ?? "";
  try {
    return decodeURIComponent(last) || hostname;
  } catch {
    return last;
  }
}

function noRanges(name: string, { host }: URL): NadirError {
  return unreachable(name, {
    found: `${host} sends whole files only.`,
    needed: "A server that answers range requests is needed, so that large rasters are read in parts.",
    next: "Download the file and open it from disk.",
  });
}

function wrongRange(name: string, { host }: URL): NadirError {
  return unreachable(name, {
    found: `${host} sends other bytes than it was asked for.`,
    needed: "A server that answers range requests exactly is needed.",
    next: "Download the file and open it from disk.",
  });
}

function replaced(name: string, { host }: URL): NadirError {
  return unreachable(name, {
    found: `The file on ${host} was replaced after it had been opened.`,
    needed: "Pixels of one version are needed, not of two.",
    next: "Remove it here and open its address again.",
  });
}
