/** A place as people type it: map coordinates, latitude and longitude, or column and row. */

export type TypedPlace =
  /** Two figures as they stand; what they mean depends on the map. */
  | { readonly kind: "pair"; readonly first: number; readonly second: number }
  /** With letters or degree signs: no doubt. */
  | { readonly kind: "degrees"; readonly longitude: number; readonly latitude: number }
  | { readonly kind: "pixel"; readonly col: number; readonly row: number };

const NUMBER = String.raw`[-+−]?\d+(?:\.\d+)?`;
const ANGLE = String.raw`(${NUMBER})\s*°?\s*(?:(\d+(?:\.\d+)?)\s*['′]\s*)?(?:(\d+(?:\.\d+)?)\s*(?:"|″|'')\s*)?`;
const BEFORE = new RegExp(String.raw`^([NSEW])\s*${ANGLE}[,;\s]*([NSEW])\s*${ANGLE}$`, "i");
const AFTER = new RegExp(String.raw`^${ANGLE}([NSEW])[,;\s]*${ANGLE}([NSEW])$`, "i");
const PAIR = new RegExp(String.raw`^(${NUMBER})\s*(?:[,;]\s*|\s)(${NUMBER})$`);
const SIGNED_DEGREES = new RegExp(String.raw`^(${NUMBER})\s*°[,;\s]*(${NUMBER})\s*°$`);
const PIXEL = /^(?:px|col(?:umn)?)\s*(\d+)\s*[,;]?\s*(?:row\s*)?(\d+)$/i;
const EAST_NORTH = new RegExp(String.raw`^(?:E|x)\s*[:=]?\s*(${NUMBER})\s*[,;]?\s*(?:N|y)\s*[:=]?\s*(${NUMBER})$`, "i");

/**
 * "870042.6 6543210", "48.137, 11.575", "48°08′13″N 11°34′30″E", "N 48.137 E 11.575", "E 870042.6  N 6543210",
 * "px 120 340", "col 120 row 340". Spaces between thousands are left out; a comma parts the two figures.
 *
 * @returns Null when it is none of these.
 */
export function parsePlace(typed: string): TypedPlace | null {
  const text = typed.trim().replaceAll(/(?<=\d)[\u2009\u202f\u00a0'’](?=\d{3}(?!\d))/g, "");
  const pixel = PIXEL.exec(text);
  if (pixel !== null) {
    return { kind: "pixel", col: Number(pixel[1]), row: Number(pixel[2]) };
  }
  const map = EAST_NORTH.exec(text);
  // "E 11.5 N 48.1" may be degrees as well as a map's metres; what lies on the map decides.
  const pair = map ?? PAIR.exec(text);
  if (pair !== null) {
    return { kind: "pair", first: figure(pair[1]), second: figure(pair[2]) };
  }
  const signed = SIGNED_DEGREES.exec(text);
  if (signed !== null) {
    return inDegrees(["N", angle(signed[1])], ["E", angle(signed[2])]);
  }
  const after = AFTER.exec(text);
  if (after !== null) {
    const [, a, b, c, one, d, e, f, other] = after;
    return inDegrees([one!, angle(a, b, c)], [other!, angle(d, e, f)]);
  }
  const before = BEFORE.exec(text);
  if (before !== null) {
    const [, one, a, b, c, other, d, e, f] = before;
    return inDegrees([one!, angle(a, b, c)], [other!, angle(d, e, f)]);
  }
  return null;
}

function figure(text = "0"): number {
  return Number(text.replace("−", "-"));
}

function angle(degrees?: string, minutes?: string, seconds?: string): number {
  const whole = figure(degrees);
  const part = figure(minutes) / 60 + figure(seconds) / 3600;
  return whole < 0 || Object.is(whole, -0) ? whole - part : whole + part;
}

/** One of them must be a latitude, the other a longitude. */
function inDegrees(...parts: readonly (readonly [letter: string, degrees: number])[]): TypedPlace | null {
  const of = (plus: string, minus: string) => {
    const found = parts.find(([letter]) => letter.toUpperCase() === plus || letter.toUpperCase() === minus);
    return found === undefined ? null : found[0].toUpperCase() === minus ? -found[1] : found[1];
  };
  const [latitude, longitude] = [of("N", "S"), of("E", "W")];
  return latitude === null || longitude === null || Math.abs(latitude) > 90 || Math.abs(longitude) > 360
    ? null
    : { kind: "degrees", longitude, latitude };
}
