/**
 * Image file directories as bytes, classic and BigTIFF, little-endian.
 *
 * Source: TIFF 6.0 §2; BigTIFF design (Aware Systems).
 */

/** SHORT, LONG, DOUBLE, ASCII, or an offset that is LONG or LONG8 as the file needs. */
export type TiffField =
  | { readonly tag: number; readonly type: "short" | "long" | "double" | "offset"; readonly values: ArrayLike<number> }
  | { readonly tag: number; readonly type: "ascii"; readonly text: string };

const TYPE_CODES = { ascii: 2, short: 3, long: 4, double: 12 } as const;
const TYPE_BYTES = { ascii: 1, short: 2, long: 4, double: 8 } as const;

/** Size of a directory with all its values: fixed once the number of tiles is, whatever the offsets will be. */
export function directoryBytes(fields: readonly TiffField[], bigTiff: boolean): number {
  const inlineBytes = bigTiff ? 8 : 4;
  let bytes = bigTiff ? 8 + fields.length * 20 + 8 : 2 + fields.length * 12 + 4;
  for (const field of fields) {
    const length = valueBytes(field, bigTiff);
    if (length > inlineBytes) bytes += align(length);
  }
  return align(bytes);
}

/**
 * @param position Where the directory lies in the file.
 * @param next Position of the next directory, 0 for the last.
 */
export function encodeDirectory(
  fields: readonly TiffField[],
  bigTiff: boolean,
  position: number,
  next: number,
): Uint8Array<ArrayBuffer> {
  const sorted = [...fields].sort((a, b) => a.tag - b.tag);
  const out = new Uint8Array(directoryBytes(fields, bigTiff));
  const view = new DataView(out.buffer);
  const putOffset = (at: number, value: number) =>
    bigTiff ? view.setBigUint64(at, BigInt(value), true) : view.setUint32(at, value, true);
  const [countBytes, entryBytes, inlineBytes] = bigTiff ? [8, 20, 8] : [2, 12, 4];
  if (bigTiff) view.setBigUint64(0, BigInt(sorted.length), true);
  else view.setUint16(0, sorted.length, true);
  let valuesAt = countBytes + sorted.length * entryBytes + inlineBytes;
  for (const [index, field] of sorted.entries()) {
    const at = countBytes + index * entryBytes;
    const type = storedType(field, bigTiff);
    view.setUint16(at, field.tag, true);
    view.setUint16(at + 2, type === "long8" ? 16 : TYPE_CODES[type], true);
    putOffset(at + 4, valueCount(field));
    const length = valueBytes(field, bigTiff);
    const valueAt = at + (bigTiff ? 12 : 8);
    if (length > inlineBytes) {
      putOffset(valueAt, position + valuesAt);
      putValues(view, valuesAt, field, type);
      valuesAt += align(length);
    } else putValues(view, valueAt, field, type);
  }
  putOffset(countBytes + sorted.length * entryBytes, next);
  return out;
}

function putValues(
  view: DataView,
  at: number,
  field: TiffField,
  type: "ascii" | "short" | "long" | "long8" | "double",
) {
  if (field.type === "ascii") {
    new Uint8Array(view.buffer, at).set(new TextEncoder().encode(field.text));
    return;
  }
  for (let index = 0; index < field.values.length; index++) {
    const value = field.values[index]!;
    if (type === "short") view.setUint16(at + index * 2, value, true);
    else if (type === "long") view.setUint32(at + index * 4, value, true);
    else if (type === "long8") view.setBigUint64(at + index * 8, BigInt(value), true);
    else view.setFloat64(at + index * 8, value, true);
  }
}

function storedType(field: TiffField, bigTiff: boolean): "ascii" | "short" | "long" | "long8" | "double" {
  return field.type === "offset" ? (bigTiff ? "long8" : "long") : field.type;
}

function valueCount(field: TiffField): number {
  // ASCII values end with a NUL, which counts.
  return field.type === "ascii" ? new TextEncoder().encode(field.text).length + 1 : field.values.length;
}

function valueBytes(field: TiffField, bigTiff: boolean): number {
  const type = storedType(field, bigTiff);
  return valueCount(field) * (type === "long8" ? 8 : TYPE_BYTES[type]);
}

function align(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}
