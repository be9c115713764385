/**
 * TIFF and BigTIFF headers and image file directories.
 *
 * Ours rather than geotiff.js's: an untrusted directory must not make us allocate by its claims (entry counts, value
 * counts, loops), and long offset tables are read one page at a time.
 * Source: TIFF 6.0 §2; BigTIFF design (Aware Systems); OGC 19-008r4.
 */
import { NadirError } from "../../core/errors";
import type { ByteSource } from "../byte-source";

/** Bytes per value, by TIFF field type. */
const TYPE_BYTES: Readonly<Record<number, number>> = {
  1: 1,
  2: 1,
  3: 2,
  4: 4,
  5: 8,
  6: 1,
  7: 1,
  8: 2,
  9: 4,
  10: 8,
  11: 4,
  12: 8,
  13: 4,
  16: 8,
  17: 8,
  18: 8,
};

const MAX_DIRECTORIES = 128;
const MAX_ENTRIES = 4096;
/** Longest value read at once; offset tables are exempt because they are read by index. */
const MAX_VALUE_BYTES = 1 << 24;

export interface TiffFile {
  readonly source: ByteSource;
  readonly littleEndian: boolean;
  readonly bigTiff: boolean;
  readonly directories: readonly TiffDirectory[];
}

interface TiffEntry {
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  /** Where the values lie in the file. */
  readonly offset: number;
}

/** One image file directory. Values are read when asked for. */
export interface TiffDirectory {
  has(tag: number): boolean;
  count(tag: number): number;
  /** All values as numbers; empty when the tag is absent. Rationals become quotients. */
  numbers(tag: number): Promise<readonly number[]>;
  /** First value, or `fallback`. */
  number(tag: number, fallback: number): Promise<number>;
  /** ASCII value up to the first NUL; null when absent. */
  text(tag: number): Promise<string | null>;
  bytes(tag: number): Promise<Uint8Array<ArrayBuffer> | null>;
  /** One value of a table of offsets or byte counts, read through the page cache. */
  numberAt(tag: number, index: number): Promise<number>;
}

/** Field types that offsets and byte counts may have: BYTE, SHORT, LONG, IFD and their BigTIFF kin. */
const WHOLE_NUMBERS = new Set([1, 3, 4, 13, 16, 18]);

/** True when the first bytes are those of a TIFF or BigTIFF. */
export function looksLikeTiff(head: Uint8Array): boolean {
  const [a, b, c, d] = head;
  const magic = a === 0x49 && b === 0x49 && d === 0 ? c : a === 0x4d && b === 0x4d && c === 0 ? d : undefined;
  return magic === 42 || magic === 43;
}

/** @throws {NadirError} `corrupt-raster` when header or directories make no sense. */
export async function readTiffFile(source: ByteSource): Promise<TiffFile> {
  const head = view(await source.read(0, Math.min(16, source.size)));
  const littleEndian = head.getUint8(0) === 0x49;
  const bigTiff = head.getUint16(2, littleEndian) === 43;
  if (head.byteLength < (bigTiff ? 16 : 8)) throw corrupt(source, "The header is cut off.");
  if (bigTiff && (head.getUint16(4, littleEndian) !== 8 || head.getUint16(6, littleEndian) !== 0)) {
    throw corrupt(source, "The BigTIFF header is invalid.");
  }
  const directories: TiffDirectory[] = [];
  const visited = new Set<number>();
  let offset = bigTiff ? readUint64(head, 8, littleEndian) : head.getUint32(4, littleEndian);
  while (offset !== 0 && directories.length < MAX_DIRECTORIES && !visited.has(offset)) {
    visited.add(offset);
    const parsed = await readDirectory(source, offset, littleEndian, bigTiff).catch((error: unknown) => {
      // A broken later directory (page, overview) does not spoil the image in the first one.
      if (directories.length === 0) throw error;
      return null;
    });
    if (parsed === null) break;
    directories.push(parsed.directory);
    offset = parsed.next;
  }
  if (directories.length === 0) throw corrupt(source, "The file has no image directory.");
  return { source, littleEndian, bigTiff, directories };
}

