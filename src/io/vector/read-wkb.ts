/**
 * Polygons in well-known binary, with heights and measures left out: counts are held against the bytes before anything
 * is read.
 *
 * Source: OGC 06-103r4 (Simple Features), 8.2; PostGIS' flags for heights and measures in the upper bits.
 */
import { openRing, type VectorPolygon } from "../../core/vector/vector-layer";

const POLYGON = 3;
const MULTI_POLYGON = 6;

/** Bounds the depth of multi-polygons, which hold polygons only. */
interface Cursor {
  readonly view: DataView;
  at: number;
}

/**
 * @returns Null for another shape, or an empty one.
 * @throws {RangeError} When it ends too early or a ring is none.
 */
export function readWkbPolygon(bytes: Uint8Array): VectorPolygon["parts"] | null {
  const cursor = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), at: 0 };
  const { type, littleEndian, dimensions } = readHead(cursor);
  if (type === POLYGON) {
    const rings = readRings(cursor, littleEndian, dimensions);
    return rings.length === 0 ? null : [rings];
  }
  if (type !== MULTI_POLYGON) return null;
  const count = readCount(cursor, littleEndian, 9);
  const parts: VectorPolygon["parts"][number][] = [];
  for (let index = 0; index < count; index++) {
    const head = readHead(cursor);
    if (head.type !== POLYGON) throw new RangeError("a part that is no polygon");
    const rings = readRings(cursor, head.littleEndian, head.dimensions);
    if (rings.length > 0) parts.push(rings);
  }
  return parts.length === 0 ? null : parts;
}

function readHead(cursor: Cursor) {
  const littleEndian = cursor.view.getUint8(cursor.at) === 1;
  const code = cursor.view.getUint32(cursor.at + 1, littleEndian);
  cursor.at += 5;
  if ((code & 0x20000000) !== 0) cursor.at += 4;
  const plain = code & 0x0fffffff;
  const kind = Math.floor(plain / 1000);
  const extra = Number((code & 0x80000000) !== 0) + Number((code & 0x40000000) !== 0);
  return { type: plain % 1000, littleEndian, dimensions: 2 + extra + (kind === 3 ? 2 : Number(kind > 0)) };
}

function readRings(cursor: Cursor, littleEndian: boolean, dimensions: number): (readonly number[])[] {
  const rings: (readonly number[])[] = [];
  for (let left = readCount(cursor, littleEndian, 4); left > 0; left--) {
    const count = readCount(cursor, littleEndian, 8 * dimensions);
    const points: number[] = [];
    for (let index = 0; index < count; index++, cursor.at += 8 * dimensions) {
      points.push(cursor.view.getFloat64(cursor.at, littleEndian), cursor.view.getFloat64(cursor.at + 8, littleEndian));
    }
    const open = openRing(points);
    if (open === null) throw new RangeError("a ring without three points");
    rings.push(open);
  }
  return rings;
}

function readCount(cursor: Cursor, littleEndian: boolean, leastBytes: number): number {
  const count = cursor.view.getUint32(cursor.at, littleEndian);
  cursor.at += 4;
  if (count * leastBytes > cursor.view.byteLength - cursor.at) throw new RangeError(`${count} in too few bytes`);
  return count;
}
