/** Colours for classes that bring none: those of Okabe & Ito (2008), told apart by most eyes, and a grey. */
import type { Colour } from "./class-scheme";

export const SPARE_COLOURS: readonly Colour[] = [
  [230, 159, 0],
  [86, 180, 233],
  [0, 158, 115],
  [240, 228, 66],
  [0, 114, 178],
  [213, 94, 0],
  [204, 121, 167],
  [150, 150, 150],
];
