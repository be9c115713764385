/**
 * Which bytes of a file its fingerprint is made of: all of them up to 4 MiB, else 64 pieces of 64 KiB spread evenly
 * from the first byte to the last. An orthophoto of many gigabytes is recognised without reading it through; a change
 * between the pieces that keeps the size goes unseen.
 */

const PIECE_BYTES = 1 << 16;
const PIECES = 64;

export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

/** In order of their place; they do not overlap. */
export function sampledRanges(bytes: number): ByteRange[] {
  if (bytes <= PIECES * PIECE_BYTES) {
    return [{ offset: 0, length: bytes }];
  }
  const last = bytes - PIECE_BYTES;
  return Array.from({ length: PIECES }, (_, piece) => ({
    offset: Math.floor((last * piece) / (PIECES - 1)),
    length: PIECE_BYTES,
  }));
}
