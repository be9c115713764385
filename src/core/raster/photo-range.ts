/**
 * Which stored values of a photo are black and white.
 *
 * 8-bit photos say it by their type. Cameras and satellites write 10 to 14 bits, or reflectance, into 16: taken by the
 * type, such a photo is black to a network. What the file declares goes first, then the round number that its brightest pixels come
 * close to, then those pixels themselves.
 */
import { isAuxiliaryBand } from "../vocabulary/band-roles";
import { integerRange } from "./dtype";
import type { BandFacts, PhotoRange } from "./raster";

/** What was seen of a photo's values. */
export interface SeenValues {
  /** That 99.9 % of the valid samples stay below, over all bands that show the ground. */
  readonly bright: number;
  readonly max: number;
  /** That 99.9 % of them stay above. */
  readonly dark: number;
}

/** Reflectance × 10000, and the full scales of 10 to 14 bits. */
const STORED_SCALES = [
  [255, "8 bits"],
  [1023, "10 bits"],
  [2047, "11 bits"],
  [4095, "12 bits"],
  [8191, "13 bits"],
  [10_000, "0–10000, as reflectance is written"],
  [16_383, "14 bits"],
] as const;

/** Decimal numbers are shares, percent, 8-bit levels or reflectance. */
const DECIMAL_SCALES = [1, 100, 255, 10_000, 65_535];

/** A scale counts as meant when the brightest pixels come this close to it. */
const CLOSE = 0.8;

/** The same of decimal numbers, whose scales lie far apart. */
const CLOSE_DECIMAL = 0.5;

/** A few samples of interpolated or sharpened photos lie a little above white, or below black. */
const SHARPENED = 0.05;

/** The bands of a photo that show the ground. */
export function photoBands(bands: readonly BandFacts[]): readonly BandFacts[] {
  return bands.filter(({ role }) => role !== "alpha" && role !== "class" && !isAuxiliaryBand(role));
}

/** True when the type alone does not say what white is. */
export function needsPhotoRange(bands: readonly BandFacts[]): boolean {
  const shown = photoBands(bands);
  return shown.length > 0 && shown.some(({ dtype, scale, offset }) => dtype !== "uint8" || scale !== 1 || offset !== 0);
}

/** @param bands Those of `photoBands`, at least one. @param seen Null when the photo has no valid sample. */
export function choosePhotoRange(bands: readonly BandFacts[], seen: SeenValues | null): PhotoRange {
  const { dtype, scale, offset, significantBits } = bands[0]!;
  if (scale !== 1 || offset !== 0) return declaredRange({ scale, offset }, seen);
  const full = integerRange(dtype);
  if (significantBits !== undefined) {
    return { black: 0, white: 2 ** significantBits - 1, reason: `the file declares ${significantBits} bits` };
  }
  if (full === null) return decimalRange(seen);
  const [typeMin, typeMax] = full;
  if (seen !== null && seen.dark < -SHARPENED * Math.abs(seen.bright)) {
    return seen.dark < typeMin * CLOSE && seen.bright > typeMax * CLOSE
      ? { black: typeMin, white: typeMax, reason: `all of ${dtype} is used` }
      : { black: seen.dark, white: Math.max(seen.dark + 1, seen.bright), reason: spellSpan(seen) };
  }
  if (seen === null || typeMax <= 255 || seen.bright > 16_383)
    return { black: 0, white: typeMax, reason: `all of ${dtype} is used` };
  const scaleMeant = STORED_SCALES.find(([white]) => seen.max <= white && seen.bright >= white * CLOSE);
  return scaleMeant === undefined
    ? { black: 0, white: Math.max(1, seen.bright), reason: `its pixels stay below ${tidy(seen.bright)}` }
    : { black: 0, white: scaleMeant[0], reason: `${scaleMeant[1]} of ${dtype} are used` };
}

function decimalRange(seen: SeenValues | null): PhotoRange {
  if (seen === null) return { black: 0, white: 1, reason: "decimal numbers" };
  const { bright, dark } = seen;
  const white = scaleNear(bright, CLOSE_DECIMAL) ?? Math.max(bright, Number.EPSILON);
  return dark >= -SHARPENED * white
    ? { black: 0, white, reason: `decimal numbers up to ${tidy(bright)}` }
    : { black: dark, white, reason: `decimal numbers from ${tidy(dark)} to ${tidy(bright)}` };
}

function scaleNear(bright: number, close: number): number | undefined {
  return DECIMAL_SCALES.find((full) => bright <= full * (1 + SHARPENED) && bright >= full * close);
}

/** Physical 0 is black; white is 1 where the photo comes near it, else its brightest pixels. */
function declaredRange({ scale, offset }: { scale: number; offset: number }, seen: SeenValues | null): PhotoRange {
  const stored = (value: number) => (value - offset) / scale;
  const bright = seen === null ? 1 : seen.bright * scale + offset;
  const meant = scaleNear(bright, CLOSE);
  return {
    black: stored(0),
    white: stored(meant ?? Math.max(bright, Number.EPSILON)),
    reason: `the file declares scale ${scale} and offset ${offset}, with values up to ${tidy(bright)}`,
  };
}

/** For card, warnings of a run and the command line. */
export function describePhotoRange(fileName: string, { black, white, reason }: PhotoRange): string {
  return `${fileName}: models see ${tidy(black)} as black and ${tidy(white)} as white (${reason}).`;
}

function spellSpan({ dark, bright }: SeenValues): string {
  return `its pixels stay between ${tidy(dark)} and ${tidy(bright)}`;
}

function tidy(value: number): string {
  return `${Number(value.toPrecision(4))}`;
}
