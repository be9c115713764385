/**
 * A raster at an address the user typed, read by ranges and never whole (a cloud-optimised GeoTIFF needs little of it).
 *
 * Requests carry no cookies and no referrer. `Range: bytes=a-b` needs no preflight; the size comes from Content-Range
 * where the server lets pages see it, else from a HEAD request. Sources: RFC 9110 §14; Fetch standard, CORS-safelisted
 * headers.
 */
import { NadirError } from "../core/errors";
import { type ByteSource, pagedSource } from "./byte-source";

export interface RemoteFile {
  readonly url: string;
  readonly name: string;
  readonly size: number;
}

/** What a raster can be read from. */
export type RasterFile = File | RemoteFile;

const REQUEST: RequestInit = { mode: "cors", credentials: "omit", referrerPolicy: "no-referrer" };

/** @throws {NadirError} `unreachable` when the address is none, nothing is there, or it cannot be read by ranges. */
export async function findRemoteFile(address: string): Promise<RemoteFile> {
  const url = parseAddress(address);
  const name = decodeURIComponent(url.pathname.split("/").at(-1) ?? "") || url.hostname;
  const response = await request(url.href, name, { headers: { Range: "bytes=0-15" } });
  await response.body?.cancel();
  if (response.status === 200) throw noRanges(name, url);
  if (response.status !== 206) throw refused(name, url, response.status);
  const size = totalOf(response.headers.get("Content-Range")) ?? (await sizeByHead(url.href, name));
  if (size === null) {
    throw unreachable(name, {
      found: `${url.host} does not say how large the file is.`,
      needed: "Its size must be readable (Access-Control-Expose-Headers: Content-Range).",
      next: "Ask for that header, or download the file and open it from disk.",
    });
  }
  return { url: url.href, name, size };
}

export function remoteSource({ url, name, size }: RemoteFile): ByteSource {
  return pagedSource(name, size, async (offset, length) => {
    const response = await request(url, name, { headers: { Range: `bytes=${offset}-${offset + length - 1}` } });
    if (response.status !== 206) {
      await response.body?.cancel();
      throw response.status === 200 ? noRanges(name, new URL(url)) : refused(name, new URL(url), response.status);
    }
    return response.arrayBuffer();
  });
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

async function request(url: string, name: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { ...REQUEST, ...init });
  } catch (cause) {
    const { host } = new URL(url);
    throw unreachable(
      name,
      {
        found: `${host} cannot be reached, or does not allow other pages to read it (CORS); browsers do not say which.`,
        needed: "The server must answer with Access-Control-Allow-Origin.",
        next: "Check the address and the network, or download the file and open it from disk.",
      },
      cause,
    );
  }
}

async function sizeByHead(url: string, name: string): Promise<number | null> {
  const length = Number((await request(url, name, { method: "HEAD" })).headers.get("Content-Length"));
  return length > 0 ? length : null;
}

/** "bytes 0-15/12345" → 12345. */
function totalOf(contentRange: string | null): number | null {
  const total = Number(/\/(\d+)$/.exec(contentRange ?? "")?.[1] ?? Number.NaN);
  return Number.isSafeInteger(total) ? total : null;
}

function refused(name: string, { host }: URL, status: number): NadirError {
  const isMissing = status === 404 || status === 410;
  const isForbidden = status === 401 || status === 403;
  return unreachable(name, {
    found: isMissing
      ? `${host} has no file at this address (${status}).`
      : isForbidden
        ? `${host} does not give this file to everybody (${status}).`
        : `${host} answered with status ${status}.`,
    needed: "A file that can be read without signing in is needed.",
    next: isMissing ? "Check the address." : "Download the file and open it from disk.",
  });
}

function noRanges(name: string, { host }: URL): NadirError {
  return unreachable(name, {
    found: `${host} sends whole files only.`,
    needed: "A server that answers range requests is needed, so that large rasters are read in parts.",
    next: "Download the file and open it from disk.",
  });
}

function unreachable(
  subject: string,
  sentences: { readonly found: string; readonly needed: string; readonly next: string },
  cause?: unknown,
): NadirError {
  return new NadirError({ code: "unreachable", subject, ...sentences }, { cause });
}
