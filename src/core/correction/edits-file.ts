/** Edits as a file of their own: what was done to a map by hand, for whoever reads it and for `nadir correct`. */
import { NadirError } from "../errors";
import { readFields, spellFault } from "../json/faults";
import { exactly, integer, nullable, object, text } from "../json/fields";
import type { RasterFacts } from "../raster/raster";
import type { CorrectionFacts, MaskEdit } from "./mask-edit";
import { editsField } from "./mask-edit-fields";

const EDITS_FORMAT = "nadir-edits/1";
const MOST_BYTES = 256 * 2 ** 20;

export interface EditsFile {
  /** Name of the photo whose map coordinates are meant. */
  readonly photo: string;
  /** Of those coordinates; null where it has none. */
  readonly epsg: number | null;
  readonly edits: readonly MaskEdit[];
}

const schema = object({ format: exactly(EDITS_FORMAT), photo: text, epsg: nullable(integer(1)), edits: editsField });

/** With what came of them, which nobody reads back. */
export function formatEdits(
  { fileName, crs }: Pick<RasterFacts, "fileName" | "crs">,
  edits: readonly MaskEdit[],
  { changedPixels, seenPixels }: CorrectionFacts,
): string {
  const file = { format: EDITS_FORMAT, photo: fileName, epsg: crs?.epsg ?? null, changedPixels, seenPixels, edits };
  return `${JSON.stringify(file, null, 2)}\n`;
}

/** @throws {NadirError} `bad-edits`, with every fault by its place. */
export async function readEdits(
  file: { readonly size: number; text(): Promise<string> },
  subject: string,
): Promise<EditsFile> {
  if (file.size > MOST_BYTES) throw badEdits(subject, `The file has ${file.size} bytes, more than ${MOST_BYTES}.`);
  let json: unknown;
  try {
    json = JSON.parse(await file.text());
  } catch (cause) {
    throw badEdits(subject, `This is not JSON: ${(cause as Error).message}.`);
  }
  const read = readFields(schema, json);
  if ("faults" in read) throw badEdits(subject, read.faults.map(spellFault).join("; "));
  return read.value;
}

/** @throws {NadirError} `bad-edits` when the map says that its coordinates are in another system. */
export function requireSameSystem({ epsg }: EditsFile, { fileName, crs }: RasterFacts, subject: string): void {
  const own = crs?.epsg ?? null;
  if (epsg === null || own === null || epsg === own) return;
  throw new NadirError({
    code: "bad-edits",
    subject,
    found: `Its edits are in EPSG:${epsg}, ${fileName} is in EPSG:${own}.`,
    needed: "Edits are in the map's own coordinates.",
    next: "Apply them to the map they were made for.",
  });
}

function badEdits(subject: string, found: string): NadirError {
  return new NadirError({
    code: "bad-edits",
    subject,
    found,
    needed: `Edits as the studio saves them ("${EDITS_FORMAT}") are needed.`,
    next: "Save them again in the studio.",
  });
}
