/**
 * What the user knows better than the file: what a raster is, roles of its bands, nodata values. Plain data, remembered
 * for files of the same make.
 */
import type { ClassScheme } from "../labels/class-scheme";
import { AUXILIARY_KINDS, type RasterUse } from "../vocabulary/auxiliary-kinds";
import { AUXILIARY_BANDS, type BandRole, isAuxiliaryBand } from "../vocabulary/band-roles";
import type { CollarAnswer } from "./collar";
import type { BandFacts, RasterFacts } from "./raster";

export interface BandCorrections {
  /** What the raster is in a scene; its bands' roles follow where they would contradict it. */
  readonly use?: RasterUse;
  /** By 0-based band. */
  readonly roles?: Readonly<Record<number, BandRole>>;
  /** By 0-based band; null when the declared value is no nodata. */
  readonly nodata?: Readonly<Record<number, number | null>>;
  /** Stored values that models see as black and white. */
  readonly photoRange?: { readonly black: number; readonly white: number };
  /** Whether an undeclared margin of one colour is missing ("take") or ground ("leave"). */
  readonly collar?: CollarAnswer;
  /** What the values of a truth raster mean; null when its colours decide. */
  readonly scheme?: ClassScheme | null;
}

export function correctBands(bands: readonly BandFacts[], corrections: BandCorrections): BandFacts[] {
  return bands.map((band) => {
    const role = corrections.roles?.[band.index] ?? roleForUse(corrections.use, band);
    const nodata = corrections.nodata?.[band.index];
    if (nodata === undefined) return { ...band, ...newRole(band, role) };
    const { nodataIsAssumed: _, ...rest } = band;
    return { ...rest, ...newRole(band, role), nodata, nodataIsSet: true };
  });
}

/** The same make of file corrected again: the newer word stands, band by band. */
export function mergeCorrections(older: BandCorrections, newer: BandCorrections): BandCorrections {
  return {
    ...older,
    ...newer,
    ...((older.roles || newer.roles) && { roles: { ...older.roles, ...newer.roles } }),
    ...((older.nodata || newer.nodata) && { nodata: { ...older.nodata, ...newer.nodata } }),
  };
}

/**
 * Key under which corrections are remembered: files of one make (same bands, type and name pattern) are corrected
 * alike. Numbers in the name are dropped, so that the next tile of a series matches.
 */
export function correctionKey(facts: RasterFacts): string {
  const { length } = facts.bands;
  // Labels may have the very name of their photo: what is said of one must not make the other something else.
  const palette = facts.palette !== null ? "palette" : facts.labelColours === undefined ? "" : "labels";
  return `${namePattern(facts.fileName)}|${length}×${facts.bands[0]?.dtype ?? "none"}|${palette}`;
}

/** Those corrections that could concern files of these names. */
export function correctionsOfFiles(
  corrections: Readonly<Record<string, BandCorrections>>,
  fileNames: readonly string[],
): Record<string, BandCorrections> {
  if (Object.keys(corrections).length === 0) return {};
  const patterns = [...new Set(fileNames.map((name) => `${namePattern(name)}|`))];
  return Object.fromEntries(
    Object.entries(corrections).filter(([key]) => patterns.some((pattern) => key.startsWith(pattern))),
  );
}

function namePattern(fileName: string): string {
  return fileName
    .toLowerCase()
    .replace(/\d+/g, "#")
    .replace(/^.*[\\/]/, "");
}

function newRole(band: BandFacts, role: BandRole | undefined) {
  return role === undefined || role === band.role ? {} : { role, roleReason: "set by you" };
}

/** The role a band must have when the whole raster is used so; undefined when its own fits. */
function roleForUse(use: RasterUse | undefined, { index, role }: BandFacts): BandRole | undefined {
  if (use === undefined || role === "alpha") return undefined;
  if (use !== "optical" && use !== "truth") {
    const { band } = AUXILIARY_KINDS[use];
    return index === 0 || AUXILIARY_BANDS[band].inBands === "all" ? band : undefined;
  }
  const isForeign = isAuxiliaryBand(role) || (role === "class" && use === "optical");
  return isForeign ? "grey" : undefined;
}
