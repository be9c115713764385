/**
 * What the second raster of a scene can be, and how its file name says so. The first kind of a band is what a raster
 * of that band is taken for when its name says no more.
 */
import type { AuxiliaryBand } from "./band-roles";

export interface AuxiliaryKindEntry {
  /** Short name, the same in every language of the trade. */
  readonly name: string;
  /** What its bands show (`band-roles.ts`). */
  readonly band: AuxiliaryBand;
  /**
   * Words of a file name that say it by themselves, and therefore name no scene: English, German, French, Spanish,
   * swisstopo's products. Lower case, letters only.
   */
  readonly words: readonly string[];
  /** Other signs of its band in a name in lower case; they count where the raster's bands leave it open. */
  readonly sign?: RegExp;
  /** Tells it from other kinds of its band, in a name in lower case; says nothing by itself. */
  readonly among?: RegExp;
  /** Which of several rasters that fit equally well goes with the image: the larger one. */
  readonly rank: number;
}

/** A DSM ranks before an nDSM, a terrain model last: the networks were trained on surface models. */
export const AUXILIARY_KINDS = {
  dsm: {
    name: "DSM",
    band: "height",
    words: ["dsm", "mns", "mds", "dom", "bdom", "swisssurface", "surface", "height", "elevation", "altitude"],
    rank: 3,
  },
  ndsm: {
    name: "nDSM",
    band: "height",
    words: ["ndsm", "ndhm", "ndom", "chm", "hag", "mnh"],
    sign: /normali[sz]ed_lastools/,
    among: /ndsm|ndhm|normali[sz]ed|height_above/,
    rank: 1,
  },
  dem: {
    name: "DEM",
    band: "height",
    words: ["dem", "dtm", "mnt", "mdt", "dgm", "swissalti", "terrain"],
    // Sheets of the Dutch AHN: M_37EN1 is the ground, R_37EN1 the surface.
    among: /(^| )m5?_\d{2}[a-z]{2}\d/,
    rank: 0,
  },
  sar: {
    name: "SAR",
    band: "sar",
    words: ["sar", "vv", "vh"],
    sign: /(^|[^a-z])(hh|hv|sentinel-?1|s1[ab]|gaofen-?3|gf-?3)([^a-z]|$)/,
    rank: 2,
  },
} as const satisfies Record<string, AuxiliaryKindEntry>;

export type AuxiliaryKind = keyof typeof AUXILIARY_KINDS;

/** What a raster is in a scene. */
export type RasterUse = "optical" | "truth" | AuxiliaryKind;

const ENTRIES = Object.entries<AuxiliaryKindEntry>(AUXILIARY_KINDS) as readonly [AuxiliaryKind, AuxiliaryKindEntry][];

export const AUXILIARY_KIND_IDS: readonly AuxiliaryKind[] = ENTRIES.map(([kind]) => kind);

export const RASTER_USES: readonly RasterUse[] = ["optical", ...AUXILIARY_KIND_IDS, "truth"];

export function isAuxiliaryKind(word: string): word is AuxiliaryKind {
  return Object.hasOwn(AUXILIARY_KINDS, word);
}

/** The band that a word of a file name stands for; undefined for other words. */
export function bandOfWord(word: string): AuxiliaryBand | undefined {
  return ENTRIES.find(([, { words }]) => words.includes(word))?.[1].band;
}

/** Whether a file name says by a word or another sign that it holds that band. */
export function saysBand(fileName: string, band: AuxiliaryBand): boolean {
  const name = fileName.toLowerCase();
  return ENTRIES.some(([, entry]) => entry.band === band && (saysWord(name, entry) || entry.sign?.test(name)));
}

/** The kind of a raster that holds that band, by its name. */
export function kindOfBand(band: AuxiliaryBand, fileName = ""): AuxiliaryKind {
  const name = fileName.toLowerCase();
  const [usual, ...others] = ENTRIES.filter(([, entry]) => entry.band === band);
  const said = others.find(([, entry]) => saysWord(name, entry) || entry.among?.test(name));
  return (said ?? usual!)[0];
}

function saysWord(name: string, { words }: AuxiliaryKindEntry): boolean {
  const parts = name.split(/[^a-z]+/);
  return words.some((word) => parts.includes(word));
}
