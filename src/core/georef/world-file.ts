/**
 * World files: six numbers beside an image that place it on the map.
 *
 * Lines A, D, B, E, C, F; C and F are the map position of the *centre* of the upper-left pixel.
 * Source: Esri, "World files for raster datasets".
 */
import type { Geotransform } from "./geotransform";

/** @returns Null when the text is not six finite numbers. */
export function parseWorldFile(text: string): Geotransform | null {
  const numbers = text
    .trim()
    .split(/\s+/)
    .map((word) => Number(word.replace(",", ".")));
  if (numbers.length < 6 || numbers.slice(0, 6).some((value) => !Number.isFinite(value))) return null;
  const [a, d, b, e, c, f] = numbers as [number, number, number, number, number, number];
  if (a * e - b * d === 0) return null;
  return [c - a / 2 - b / 2, a, b, f - d / 2 - e / 2, d, e];
}

/** Six lines, a number each, about the centre of the upper-left pixel as the format wants it. */
export function formatWorldFile(transform: Geotransform): string {
  const [x, a, b, y, d, e] = transform;
  return [a, d, b, e, x + a / 2 + b / 2, y + d / 2 + e / 2].map((value) => `${value}\n`).join("");
}
