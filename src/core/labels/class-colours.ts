/**
 * The colour a class has wherever it is shown or written: its own, a softer one, one that colour-blind people tell
 * apart, or the one that the user gave it.
 */
import { canonicalClass } from "./class-mapping";
import type { Colour } from "./class-scheme";

export const PALETTES = ["isprs", "soft", "colour-blind"] as const;
export type Palette = (typeof PALETTES)[number];

export interface ColourChoice {
  readonly palette: Palette;
  /** What the user chose, by the class's one name (`canonicalClass`); goes before the palette. */
  readonly colours: Readonly<Record<string, Colour>>;
}

interface ColouredClass {
  readonly name: string;
  readonly colour: Colour;
}

/**
 * Any two are at least 35 apart in CIE L*a*b* (1976) for normal eyes and for each of the three kinds of colour blindness
 * at full severity, simulated after Machado, Oliveira and Fernandes (2009); of the benchmarks' own colours two are 8
 * apart. Found by a search around blue buildings, yellow grass, green trees, orange cars; classes that are not in it
 * keep their own colour.
 */
const TOLD_APART: Readonly<Record<string, Colour>> = {
  "impervious surface": [221, 253, 253],
  building: [60, 20, 130],
  "low vegetation": [255, 222, 25],
  tree: [15, 105, 61],
  car: [196, 127, 24],
  clutter: [51, 1, 39],
  water: [100, 174, 255],
};

/** On the screen. */
export function screenColour({ name, colour }: ColouredClass, { palette, colours }: ColourChoice): Colour {
  const key = canonicalClass(name);
  return colours[key] ?? (palette === "soft" ? softened(colour) : fromPalette(key, colour, palette));
}

/** In files: the softer colours are for the eye only, files then carry the exact ones. */
export function fileColour(entry: ColouredClass, { palette, colours }: ColourChoice): Colour {
  return screenColour(entry, { palette: palette === "soft" ? "isprs" : palette, colours });
}

export function withFileColours<C extends ColouredClass>(classes: readonly C[], choice: ColourChoice): readonly C[] {
  return classes.map((entry) => ({ ...entry, colour: fileColour(entry, choice) }));
}

function fromPalette(key: string, own: Colour, palette: Palette): Colour {
  return (palette === "colour-blind" ? TOLD_APART[key] : undefined) ?? own;
}

/** Keeps hue and order of lightness and takes a third of the saturation away. */
function softened([red, green, blue]: Colour): Colour {
  const grey = 0.299 * red + 0.587 * green + 0.114 * blue;
  const soften = (value: number) => Math.round((0.62 * value + 0.38 * grey) * 0.86 + 14);
  return [soften(red), soften(green), soften(blue)];
}
