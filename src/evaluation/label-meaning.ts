/** What the values of a label raster mean: by the file's own names for them, by their colours, by the colours of a palette, or as ids of a known table. */
import { NadirError } from "../core/errors";
import { CLASS_SCHEMES, type ClassScheme, type Colour, ISPRS_SCHEME } from "../core/labels/class-scheme";
import { createColourDecoder, createIndexDecoder, type LabelDecoder } from "../core/labels/decode-colours";
import { schemeOfNames } from "../core/labels/own-scheme";
import type { RasterFacts, RasterSource } from "../core/raster/raster";
import type { Remark } from "../core/remarks/remark";

/** What a label raster is in sentences. */
export type LabelRole = "truth" | "prediction";

/** How a label raster is to be read. */
export interface LabelTable {
  readonly role: LabelRole;
  /** The table its values belong to; null lets its colours decide. */
  readonly scheme: ClassScheme | null;
  /** One band holds the table's ids, whatever colours a palette shows them in. */
  readonly bandHoldsIds?: true;
}

/** Decoder and bands of one label raster. */
export interface LabelMeaning {
  readonly scheme: ClassScheme;
  readonly decoder: LabelDecoder;
  /** Three for colours, one for ids. */
  readonly bands: readonly number[];
  /** One band of ids that the scheme's own numbers explain. */
  readonly byIds: boolean;
  /** For the notes. */
  readonly how: Remark;
}

/**
 * @throws {NadirError} `wrong-bands` for two bands, or many without colours; `unknown-labels` for bare ids without a table: orders of classes
 *   differ between data sets, so ids alone do not say which class is which.
 */
export async function findLabelMeaning(labels: RasterSource, table: LabelTable): Promise<LabelMeaning> {
  const { facts } = labels;
  const { role, scheme } = table;
  const bands = labelBands(facts, role);
  const colours = facts.palette === null && bands.length === 1 ? [] : await sampleColours(labels, bands);
  if (scheme !== null) {
    const by = decodeBy(facts, scheme, bands, colours, table.bandHoldsIds === true);
    return {
      ...by,
      byIds: by.kind === "id",
      how: { say: "classes-by", role, by: by.kind, scheme: scheme.name, chosen: true },
    };
  }
  const named = bands.length === 1 ? schemeOfNames(facts) : null;
  if (named !== null) {
    const how: Remark = { say: "classes-by", role, by: "names", scheme: named.name, chosen: false };
    return { scheme: named, bands, decoder: createIndexDecoder(named), byIds: false, how };
  }
  if (holdsBareIds(facts)) {
    throw bareIds(facts, role);
  }
  const best = bestScheme(colours);
  // A palette's colours are never resampled or compressed: what is not exactly a class is another table's.
  const decoder = bands.length === 3 ? createColourDecoder(best) : createIndexDecoder(best, facts.palette, 0);
  const kind = bands.length === 3 ? "colour" : "palette colour";
  return {
    scheme: best,
    decoder,
    bands,
    byIds: false,
    how: { say: "classes-by", role, by: kind, scheme: best.name, chosen: false },
  };
}

/** One band without a palette or names: only a table says which class an id is. */
export function holdsBareIds(facts: RasterFacts): boolean {
  const { bands, palette } = facts;
  return palette === null && schemeOfNames(facts) === null && bands.filter(({ role }) => role !== "alpha").length === 1;
}

/** The three bands of colours or the one band of ids; alpha is neither. @throws {NadirError} `wrong-bands`. */
export function labelBands({ bands, fileName }: RasterFacts, role: LabelRole): readonly number[] {
  const usable = bands.filter((band) => band.role !== "alpha");
  const isColour = usable.length === 3 || ["red", "green", "blue"].every((colour, at) => usable[at]?.role === colour);
  if (usable.length !== 1 && !isColour) {
    throw new NadirError({
      code: "wrong-bands",
      subject: fileName,
      found: `The ${role} has ${usable.length} bands of ${usable[0]?.dtype}.`,
      needed: "One band of class ids, with or without a palette, or three bands of colours are needed.",
      next: "Give a label raster.",
    });
  }
  return usable.slice(0, isColour ? 3 : 1).map(({ index }) => index);
}

/** Three bands are colours; a palette counts where it holds a colour of the scheme, else ids are what they are. */
function decodeBy(
  facts: RasterFacts,
  scheme: ClassScheme,
  bands: readonly number[],
  colours: readonly Colour[],
  bandHoldsIds: boolean,
): Pick<LabelMeaning, "scheme" | "bands" | "decoder"> & { readonly kind: "colour" | "palette colour" | "id" } {
  if (bands.length === 3) {
    return { scheme, bands, decoder: createColourDecoder(scheme), kind: "colour" };
  }
  const byPalette = !bandHoldsIds && facts.palette !== null && coloursFound(scheme, colours) > 0;
  return byPalette
    ? { scheme, bands, decoder: createIndexDecoder(scheme, facts.palette), kind: "palette colour" }
    : { scheme, bands, decoder: createIndexDecoder(scheme), kind: "id" };
}

/** The scheme most of whose classes occur; pixels do not count, else a black border would speak for a black class. */
function bestScheme(colours: readonly Colour[]): ClassScheme {
  return CLASS_SCHEMES.reduce(
    (best, scheme) => (coloursFound(scheme, colours) > coloursFound(best, colours) ? scheme : best),
    ISPRS_SCHEME,
  );
}

/** Classes of the scheme whose exact colour is in the list. */
function coloursFound({ classes }: ClassScheme, colours: readonly Colour[]): number {
  return classes.filter(({ colour }) => colours.some((other) => colour.every((part, at) => part === other[at]))).length;
}

/** Different colours of pixels on 16 rows of the raster, every fifth; entries of a palette that no pixel uses do not count. */
async function sampleColours(labels: RasterSource, bands: readonly number[]): Promise<Colour[]> {
  const { widthPx, heightPx } = labels.facts;
  const found = new Map<string, Colour>();
  for (let line = 0; line < 16; line++) {
    const row = Math.min(heightPx - 1, Math.floor(((line + 0.5) * heightPx) / 16));
    const read = await labels.read({ rect: { col: 0, row, widthPx, heightPx: 1 }, bands });
    for (let col = 0; col < widthPx; col += 5) {
      const first = read.bands[0]![col]!;
      const colour: Colour | undefined =
        bands.length === 1 ? labels.facts.palette?.[first] : [first, read.bands[1]![col]!, read.bands[2]![col]!];
      if (colour !== undefined) found.set(colour.join(), colour);
    }
  }
  return [...found.values()];
}

function bareIds({ fileName }: RasterFacts, role: LabelRole): NadirError {
  return new NadirError({
    code: "unknown-labels",
    subject: fileName,
    found: `The ${role} holds class ids without colours or names, and the order of classes is not agreed between data sets.`,
    needed: "A colour table in the file, or a table saying what each id means.",
    next: "Say what the ids mean (page: “Truth classes…”; command line: --scheme, --mapping or --model), or add a palette (gdaldem color-relief, or QGIS: save rendered image).",
  });
}
