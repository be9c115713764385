/**
 * What a band can show. Bands of the image and bands of the second raster are told apart here, because a network asks
 * for both by role and neither may stand in for the other.
 */

export interface BandRoleEntry {
  /** In the middle of a sentence. */
  readonly name: string;
  /** Spellings of a band's own name in a file, compared after trimming and lower-casing. */
  readonly bandName?: RegExp;
}

export interface AuxiliaryBandEntry extends BandRoleEntry {
  /** What a raster of it is, said where something else is needed: "It holds heights." */
  readonly found: string;
  /** What a model that reads it needs beside the image. */
  readonly needed: string;
  /** Heights are one band of a raster; a radar image may have several, all of them its own. */
  readonly inBands: "first" | "all";
}

const OPTICAL_BANDS = {
  red: { name: "red", bandName: /^(r|red)(?![ _-]?edge)(\b|_)/ },
  green: { name: "green", bandName: /^(g|green)(\b|_)/ },
  blue: { name: "blue", bandName: /^(b|blue)(\b|_)/ },
  nir: { name: "near infrared", bandName: /^(nir|ir|near[ _-]?infrared|infrared|nearinfrared)(\b|_|\d)/ },
} as const satisfies Record<string, BandRoleEntry>;

/** Bands of the second raster of a scene; a kind of raster (`auxiliary-kinds.ts`) names the band it holds. */
export const AUXILIARY_BANDS = {
  height: {
    name: "height",
    bandName: /^(dsm|ndsm|dem|dtm|chm|height|elevation)\b/,
    found: "It holds heights.",
    needed: "a height raster",
    inBands: "first",
  },
  sar: {
    name: "SAR",
    bandName: /^(vv|vh|hh|hv|sar)\b/,
    found: "It is a SAR image.",
    needed: "a SAR image",
    inBands: "all",
  },
} as const satisfies Record<string, AuxiliaryBandEntry>;

/** Everything a band can show, in the order it is offered in. */
export const BAND_ROLES = {
  ...OPTICAL_BANDS,
  ...AUXILIARY_BANDS,
  alpha: { name: "alpha", bandName: /^alpha\b/ },
  grey: { name: "grey" },
  class: { name: "class" },
  // Bands that are named and that no network here reads: no tag makes a colour of them.
  unknown: { name: "unknown", bandName: /^(red[ _-]?edge|swir|thermal|lwir|coastal|pan|panchromatic|cirrus)(\b|_|\d)/ },
} as const satisfies Record<string, BandRoleEntry>;

export type OpticalBand = keyof typeof OPTICAL_BANDS;
export type AuxiliaryBand = keyof typeof AUXILIARY_BANDS;
export type BandRole = keyof typeof BAND_ROLES;

/** A band that a network can ask for. */
export type BandName = OpticalBand | AuxiliaryBand;

export const AUXILIARY_BAND_IDS = Object.keys(AUXILIARY_BANDS) as readonly AuxiliaryBand[];

export const BAND_NAMES = Object.keys({ ...OPTICAL_BANDS, ...AUXILIARY_BANDS }) as readonly BandName[];

/** A band of an orthophoto. */
export function isOpticalBand(role: BandRole): role is OpticalBand {
  return role in OPTICAL_BANDS;
}

/** A band of the second raster: heights, SAR. */
export function isAuxiliaryBand(role: BandRole): role is AuxiliaryBand {
  return role in AUXILIARY_BANDS;
}
