/**
 * The table of a Shapefile: texts, numbers, dates and truth values.
 *
 * Source: dBASE III table format (header of 32 bytes, 32 per field, records of fixed length), as ESRI's description of
 * the Shapefile refers to it.
 */
import { badVector, MOST_FEATURES } from "../../core/vector/vector-layer";

export interface DbfTable {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly notes: readonly string[];
}

interface Field {
  readonly name: string;
  readonly type: string;
  readonly start: number;
  readonly length: number;
}

const MOST_BYTES = 2 ** 30;
const MOST_FIELDS = 2000;

/**
 * @param encoding What the `.cpg` file says; null without one.
 * @throws {NadirError} `bad-vector` when it is none or has fewer bytes than its records need.
 */
export async function readDbf(file: Blob, encoding: string | null, fileName: string): Promise<DbfTable> {
  if (file.size > MOST_BYTES || file.size < 33) throw badVector(fileName, `Its .dbf has ${file.size} bytes.`);
  const bytes = new Uint8Array(await file.arrayBuffer());
  const view = new DataView(bytes.buffer);
  const [count, headerBytes, recordBytes] = [
    view.getUint32(4, true),
    view.getUint16(8, true),
    view.getUint16(10, true),
  ];
  if (count > MOST_FEATURES || headerBytes > bytes.length || headerBytes + count * recordBytes > bytes.length + 1) {
    throw badVector(fileName, `Its .dbf has ${bytes.length} bytes, too few for ${count} records of ${recordBytes}.`);
  }
  const { decoder, notes } = decoderFor(encoding, fileName);
  const fields = readFields(bytes.subarray(0, headerBytes), decoder);
  const rows = Array.from({ length: count }, (_, index) => {
    const record = bytes.subarray(headerBytes + index * recordBytes, headerBytes + (index + 1) * recordBytes);
    return Object.fromEntries(
      fields.map((field) => {
        const text = decoder.decode(record.subarray(field.start, field.start + field.length));
        return [field.name, typedValue(text.replace(/\0.*$/s, "").trim(), field.type)];
      }),
    );
  });
  return { rows, notes };
}

function readFields(header: Uint8Array, decoder: TextDecoder): Field[] {
  const fields: Field[] = [];
  // The first byte of a record says whether it is deleted.
  let start = 1;
  for (let at = 32; at + 32 <= header.length && header[at] !== 0x0d && fields.length < MOST_FIELDS; at += 32) {
    const [type, length] = [String.fromCharCode(header[at + 11]!), header[at + 16]!];
    const name = decoder.decode(header.subarray(at, at + 11)).replace(/\0.*$/s, "");
    fields.push({ name, type, start, length });
    start += length;
  }
  return fields;
}

function typedValue(text: string, type: string): unknown {
  if (type === "N" || type === "F") return text === "" || !Number.isFinite(Number(text)) ? null : Number(text);
  if (type === "L") return /^[YyTt]$/.test(text) ? true : /^[NnFf]$/.test(text) ? false : null;
  if (type === "D") return /^\d{8}$/.test(text) ? `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}` : null;
  return text === "" ? null : text;
}

/** "UTF-8", "ISO-8859-1", "ISO88592", "1252", "ANSI 1252"; what is not said is Windows' western European. */
function decoderFor(encoding: string | null, fileName: string): { decoder: TextDecoder; notes: readonly string[] } {
  const said = encoding ?? "1252";
  const page = /^(?:ansi|cp|windows)?[ _-]*(\d{3,5})$/i.exec(said)?.[1];
  const iso = /^iso[ _-]*8859[ _-]*(\d{1,2})$/i.exec(said)?.[1];
  const label =
    iso !== undefined ? `iso-8859-${iso}` : page === undefined ? said : page === "65001" ? "utf-8" : `windows-${page}`;
  try {
    return { decoder: new TextDecoder(label), notes: [] };
  } catch {
    const notes = [
      `${fileName}: its texts are in ${JSON.stringify(said)}, which is not known; they are read as windows-1252.`,
    ];
    return { decoder: new TextDecoder("windows-1252"), notes };
  }
}
