/** Remembered corrections as they come back from storage: what is not understood is left out, never guessed. */
import { parseScheme } from "../labels/own-scheme";
import { RASTER_USES } from "../vocabulary/auxiliary-kinds";
import { BAND_ROLES } from "../vocabulary/band-roles";
import type { BandCorrections } from "./band-corrections";

const USES: readonly unknown[] = RASTER_USES;

/** @returns Corrections by make of file; {} when `value` holds none. */
export function parseCorrections(value: unknown): Record<string, BandCorrections> {
  const out: Record<string, BandCorrections> = {};
  for (const [key, entry] of entriesOf(value)) {
    const { use, roles, nodata, scheme } = Object.fromEntries(entriesOf(entry));
    const knownRoles = entriesOf(roles).filter(
      ([band, role]) => isBand(band) && Object.hasOwn(BAND_ROLES, String(role)),
    );
    const values = entriesOf(nodata).map(([band, stored]) => [band, readNumber(stored)] as const);
    const knownNodata = values.filter(
      ([band, number]) => isBand(band) && (number === null || typeof number === "number"),
    );
    const parsed = {
      ...(USES.includes(use) && { use }),
      ...(parseScheme(scheme) !== undefined && { scheme: parseScheme(scheme) }),
      ...(knownRoles.length > 0 && { roles: Object.fromEntries(knownRoles) }),
      ...(knownNodata.length > 0 && { nodata: Object.fromEntries(knownNodata) }),
    } as BandCorrections;
    if (Object.keys(parsed).length > 0) out[key] = parsed;
  }
  return out;
}

/** For `JSON.stringify`, which has neither NaN nor infinities: they are kept as text. */
export function keepNonFinite(_: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}

/** Undoes `keepNonFinite`; whatever else it is comes back as it is. */
export function readNumber(stored: unknown): unknown {
  return stored === "NaN" || stored === "Infinity" || stored === "-Infinity" ? Number(stored) : stored;
}

function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === "object" && value !== null ? Object.entries(value) : [];
}

function isBand(key: string): boolean {
  return /^\d{1,4}$/.test(key);
}
