/**
 * ZIP archives (PKWARE APPNOTE 6.3) as zip.js reads them, through the platform's own `DecompressionStream`. Stored
 * members are slices of the archive; the others are unpacked and held against their size and checksum.
 */
import {
  BlobReader,
  BlobWriter,
  ERR_INVALID_CRC32,
  ERR_INVALID_UNCOMPRESSED_SIZE,
  type FileEntry,
  ZipReader,
} from "@zip.js/zip.js/lib/zip-core-custom.js";
import { NadirError } from "../core/errors";

/** A file in an archive. */
export interface ZipMember {
  /** With its folders, parts joined by "/"; never one that leads out of the archive. */
  readonly path: string;
  readonly isStored: boolean;
  /** Unpacked, as the directory says. */
  readonly bytes: number;
  /** @throws {NadirError} When it is encrypted, packed in another way, not of its size, or damaged. */
  readonly unpack: () => Promise<Blob>;
}

/** Deflate never makes more than 1032 bytes of one (zlib, technical details). */
const MOST_DEFLATE_RATIO = 1032;

/** Members that are unpacked lie beside the archive's own bytes. */
const MOST_MEMBER_BYTES = 2 ** 31;

const STORED = 0;
const DEFLATED = 8;

/** A raster worker is a worker already, and a policy forbids those made of text. */
const OPTIONS = { useWebWorkers: false, filenameValidation: "tolerant" } as const;

/**
 * The files of an archive in the order of its directory; folders are left out.
 *
 * @throws {NadirError} `not-a-raster` when it is no whole archive.
 */
export async function readZip(archive: Blob, name: string): Promise<readonly ZipMember[]> {
  const entries = await new ZipReader(new BlobReader(archive), OPTIONS).getEntries().catch((cause: unknown) => {
    throw damaged(name, `its directory cannot be read (${sentence(cause)})`, cause);
  });
  return entries.flatMap((entry) => (entry.directory ? [] : [memberOf(archive, entry)]));
}

function memberOf(archive: Blob, entry: FileEntry): ZipMember {
  const path = entry.filename.split(/[\\/]/).filter((part) => part !== "" && part !== "." && part !== "..");
  return {
    path: path.join("/"),
    isStored: entry.compressionMethod === STORED,
    bytes: entry.uncompressedSize,
    unpack: () => unpack(archive, entry, path.join("/")),
  };
}

async function unpack(archive: Blob, entry: FileEntry, path: string): Promise<Blob> {
  const { uncompressedSize: bytes, compressedSize: packedBytes, compressionMethod: method } = entry;
  if (entry.encrypted) {
    throw refused(path, "It is encrypted.", "Unpack the archive with its password, and open the folder.");
  }
  if (method !== STORED && method !== DEFLATED) {
    throw refused(path, `It is packed by method ${method}.`, "Unpack the archive, and open the folder.");
  }
  if (bytes > MOST_MEMBER_BYTES && method === DEFLATED) {
    throw refused(path, `Unpacked it has ${bytes} bytes.`, "Unpack the archive, and open the folder.");
  }
  const isTooFar = entry.offset + packedBytes > archive.size;
  if (isTooFar || (method === STORED ? bytes !== packedBytes : bytes > packedBytes * MOST_DEFLATE_RATIO)) {
    throw damaged(path, `${packedBytes} packed bytes cannot be ${bytes}`);
  }
  if (method === STORED) return stored(archive, entry, path);
  try {
    return await entry.getData(new BlobWriter(), { ...OPTIONS, checkCrc32: true });
  } catch (cause) {
    throw damaged(path, whyNot(cause, bytes), cause);
  }
}

/** Not read here, and so not held against its checksum: it may be an orthophoto of many gigabytes. */
async function stored(archive: Blob, { offset, compressedSize }: FileEntry, path: string): Promise<Blob> {
  // Local header, APPNOTE 4.3.7: the lengths of its name and extra field may differ from the directory's.
  const header = new DataView(await archive.slice(offset, offset + 30).arrayBuffer());
  const isThere = header.byteLength === 30 && header.getUint32(0, true) === 0x04034b50;
  const start = isThere ? offset + 30 + header.getUint16(26, true) + header.getUint16(28, true) : archive.size;
  if (start + compressedSize > archive.size) throw damaged(path, "its bytes are not there");
  return archive.slice(start, start + compressedSize);
}

function whyNot(cause: unknown, bytes: number): string {
  const reason = sentence(cause);
  if (reason === ERR_INVALID_CRC32) return "its checksum is another one";
  if (reason === ERR_INVALID_UNCOMPRESSED_SIZE) return `it does not unpack to its ${bytes} bytes`;
  return "it cannot be unpacked";
}

function sentence(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

function damaged(subject: string, why: string, cause?: unknown): NadirError {
  return new NadirError(
    {
      code: "not-a-raster",
      subject,
      found: `The archive is damaged here: ${why}.`,
      needed: "A whole archive is needed.",
      next: "Copy or download it again, or unpack it and open the folder.",
    },
    { cause },
  );
}

function refused(subject: string, found: string, next: string): NadirError {
  return new NadirError({
    code: "not-a-raster",
    subject,
    found,
    needed: "Members of an archive are read when they are stored or deflated, up to 2 GiB, and not encrypted.",
    next,
  });
}
