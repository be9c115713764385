/**
 * What each band shows, from tags, band names and file names, with the reason in words.
 *
 * The file name beats the photometric tag: ISPRS infrared images (IRRG) are tagged RGB, and taking them for RGB would
 * feed a model the wrong bands without a word.
 */
import { saysBand } from "../vocabulary/auxiliary-kinds";
import {
  AUXILIARY_BAND_IDS,
  type AuxiliaryBand,
  BAND_ROLES,
  type BandRole,
  type BandRoleEntry,
} from "../vocabulary/band-roles";
import { type DType, isFloat } from "./dtype";

export interface BandEvidence {
  readonly fileName: string;
  readonly bandCount: number;
  readonly dtype: DType;
  /** What the container says about colour. */
  readonly colour: "rgb" | "grey" | "palette" | "unknown";
  /** Roles the file states outright per band (colour interpretation metadata, alpha in ExtraSamples). */
  readonly stated: readonly (BandRole | null)[];
  /** Band descriptions, or null. */
  readonly names: readonly (string | null)[];
}

export interface BandRoleGuess {
  readonly role: BandRole;
  readonly reason: string;
}

const NAME_PATTERNS: readonly (readonly [RegExp, readonly BandRole[], string])[] = [
  [/(^|[_\-. \d])rgb(i|irg?|n|nir)([_\-. ]|$)/i, ["red", "green", "blue", "nir"], "file name says RGBIR"],
  [/(^|[_\-. ])(irrg|cir)([_\-. ]|$)/i, ["nir", "red", "green"], "file name says IRRG"],
  [/(^|[_\-. ])irrgb([_\-. ]|$)/i, ["nir", "red", "green", "blue"], "file name says IRRGB"],
  [/top_mosaic_09cm_area\d+/i, ["nir", "red", "green"], "ISPRS Vaihingen images are infrared, red, green"],
  [/^m_\d{7}_(ne|nw|se|sw)_\d+/i, ["red", "green", "blue", "nir"], "NAIP file name"],
];

const LABEL_NAME =
  /label|truth|(^|[_\-.])gt([_\-.]|$)|mask|annot|noboundary|segmentation|(^|[_\-.])(lbl|cls|seg)([_\-.]|$)/i;

/** One guess per band. */
export function recogniseBandRoles(evidence: BandEvidence): BandRoleGuess[] {
  const { bandCount, fileName, names, stated } = evidence;
  const fromName = bandCount >= 3 ? rolesFromFileName(fileName) : null;
  return Array.from({ length: bandCount }, (_, band): BandRoleGuess => {
    const statedRole = stated[band] ?? null;
    // GDAL tags the fourth band of any 8-bit file as alpha: what a name says of it goes first.
    const tagged = statedRole === "alpha" ? ", though it is tagged alpha" : "";
    const byName = roleFromBandName(names[band] ?? null);
    if (byName !== null)
      return { role: byName, reason: `band name "${names[band]}"${byName === "alpha" ? "" : tagged}` };
    const byFile = fromName?.roles[band];
    if (fromName !== null && byFile !== undefined) return { role: byFile, reason: `${fromName.reason}${tagged}` };
    if (statedRole === "alpha") return { role: "alpha", reason: "extra samples tag" };
    // "Undefined" is an answer too: it takes back what the photometric tag claims.
    const takesBack = statedRole === "unknown" || (statedRole === "grey" && bandCount >= 3);
    if (statedRole !== null && !takesBack) return { role: statedRole, reason: "colour interpretation in the file" };
    if (takesBack && bandCount >= 3) return colourBand({ ...evidence, colour: "unknown" }, band);
    return bandCount >= 3 ? colourBand(evidence, band) : singleBand(evidence, band);
  });
}

/** What a raster is in a scene, judged by its name and bands. */
export function looksLikeLabels(fileName: string): boolean {
  return LABEL_NAME.test(fileName);
}

/** What band of the second raster a file name speaks of, folder and ending apart; null when of none. */
export function auxiliaryBandByName(fileName: string): AuxiliaryBand | null {
  return AUXILIARY_BAND_IDS.find((band) => saysBand(stem(fileName), band)) ?? null;
}

function rolesFromFileName(fileName: string) {
  const name = stem(fileName);
  for (const [pattern, roles, reason] of NAME_PATTERNS) {
    if (pattern.test(name)) return { roles, reason };
  }
  return null;
}

function roleFromBandName(name: string | null): BandRole | null {
  if (name === null) return null;
  const word = name.trim().toLowerCase();
  const entries = Object.entries<BandRoleEntry>(BAND_ROLES) as readonly [BandRole, BandRoleEntry][];
  return entries.find(([, { bandName }]) => bandName?.test(word))?.[0] ?? null;
}

function colourBand(evidence: BandEvidence, band: number): BandRoleGuess {
  const rgb: readonly BandRole[] = ["red", "green", "blue"];
  if (evidence.colour === "rgb") {
    const role = rgb[band];
    return role === undefined
      ? { role: "unknown", reason: "extra band without a description" }
      : { role, reason: "photometric tag" };
  }
  const role = evidence.bandCount <= 4 ? rgb[band] : undefined;
  return role === undefined
    ? { role: "unknown", reason: "the file does not say what this band shows" }
    : { role, reason: "assumed from band order; the file does not say" };
}

function singleBand(evidence: BandEvidence, band: number): BandRoleGuess {
  const { colour, dtype, fileName } = evidence;
  if (band > 0) return { role: "unknown", reason: "extra band without a description" };
  if (colour === "palette") return { role: "class", reason: "palette" };
  const named = auxiliaryBandByName(fileName);
  // "dsm_masked" holds heights with holes; "vv_mask" is a mask.
  if (named === "height") return { role: "height", reason: "file name" };
  if (looksLikeLabels(fileName)) return { role: "class", reason: "file name" };
  if (named !== null) return { role: named, reason: "file name" };
  if (isFloat(dtype)) return { role: "height", reason: "single band of decimal numbers" };
  if (dtype === "int16" || dtype === "int32") return { role: "height", reason: "single band of signed numbers" };
  return { role: "grey", reason: "single band" };
}

function stem(fileName: string): string {
  return fileName.replace(/^.*[\\/]/, "").replace(/\.[^.]+$/, "");
}
