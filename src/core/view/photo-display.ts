/**
 * How the user wants a photo shown: which bands, between which stored values, how bright. Only what is drawn follows it;
 * what a model sees, what is probed and what is exported do not.
 */
import type { BandFacts } from "../raster/raster";
import type { BandRole } from "../vocabulary/band-roles";

export const COMBINATIONS = ["natural", "infrared", "ndvi", "single"] as const;
export const STRETCHES = ["as-is", "min-max", "percentiles"] as const;

export type Combination = (typeof COMBINATIONS)[number];
/** `as-is`: what the model takes for black and white, else the whole range of the type; −1 to 1 for an index. */
export type Stretch = (typeof STRETCHES)[number];

/** Whatever is absent is chosen by what the photo holds. */
export interface PhotoDisplay {
  readonly combination?: Combination;
  /** 0-based band of the combination `single`; the first one if absent. */
  readonly band?: number;
  readonly stretch?: Stretch;
  /** Shares become their power of 1/gamma: above 1 brightens the dark ones. 1 if absent. */
  readonly gamma?: number;
}

export const GAMMA = { least: 0.2, most: 5 } as const;

/** Bands as red, green and blue (one of them three times is grey), or the two of the index (nir − red) / (nir + red). */
export type ShownBands =
  | { readonly kind: "colours"; readonly bands: readonly [red: number, green: number, blue: number] }
  | { readonly kind: "ndvi"; readonly nir: number; readonly red: number };

/** What can be asked of a photo with these bands. */
export function combinationsOf(bands: readonly BandFacts[]): readonly Combination[] {
  return COMBINATIONS.filter((combination) => bandsOf(bands, { combination }) !== null);
}

/** Of what is asked; of what suits the photo where nothing is asked, or its bands do not give it. */
export function shownBands(bands: readonly BandFacts[], display: PhotoDisplay): ShownBands {
  return bandsOf(bands, display) ?? suitable(bands);
}

/** Red, green and blue; near infrared, red and green where there is no blue; else the first bands. */
function suitable(bands: readonly BandFacts[]): ShownBands {
  const found = bandsOf(bands, { combination: "natural" }) ?? bandsOf(bands, { combination: "infrared" });
  const colours = bands.filter(({ role }) => role !== "alpha");
  return found ?? { kind: "colours", bands: colours.length >= 3 ? [0, 1, 2] : [0, 0, 0] };
}

/** Null where the photo lacks one of them. */
function bandsOf(bands: readonly BandFacts[], { combination, band = 0 }: PhotoDisplay): ShownBands | null {
  const withRole = (role: BandRole) => bands.find((facts) => facts.role === role)?.index;
  const [red, green, blue, nir] = [withRole("red"), withRole("green"), withRole("blue"), withRole("nir")];
  const colours = (...roles: readonly (number | undefined)[]): ShownBands | null => {
    const [first, second, third] = roles;
    return first === undefined || second === undefined || third === undefined
      ? null
      : { kind: "colours", bands: [first, second, third] };
  };
  switch (combination) {
    case "natural":
      return colours(red, green, blue);
    case "infrared":
      return colours(nir, red, green);
    case "ndvi":
      return nir === undefined || red === undefined ? null : { kind: "ndvi", nir, red };
    case "single":
      return bands[band] === undefined ? null : { kind: "colours", bands: [band, band, band] };
    default:
      return null;
  }
}

/**
 * Normalised difference vegetation index of two reflectances, −1 to 1; 0 where their sum is 0. Source: Rouse et al.,
 * "Monitoring vegetation systems in the Great Plains with ERTS", 1974.
 */
export function ndviOf(nir: number, red: number): number {
  return nir + red === 0 ? 0 : (nir - red) / (nir + red);
}

/**
 * Values below which a share of all lies, by linear interpolation between order statistics (Hyndman and Fan, 1996, type
 * 7). NaN without values.
 *
 * @param sorted Ascending.
 * @param share  0–1.
 */
export function quantileOf(sorted: ArrayLike<number>, share: number): number {
  const at = (sorted.length - 1) * share;
  const [below, above] = [sorted[Math.floor(at)] ?? Number.NaN, sorted[Math.ceil(at)] ?? Number.NaN];
  return below + (above - below) * (at - Math.floor(at));
}
