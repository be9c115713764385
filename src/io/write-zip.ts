/**
 * A ZIP archive written as it grows: stored entries of any size and number, names in UTF-8, sums of 32 bits.
 *
 * Entries are not compressed: what goes in is compressed already. Each one streams to its place and may come back once
 * to its own beginning, as a ByteSink does; nothing of it is held. Sizes stand in the ZIP64 field of every entry's
 * header, which is reserved before they are known.
 * Source: PKWARE APPNOTE 6.3.10, §4.3–4.5.
 */
import { crc32, crc32Of } from "../core/crc32";
import type { ByteSink } from "./byte-sink";

/** One entry while it is written. */
interface ZipEntry extends ByteSink {
  /** Gives it up: its bytes stay as a gap between entries, and no directory names it. */
  discard(): Promise<void>;
}

export interface ZipWriter {
  /** @throws {RangeError} While another entry is open. */
  open(name: string): Promise<ZipEntry>;
  /** Writes the directory and closes the sink. */
  finish(): Promise<void>;
}

interface Written {
  readonly name: Uint8Array;
  readonly at: number;
  readonly bytes: number;
  readonly crc: number;
}

/** 4.5: with ZIP64 fields. */
const VERSION = 45;
const UTF8_NAME = 0x0800;
const MOST_32 = 0xffffffff;
const MOST_16 = 0xffff;
const LOCAL_BYTES = 30;
const LOCAL_EXTRA_BYTES = 20;

/** @param modified Of every entry, in local time, to two seconds. */
export function createZip(sink: ByteSink, modified: Date): ZipWriter {
  const time = dosTime(modified);
  const entries: Written[] = [];
  let end = 0;
  let isOpen = false;

  const append = async (bytes: Uint8Array<ArrayBuffer>): Promise<void> => {
    await sink.write(end, bytes);
    end += bytes.length;
  };

  return {
    async open(name) {
      if (isOpen) throw new RangeError(`${name}: another entry is open`);
      isOpen = true;
      const encoded = new TextEncoder().encode(name);
      const at = end;
      await append(new Uint8Array(LOCAL_BYTES + encoded.length + LOCAL_EXTRA_BYTES));
      const dataAt = end;
      let head = { bytes: 0, crc: 0 };
      let rest = { bytes: 0, crc: 0 };
      return {
        async write(position, bytes) {
          const isAgain = position === 0 && head.bytes > 0;
          if (isAgain ? bytes.length !== head.bytes : position !== end - dataAt) {
            throw new RangeError(`${name}: bytes at ${position} are neither the next ones nor the first again`);
          }
          await sink.write(dataAt + position, bytes);
          if (position === 0) head = { bytes: bytes.length, crc: crc32(bytes) };
          else rest = { bytes: rest.bytes + bytes.length, crc: crc32(bytes, rest.crc) };
          if (!isAgain) end += bytes.length;
        },
        async close() {
          const written = { name: encoded, at, bytes: end - dataAt, crc: crc32Of(head.crc, rest.crc, rest.bytes) };
          await sink.write(at, localHeader(written, time));
          entries.push(written);
          isOpen = false;
        },
        async discard() {
          isOpen = false;
        },
      };
    },

    async finish() {
      const directoryAt = end;
      for (const entry of entries) await append(directoryEntry(entry, time));
      await append(directoryEnd(entries.length, directoryAt, end - directoryAt));
      await sink.close();
    },
  };
}

function localHeader({ name, bytes, crc }: Written, time: number): Uint8Array<ArrayBuffer> {
  const out = fields(LOCAL_BYTES + name.length + LOCAL_EXTRA_BYTES);
  out.u32(0x04034b50).u16(VERSION).u16(UTF8_NAME).u16(0).u32(time).u32(crc).u32(MOST_32).u32(MOST_32);
  return out.u16(name.length).u16(LOCAL_EXTRA_BYTES).raw(name).u16(1).u16(16).u64(bytes).u64(bytes).bytes;
}

function directoryEntry({ name, at, bytes, crc }: Written, time: number): Uint8Array<ArrayBuffer> {
  const isLarge = bytes >= MOST_32;
  const isFar = at >= MOST_32;
  const wide = [...(isLarge ? [bytes, bytes] : []), ...(isFar ? [at] : [])];
  const extraBytes = wide.length === 0 ? 0 : 4 + 8 * wide.length;
  const out = fields(46 + name.length + extraBytes);
  out.u32(0x02014b50).u16(VERSION).u16(VERSION).u16(UTF8_NAME).u16(0).u32(time).u32(crc);
  out.u32(isLarge ? MOST_32 : bytes).u32(isLarge ? MOST_32 : bytes);
  // No comment, one disk, no attributes.
  out.u16(name.length).u16(extraBytes).u16(0).u16(0).u16(0).u32(0);
  out.u32(isFar ? MOST_32 : at).raw(name);
  if (wide.length > 0) out.u16(1).u16(8 * wide.length);
  for (const value of wide) out.u64(value);
  return out.bytes;
}

/** With the ZIP64 record and its locator before it where the old one cannot hold the numbers. */
function directoryEnd(count: number, at: number, bytes: number): Uint8Array<ArrayBuffer> {
  const isWide = count >= MOST_16 || at >= MOST_32 || bytes >= MOST_32;
  const out = fields(isWide ? 98 : 22);
  if (isWide) {
    out.u32(0x06064b50).u64(44).u16(VERSION).u16(VERSION).u32(0).u32(0).u64(count).u64(count).u64(bytes).u64(at);
    out
      .u32(0x07064b50)
      .u32(0)
      .u64(at + bytes)
      .u32(1);
  }
  out.u32(0x06054b50).u16(0).u16(0).u16(Math.min(count, MOST_16)).u16(Math.min(count, MOST_16));
  return out.u32(Math.min(bytes, MOST_32)).u32(Math.min(at, MOST_32)).u16(0).bytes;
}

/** Little-endian fields one after the other. */
function fields(length: number) {
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  let at = 0;
  const out = {
    bytes,
    u16(value: number) {
      view.setUint16(at, value, true);
      at += 2;
      return out;
    },
    u32(value: number) {
      view.setUint32(at, value, true);
      at += 4;
      return out;
    },
    u64(value: number) {
      view.setBigUint64(at, BigInt(value), true);
      at += 8;
      return out;
    },
    raw(values: Uint8Array) {
      bytes.set(values, at);
      at += values.length;
      return out;
    },
  };
  return out;
}

/** Date in the upper, time in the lower half; years before 1980 are 1980. */
function dosTime(moment: Date): number {
  const year = Math.max(0, moment.getFullYear() - 1980);
  const date = (year << 9) | ((moment.getMonth() + 1) << 5) | moment.getDate();
  const time = (moment.getHours() << 11) | (moment.getMinutes() << 5) | (moment.getSeconds() >> 1);
  return ((date << 16) | time) >>> 0;
}
