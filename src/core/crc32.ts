/** CRC-32 as PNG and zlib compute it (ISO 3309, polynomial 0xEDB88320, reflected). */

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/**
 * @param before  Of the bytes that come before these, 0 for none: sums of parts go on in one another.
 * @returns       An unsigned 32-bit number.
 */
export function crc32(bytes: Uint8Array, before = 0): number {
  let crc = ~before;
  for (let index = 0; index < bytes.length; index++) crc = TABLE[(crc ^ bytes[index]!) & 255]! ^ (crc >>> 8);
  return ~crc >>> 0;
}

/**
 * The sum of two parts one after the other, from the sums of each: what came first may be written again without reading
 * the rest.
 *
 * Source: bytes that follow multiply a sum by x^8 each, modulo the polynomial (Adler's `crc32_combine` in zlib).
 */
export function crc32Of(first: number, second: number, secondBytes: number): number {
  let shift = 0x80000000;
  // x^8, squared bit by bit of the count.
  let power = 0x00800000;
  for (let left = secondBytes; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) shift = multiply(shift, power);
    power = multiply(power, power);
  }
  return (multiply(shift, first) ^ second) >>> 0;
}

/** Of two polynomials over GF(2), x^0 in the highest bit, modulo the sum's own. */
function multiply(one: number, other: number): number {
  let product = 0;
  let factor = other;
  for (let bit = 31; bit >= 0; bit--) {
    if ((one >>> bit) & 1) product ^= factor;
    factor = factor & 1 ? (factor >>> 1) ^ 0xedb88320 : factor >>> 1;
  }
  return product >>> 0;
}
