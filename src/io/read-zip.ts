/**
 * ZIP archives (PKWARE APPNOTE 6.3): the central directory, and single members as Blobs. Stored members are slices of
 * the archive, deflated ones go through the browser's own `DecompressionStream`; nothing is read before it is known to
 * fit, and nothing grows beyond what it said.
 */
import { crc32 } from "../core/crc32";
import { NadirError } from "../core/errors";

/** A file in an archive. */
export interface ZipMember {
  /** With its folders, parts joined by "/". */
  readonly path: string;
  /** Unpacked. */
  readonly bytes: number;
  readonly packedBytes: number;
  readonly method: number;
  readonly isEncrypted: boolean;
  readonly crc: number;
  /** Of its local header. */
  readonly offset: number;
}

/** A directory of 20 000 members has about 2 MB. */
const MOST_DIRECTORY_BYTES = 1 << 26;

/** End of central directory with the longest comment, and the ZIP64 locator before it. */
const TAIL_BYTES = 22 + 65_535 + 20;

/** Deflate never makes more than 1032 bytes of one (zlib, technical details). */
const MOST_DEFLATE_RATIO = 1032;

/** Members that are unpacked lie beside the archive's own bytes. */
const MOST_MEMBER_BYTES = 2 ** 31;

const STORED = 0;
const DEFLATED = 8;

/**
 * The files of an archive in the order of its directory; folders are left out.
 *
 * @throws {NadirError} `not-a-raster` when it is no whole archive.
 */
export async function readZipDirectory(archive: Blob, name: string): Promise<readonly ZipMember[]> {
  const tail = await view(archive, Math.max(0, archive.size - TAIL_BYTES), archive.size);
  const end = findEnd(tail);
  if (end === null) throw damaged(name, "it has no directory at its end");
  const { count, size, offset } = await locateDirectory(archive, tail, end, name);
  if (size > MOST_DIRECTORY_BYTES || offset + size > archive.size) {
    throw damaged(name, `its directory should be ${size} bytes at ${offset}, of ${archive.size}`);
  }
  const directory = await view(archive, offset, offset + size);
  const members: ZipMember[] = [];
  let at = 0;
  for (let index = 0; index < count; index++) {
    if (at + 46 > directory.byteLength || directory.getUint32(at, true) !== 0x02014b50) {
      throw damaged(name, `entry ${index + 1} of ${count} of its directory is not there`);
    }
    const length = 46 + [28, 30, 32].reduce((sum, field) => sum + directory.getUint16(at + field, true), 0);
    if (at + length > directory.byteLength) throw damaged(name, `entry ${index + 1} of its directory is cut off`);
    const member = readEntry(directory, at);
    if (!member.path.endsWith("/")) members.push(member);
    at += length;
  }
  return members;
}

/**
 * One member, unpacked.
 *
 * @throws {NadirError} When it is encrypted, packed in another way, larger than it says, or damaged.
 */
export async function readZipMember(archive: Blob, member: ZipMember): Promise<Blob> {
  const { path, bytes, packedBytes, method } = member;
  if (member.isEncrypted) {
    throw refused(path, "It is encrypted.", "Unpack the archive with its password, and drop the folder.");
  }
  if (method !== STORED && method !== DEFLATED) {
    throw refused(path, `It is packed by method ${method}.`, "Unpack the archive, and drop the folder.");
  }
  if (bytes > MOST_MEMBER_BYTES && method === DEFLATED) {
    throw refused(path, `Unpacked it has ${bytes} bytes.`, "Unpack the archive, and drop the folder.");
  }
  const header = await view(archive, member.offset, Math.min(archive.size, member.offset + 30));
  if (header.byteLength < 30 || header.getUint32(0, true) !== 0x04034b50)
    throw damaged(path, "its header is not there");
  const start = member.offset + 30 + header.getUint16(26, true) + header.getUint16(28, true);
  const isBeyond = start + packedBytes > archive.size;
  if (isBeyond || (method === STORED ? bytes !== packedBytes : bytes > packedBytes * MOST_DEFLATE_RATIO)) {
    throw damaged(path, `${packedBytes} packed bytes cannot be ${bytes}`);
  }
  const packed = archive.slice(start, start + packedBytes);
  // A stored member is not read here, and so not held against its checksum: it may be an orthophoto of many gigabytes.
  return method === STORED ? packed : inflate(packed, member);
}

