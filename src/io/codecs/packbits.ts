/**
 * PackBits run-length decoding into a buffer of known size.
 *
 * Source: TIFF 6.0 §9.
 *
 * @returns At most `expectedBytes`; fewer when the stream ends early.
 */
export function decodePackBits(data: Uint8Array, expectedBytes: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(expectedBytes);
  let input = 0;
  let output = 0;
  while (input < data.length && output < expectedBytes) {
    const header = (data[input++]! << 24) >> 24;
    if (header === -128) continue;
    if (header < 0) {
      if (input >= data.length) break;
      const end = Math.min(output + 1 - header, expectedBytes);
      out.fill(data[input++]!, output, end);
      output = end;
    } else {
      const count = Math.min(header + 1, data.length - input, expectedBytes - output);
      out.set(data.subarray(input, input + count), output);
      input += count;
      output += count;
    }
  }
  return out.subarray(0, output);
}
