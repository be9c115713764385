/** How far apart colours are for eyes of every kind, by published simulations: what tests of palettes are judged by. */
import type { Colour } from "../core/labels/class-scheme";

/** Machado, Oliveira and Fernandes (2009), supplementary tables: severity 1.0, over linear RGB. */
export const SEEN_BY: Record<string, readonly (readonly number[])[]> = {
  "normal eyes": [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

/** sRGB to XYZ under D65 (IEC 61966-2-1), over linear RGB. */
const TO_XYZ = [
  [0.4124564, 0.3575761, 0.1804375],
  [0.2126729, 0.7151522, 0.072175],
  [0.0193339, 0.119192, 0.9503041],
];
const WHITE = [0.95047, 1, 1.08883];

const times = (matrix: readonly (readonly number[])[], vector: readonly number[]) =>
  matrix.map((row) => row.reduce((sum, value, at) => sum + value * vector[at]!, 0));

/** CIE L*a*b* of 1976 of what eyes of that kind see. */
function labOf(colour: Colour, seenBy: readonly (readonly number[])[]): number[] {
  const linear = colour.map((byte) => {
    const value = byte / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  const seen = times(seenBy, linear).map((value) => Math.min(1, Math.max(0, value)));
  const [x, y, z] = times(TO_XYZ, seen).map((value, at) => {
    const share = value / WHITE[at]!;
    return share > (6 / 29) ** 3 ? Math.cbrt(share) : share / (3 * (6 / 29) ** 2) + 4 / 29;
  });
  return [116 * y! - 16, 500 * (x! - y!), 200 * (y! - z!)];
}

/** Of the two classes that are told apart worst. */
export function leastDistance(colours: readonly Colour[], seenBy: readonly (readonly number[])[]): number {
  const places = colours.map((colour) => labOf(colour, seenBy));
  const pairs = places.flatMap((one, at) => places.slice(at + 1).map((other) => [one, other] as const));
  return Math.min(...pairs.map(([one, other]) => Math.hypot(...one.map((value, at) => value - other[at]!))));
}
