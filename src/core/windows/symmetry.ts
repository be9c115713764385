/**
 * The eight symmetries of the square (D4), used as test-time augmentation: the network sees the window flipped or
 * turned, and its logits are put back before they are added up.
 */
import type { Symmetry } from "../vocabulary/augmentations";

/** Window pixel shown to the network at (x, y). */
export function windowPixelAt(symmetry: Symmetry, x: number, y: number, windowPx: number): [x: number, y: number] {
  const [a, b] = symmetry & 4 ? [y, x] : [x, y];
  return [symmetry & 1 ? windowPx - 1 - a : a, symmetry & 2 ? windowPx - 1 - b : b];
}

/** Where the network sees window pixel (x, y): the inverse of `windowPixelAt`. */
export function networkPixelAt(symmetry: Symmetry, x: number, y: number, windowPx: number): [x: number, y: number] {
  const a = symmetry & 1 ? windowPx - 1 - x : x;
  const b = symmetry & 2 ? windowPx - 1 - y : y;
  return symmetry & 4 ? [b, a] : [a, b];
}
