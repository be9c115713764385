/** Remembered corrections as they come back from storage: what is not understood is left out, never guessed. */
import { readable, readableEntries } from "../json/readable";
import { parseScheme } from "../labels/own-scheme";
import type { BandCorrections } from "./band-corrections";
import { bandKey, collarField, nodataField, photoRangeField, roleField, useField } from "./corrections-fields";

/** @returns Corrections by make of file; {} when `value` holds none. */
export function parseCorrections(value: unknown): Record<string, BandCorrections> {
  const makes = Object.entries(value ?? {}).map(([key, entry]) => [key, parseEntry(entry)] as const);
  return Object.fromEntries(makes.filter(([, corrections]) => Object.keys(corrections).length > 0));
}

function parseEntry(entry: unknown): BandCorrections {
  const { use, roles, nodata, photoRange, collar, scheme } = (entry ?? {}) as Readonly<Record<string, unknown>>;
  const read = {
    use: readable(useField, use),
    roles: readableEntries(bandKey, roleField, roles),
    nodata: readableEntries(bandKey, nodataField, nodata),
    photoRange: readable(photoRangeField, photoRange),
    collar: readable(collarField, collar),
    scheme: scheme === null ? null : parseScheme(scheme),
  };
  return Object.fromEntries(Object.entries(read).filter(([, field]) => field !== undefined));
}
