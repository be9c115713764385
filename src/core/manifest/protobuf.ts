/**
 * A small reader of the protocol-buffer wire format. Nothing is allocated that the bytes themselves do not hold.
 * Source: protobuf encoding guide.
 */

export type WireValue = bigint | Uint8Array;

/** The fields of a message in the order they are written; values of length-delimited ones are views, never copies.
 *
 * @throws {RangeError} Where the bytes leave the wire format. */
export function* fieldsOf(bytes: Uint8Array): Generator<{ field: number; value: WireValue }> {
  let at = 0;
  const varint = (): bigint => {
    let result = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined) {
        break;
      }
      result |= BigInt(byte & 127) << shift;
      if (byte < 128) {
        return result;
      }
    }
    throw new RangeError(`a number at byte ${at} does not end`);
  };
  const take = (length: number): Uint8Array => {
    if (length < 0 || at + length > bytes.length) {
      throw new RangeError(`a field of ${length} bytes at byte ${at} passes the end`);
    }
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const tag = varint();
    const field = Number(tag >> 3n);
    switch (Number(tag & 7n)) {
      case 0:
        yield { field, value: varint() };
        break;
      case 1:
        yield { field, value: take(8) };
        break;
      case 2:
        yield { field, value: take(Number(varint())) };
        break;
      case 5:
        yield { field, value: take(4) };
        break;
      default:
        throw new RangeError(`byte ${at} starts no field`);
    }
  }
}

/** @throws {RangeError} Where the value is a number. */
export function message(value: WireValue): Uint8Array {
  if (typeof value === "bigint") {
    throw new RangeError("a message was a number");
  }
  return value;
}

/** @throws {RangeError} Where the value is no text. */
export function text(value: WireValue): string {
  // Pure code has no TextDecoder; names in ONNX files are UTF-8 but practically ASCII.
  let out = "";
  for (const byte of message(value)) {
    out += `%${byte.toString(16).padStart(2, "0")}`;
  }
  try {
    return decodeURIComponent(out);
  } catch {
    throw new RangeError("a name is not UTF-8");
  }
}
