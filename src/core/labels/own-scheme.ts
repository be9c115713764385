/** A class scheme the user writes down: what each value (colour or id) found in the truth means. */
import { readable } from "../json/readable";
import type { RasterFacts } from "../raster/raster";
import { type ClassMapping, canonicalClass } from "./class-mapping";
import { CLASS_SCHEMES, type ClassScheme, type Colour, type SchemeClass } from "./class-scheme";
import { schemeField } from "./scheme-fields";
import { SPARE_COLOURS } from "./spare-colours";

/** Values of a truth raster with their pixel counts, commonest first. */
export interface TruthValues {
  readonly kind: "colours" | "ids";
  /** "12,40,200" or "17"; "other" stands for the rest of too many. */
  readonly values: readonly { readonly value: string; readonly pixels: number }[];
}

export interface NamedValue {
  readonly value: string;
  /** "" leaves the value out of the score. */
  readonly name: string;
}

/**
 * Values of one name are one class. Ids stay what they are; classes by colour are numbered in order. Colours are the
 * truth's own, else those of a known scheme's class of that name, else spare ones.
 */
export function schemeFromValues(kind: TruthValues["kind"], rows: readonly NamedValue[]): ClassScheme {
  const named = rows.filter(({ name }) => name.trim() !== "");
  const left = rows.filter(({ name }) => name.trim() === "");
  const classes: SchemeClass[] = [];
  const aliases: { id: number; colour?: Colour; value?: number }[] = [];
  for (const { value, name } of named.map((row) => ({ ...row, name: row.name.trim() }))) {
    const twin = classes.find((entry) => entry.name === name);
    const spare = SPARE_COLOURS[classes.length % SPARE_COLOURS.length]!;
    const own = kind === "colours" ? { colour: colourOf(value) } : { value: Number(value) };
    if (twin !== undefined) aliases.push({ id: twin.id, ...own });
    else {
      classes.push({
        id: own.value ?? classes.length,
        name,
        colour: own.colour ?? knownColour(name) ?? spare,
        scored: canonicalClass(name) !== "clutter",
      });
    }
  }
  return {
    id: "own",
    name: "own table",
    classes,
    ...(aliases.length > 0 && { aliases }),
    ignoreColours: kind === "colours" ? left.map(({ value }) => colourOf(value)) : [],
    ignoreIds: kind === "ids" ? left.map(({ value }) => Number(value)) : [],
  };
}

/** What bare ids mean by a mapping file that lists the truth's classes. */
export function schemeOfMapping({ truthClasses }: ClassMapping): ClassScheme {
  const rows = truthClasses.map(({ id, name }) => ({ value: String(id), name }));
  return { ...schemeFromValues("ids", [...rows, { value: "255", name: "" }]), name: "class mapping" };
}

/** Names that say that a pixel has no class. */
const NO_CLASS = /^(no[ _-]?data|no[ _-]?label|unlabell?ed|ignored?|void|undefined|unclassified|none)$/i;

/** Names that only say a number. */
const NUMBERED = /^(class|category|value|id)?[ _-]*\d*$/i;

/**
 * What a file's own names say of its ids, in the colours of its palette; null where it names none.
 *
 * They come before the colours: red may be a building in one file and clutter in another.
 */
export function schemeOfNames({
  categoryNames = [],
  palette,
  fileName,
}: Pick<RasterFacts, "categoryNames" | "palette" | "fileName">): ClassScheme | null {
  const rows = categoryNames.map((name, id) => ({ value: String(id), name: NO_CLASS.test(name.trim()) ? "" : name }));
  const named = rows.filter(({ name }) => !NUMBERED.test(name.trim()));
  if (named.length === 0) return null;
  const left = rows.filter(({ value }) => NO_CLASS.test(categoryNames[Number(value)]!.trim()));
  const scheme = schemeFromValues("ids", [...named, ...left, { value: "255", name: "" }]);
  const classes = scheme.classes.map((entry) => ({ ...entry, colour: palette?.[entry.id] ?? entry.colour }));
  return { ...scheme, id: "custom", name: fileName, classes };
}

/** The table a scheme was made from, as far as its classes go: value → name. */
export function namesOfScheme(kind: TruthValues["kind"], scheme: ClassScheme): Record<string, string> {
  const names: Record<string, string> = {};
  for (const { id, name, colour } of scheme.classes) names[kind === "ids" ? String(id) : colour.join(",")] = name;
  for (const { id, colour, value } of scheme.aliases ?? []) {
    names[colour?.join(",") ?? String(value)] = scheme.classes.find((entry) => entry.id === id)?.name ?? "";
  }
  return names;
}

/** A remembered scheme: the id of a known one, or an own table; undefined for what is neither. */
export function parseScheme(value: unknown): ClassScheme | undefined {
  const { id } = (value ?? {}) as Readonly<Record<string, unknown>>;
  const known = CLASS_SCHEMES.find((scheme) => scheme.id === id);
  if (known !== undefined) return known;
  const read = readable(schemeField, value);
  return read?.id === "own" && read.classes.length > 0 ? read : undefined;
}

function colourOf(value: string): Colour {
  const [red = 0, green = 0, blue = 0] = value.split(",").map(Number);
  return [red, green, blue];
}

function knownColour(name: string): Colour | null {
  const word = canonicalClass(name);
  for (const { classes } of CLASS_SCHEMES) {
    const found = classes.find((entry) => canonicalClass(entry.name) === word);
    if (found !== undefined) return found.colour;
  }
  return null;
}