/** Pieces become Blobs as they come, which browsers keep on disk when they are large. */
async function inflate(packed: Blob, { path, bytes, crc }: ZipMember): Promise<Blob> {
  const pieces: Blob[] = [];
  const held: BlobPart[] = [];
  let [total, sum] = [0, 0];
  const reader = packed.stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      total += value.length;
      if (total > bytes) break;
      sum = crc32(value, sum);
      held.push(value);
      if (held.length >= 256) pieces.push(new Blob(held.splice(0)));
    }
  } catch (cause) {
    throw damaged(path, "it cannot be unpacked", cause);
  } finally {
    reader.cancel().catch(() => undefined);
  }
  if (total !== bytes) throw damaged(path, `it unpacks to ${total > bytes ? "more" : "less"} than its ${bytes} bytes`);
  if (sum !== crc) throw damaged(path, "its checksum is another one");
  return new Blob([...pieces, ...held]);
}

interface Directory {
  readonly count: number;
  readonly size: number;
  readonly offset: number;
}

async function locateDirectory(archive: Blob, tail: DataView, end: number, name: string): Promise<Directory> {
  const [count, size, offset] = [
    tail.getUint16(end + 10, true),
    tail.getUint32(end + 12, true),
    tail.getUint32(end + 16, true),
  ];
  const locator = end - 20;
  const isZip64 = locator >= 0 && tail.getUint32(locator, true) === 0x07064b50;
  if (!isZip64) return { count, size, offset };
  const at = Number(tail.getBigUint64(locator + 8, true));
  const wide = at + 56 <= archive.size ? await view(archive, at, at + 56) : null;
  if (wide?.getUint32(0, true) !== 0x06064b50) throw damaged(name, "its ZIP64 directory is not there");
  return {
    count: Number(wide.getBigUint64(32, true)),
    size: Number(wide.getBigUint64(40, true)),
    offset: Number(wide.getBigUint64(48, true)),
  };
}

/** Where the end record begins; the last one whose comment fills the rest. */
function findEnd(tail: DataView): number | null {
  for (let at = tail.byteLength - 22; at >= 0; at--) {
    if (tail.getUint32(at, true) === 0x06054b50 && at + 22 + tail.getUint16(at + 20, true) <= tail.byteLength)
      return at;
  }
  return null;
}

/** Flag bits 0 (encrypted), 11 (UTF-8 name) and the ZIP64 extra field 0x0001. */
function readEntry(directory: DataView, at: number): ZipMember {
  const flags = directory.getUint16(at + 8, true);
  const [nameLength, extraLength] = [directory.getUint16(at + 28, true), directory.getUint16(at + 30, true)];
  const nameBytes = new Uint8Array(directory.buffer, directory.byteOffset + at + 46, nameLength);
  const wide = zip64Values(directory, at + 46 + nameLength, extraLength);
  // Only what does not fit into 32 bits stands in the extra field, in this order.
  const [bytes, packedBytes, offset] = [24, 20, 42].map((field) => {
    const value = directory.getUint32(at + field, true);
    return value === 0xffffffff ? (wide.shift() ?? value) : value;
  }) as [number, number, number];
  return {
    path: decodeName(nameBytes, (flags & 0x800) !== 0),
    bytes,
    packedBytes,
    method: directory.getUint16(at + 10, true),
    isEncrypted: (flags & 1) !== 0,
    crc: directory.getUint32(at + 16, true),
    offset,
  };
}

function zip64Values(directory: DataView, start: number, length: number): number[] {
  for (let at = start; at + 4 <= start + length; at += 4 + directory.getUint16(at + 2, true)) {
    const size = directory.getUint16(at + 2, true);
    if (directory.getUint16(at, true) === 1 && at + 4 + size <= start + length) {
      return Array.from({ length: Math.floor(size / 8) }, (_, n) =>
        Number(directory.getBigUint64(at + 4 + 8 * n, true)),
      );
    }
  }
  return [];
}

/** Names without the flag are nearly always UTF-8 nowadays; where they are not, each byte is a character. */
function decodeName(bytes: Uint8Array, isUtf8: boolean): string {
  let name: string;
  try {
    name = new TextDecoder("utf-8", { fatal: !isUtf8 }).decode(bytes);
  } catch {
    name = new TextDecoder("latin1").decode(bytes);
  }
  // A path that leads out of the archive is a name like any other here, and is kept inside.
  const isFolder = /[\\/]$/.test(name);
  const parts = name.split(/[\\/]/).filter((part) => part !== "" && part !== "." && part !== "..");
  return parts.join("/") + (isFolder ? "/" : "");
}

async function view(blob: Blob, start: number, end: number): Promise<DataView> {
  return new DataView(await blob.slice(start, end).arrayBuffer());
}

function damaged(subject: string, why: string, cause?: unknown): NadirError {
  return new NadirError(
    {
      code: "not-a-raster",
      subject,
      found: `The archive is damaged here: ${why}.`,
      needed: "A whole archive is needed.",
      next: "Copy or download it again, or unpack it and drop the folder.",
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