async function readDirectory(source: ByteSource, offset: number, littleEndian: boolean, bigTiff: boolean) {
  const countBytes = bigTiff ? 8 : 2;
  const entryBytes = bigTiff ? 20 : 12;
  const countView = view(await source.read(offset, countBytes));
  const entryCount = bigTiff ? readUint64(countView, 0, littleEndian) : countView.getUint16(0, littleEndian);
  if (entryCount === 0 || entryCount > MAX_ENTRIES) {
    throw corrupt(source, `An image directory claims ${entryCount} entries.`);
  }
  const start = offset + countBytes;
  const table = view(await source.read(start, entryCount * entryBytes));
  const entries = new Map<number, TiffEntry>();
  for (let index = 0; index < entryCount; index++) {
    const at = index * entryBytes;
    const tag = table.getUint16(at, littleEndian);
    const type = table.getUint16(at + 2, littleEndian);
    const typeBytes = TYPE_BYTES[type];
    if (typeBytes === undefined || entries.has(tag)) continue;
    const count = bigTiff ? readUint64(table, at + 4, littleEndian) : table.getUint32(at + 4, littleEndian);
    const valueAt = at + (bigTiff ? 12 : 8);
    const inline = count * typeBytes <= (bigTiff ? 8 : 4);
    const valueOffset = inline
      ? start + valueAt
      : bigTiff
        ? readUint64(table, valueAt, littleEndian)
        : table.getUint32(valueAt, littleEndian);
    entries.set(tag, { tag, type, count, offset: valueOffset });
  }
  const nextAt = start + entryCount * entryBytes;
  const nextBytes = bigTiff ? 8 : 4;
  const nextView = nextAt + nextBytes <= source.size ? view(await source.read(nextAt, nextBytes)) : null;
  const next =
    nextView === null ? 0 : bigTiff ? readUint64(nextView, 0, littleEndian) : nextView.getUint32(0, littleEndian);
  return { directory: createDirectory(source, entries, littleEndian), next };
}

function createDirectory(
  source: ByteSource,
  entries: ReadonlyMap<number, TiffEntry>,
  littleEndian: boolean,
): TiffDirectory {
  async function bytes(tag: number): Promise<Uint8Array<ArrayBuffer> | null> {
    const entry = entries.get(tag);
    if (entry === undefined) return null;
    const length = entry.count * TYPE_BYTES[entry.type]!;
    if (length > MAX_VALUE_BYTES) throw corrupt(source, `Tag ${tag} claims ${length} bytes.`);
    return source.read(entry.offset, length);
  }

  async function numbers(tag: number): Promise<readonly number[]> {
    const raw = await bytes(tag);
    if (raw === null) return [];
    const { type, count } = entries.get(tag)!;
    const values = view(raw);
    return Array.from({ length: count }, (_, index) => readValue(values, type, index, littleEndian));
  }

  return {
    has: (tag) => entries.has(tag),
    count: (tag) => entries.get(tag)?.count ?? 0,
    bytes,
    numbers,
    async number(tag, fallback) {
      const entry = entries.get(tag);
      if (entry === undefined || entry.count === 0) return fallback;
      const raw = await source.read(entry.offset, TYPE_BYTES[entry.type]!);
      return readValue(view(raw), entry.type, 0, littleEndian);
    },
    async text(tag) {
      const raw = await bytes(tag);
      if (raw === null) return null;
      const end = raw.indexOf(0);
      return new TextDecoder().decode(end < 0 ? raw : raw.subarray(0, end));
    },
    async numberAt(tag, index) {
      const entry = entries.get(tag);
      if (entry === undefined || index >= entry.count) {
        throw corrupt(source, `Tag ${tag} has ${entry?.count ?? 0} values; value ${index} was needed.`);
      }
      if (!WHOLE_NUMBERS.has(entry.type)) {
        throw corrupt(
          source,
          `Tag ${tag} says where the pixels lie in numbers of type ${entry.type}, not in whole ones.`,
        );
      }
      const typeBytes = TYPE_BYTES[entry.type]!;
      const raw = await source.read(entry.offset + index * typeBytes, typeBytes);
      return readValue(view(raw), entry.type, 0, littleEndian);
    },
  };
}

function readValue(values: DataView, type: number, index: number, littleEndian: boolean): number {
  switch (type) {
    case 3:
      return values.getUint16(index * 2, littleEndian);
    case 4:
    case 13:
      return values.getUint32(index * 4, littleEndian);
    case 5:
      return values.getUint32(index * 8, littleEndian) / values.getUint32(index * 8 + 4, littleEndian);
    case 6:
      return values.getInt8(index);
    case 8:
      return values.getInt16(index * 2, littleEndian);
    case 9:
      return values.getInt32(index * 4, littleEndian);
    case 10:
      return values.getInt32(index * 8, littleEndian) / values.getInt32(index * 8 + 4, littleEndian);
    case 11:
      return values.getFloat32(index * 4, littleEndian);
    case 12:
      return values.getFloat64(index * 8, littleEndian);
    case 16:
    case 18:
      return readUint64(values, index * 8, littleEndian);
    case 17:
      return Number(values.getBigInt64(index * 8, littleEndian));
    default:
      return values.getUint8(index);
  }
}

/** File offsets beyond 2^53 cannot occur in a real file; as a number they fail the bounds check. */
function readUint64(values: DataView, offset: number, littleEndian: boolean): number {
  return Number(values.getBigUint64(offset, littleEndian));
}

function view(bytes: Uint8Array<ArrayBuffer>): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function corrupt(source: ByteSource, found: string): NadirError {
  return new NadirError({
    code: "corrupt-raster",
    subject: source.name,
    found,
    needed: "A complete, undamaged TIFF is needed.",
    next: "Copy or download the file again.",
  });
}
