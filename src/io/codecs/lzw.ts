/**
 * TIFF's LZW: variable 9–12-bit codes, most significant bit first, code width switched one code early.
 *
 * Writes into a buffer of known size, so that a hostile stream can neither grow memory nor loop.
 * Source: TIFF 6.0 §13.
 *
 * @param expectedBytes Decoded size; surplus data is ignored.
 * @returns At most `expectedBytes`; fewer when the stream ends early.
 * @throws {Error} On a code that is not in the table.
 */
export function decodeLzw(data: Uint8Array, expectedBytes: number): Uint8Array<ArrayBuffer> {
  const leastSignificantFirst = data.length >= 2 && data[0] === 0 && (data[1]! & 1) === 1;
  const out = new Uint8Array(expectedBytes);
  const written = decodeInto(out, data, leastSignificantFirst);
  return out.subarray(0, written);
}

const CLEAR = 256;
const END = 257;
const FIRST_FREE = 258;
const MAX_CODES = 4096;

function decodeInto(out: Uint8Array, data: Uint8Array, leastSignificantFirst: boolean): number {
  const prefix = new Uint16Array(MAX_CODES);
  const suffix = new Uint8Array(MAX_CODES);
  const lengths = new Uint16Array(MAX_CODES);
  for (let code = 0; code < 256; code++) {
    suffix[code] = code;
    lengths[code] = 1;
  }
  // Files of libtiff before 1991 ("compat") pack bits from the low end and switch code width one code later.
  const early = leastSignificantFirst ? 0 : 1;
  let free = FIRST_FREE;
  let width = 9;
  let previous = -1;
  let bits = 0;
  let bitCount = 0;
  let input = 0;
  let output = 0;

  while (output < out.length) {
    while (bitCount < width) {
      if (input >= data.length) return output;
      bits = leastSignificantFirst ? bits | (data[input]! << bitCount) : ((bits << 8) | data[input]!) & 0xffffff;
      input++;
      bitCount += 8;
    }
    bitCount -= width;
    const mask = (1 << width) - 1;
    let code: number;
    if (leastSignificantFirst) {
      code = bits & mask;
      bits >>>= width;
    } else {
      code = (bits >>> bitCount) & mask;
    }
    if (code === END) return output;
    if (code === CLEAR) {
      free = FIRST_FREE;
      width = 9;
      previous = -1;
      continue;
    }
    if (previous < 0) {
      if (code > 255) throw new Error(`LZW stream starts with code ${code}`);
      out[output++] = code;
      previous = code;
      continue;
    }
    if (code > free || (code === free && free >= MAX_CODES)) throw new Error(`LZW code ${code} is not in the table`);
    // A code just being defined is the previous string followed by its own first byte.
    const source = code === free ? previous : code;
    const length = lengths[source]!;
    let cursor = source;
    for (let at = output + length - 1; at >= output; at--) {
      if (at < out.length) out[at] = suffix[cursor]!;
      cursor = prefix[cursor]!;
    }
    const firstByte = out[output]!;
    output += length;
    if (code === free && output < out.length) out[output++] = firstByte;
    if (free < MAX_CODES) {
      prefix[free] = previous;
      suffix[free] = firstByte;
      lengths[free] = Math.min(lengths[previous]! + 1, 0xffff);
      free++;
      if (free + early >= 1 << width && width < 12) width++;
    }
    previous = code;
  }
  return out.length;
}
