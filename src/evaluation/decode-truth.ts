/** Ground truth as a mask of class ids on the optical grid: its colours or ids become classes, its grid the photo's. */
import { NadirError } from "../core/errors";
import { CLASS_SCHEMES, type ClassScheme, type Colour, ISPRS_SCHEME } from "../core/labels/class-scheme";
import { createColourDecoder, createIndexDecoder, type LabelDecoder } from "../core/labels/decode-colours";
import type { TruthValues } from "../core/labels/own-scheme";
import type { ModelClass } from "../core/manifest/manifest";
import type { RasterFacts, RasterSource } from "../core/raster/raster";
import { NODATA_CLASS_ID } from "../core/run/run-settings";
import type { PixelMapping } from "../core/windows/control-grid";
import { writeMask } from "../io/open-masks";
import { mappingBetween } from "./grid-mapping";

const BAND_ROWS = 256;

export interface DecodedTruthFacts {
  readonly maskId: string;
  readonly classes: readonly ModelClass[];
  readonly schemeName: string;
  readonly classPixels: Readonly<Record<number, number>>;
  readonly unknown: readonly { readonly value: string; readonly pixels: number }[];
  readonly ignoredPixels: number;
  readonly notes: readonly string[];
}

/**
 * @throws {NadirError} `size-mismatch` when the truth cannot be laid on the optical grid, `unknown-labels` when its
 * values belong to no known scheme.
 */
export async function decodeTruth(
  optical: RasterFacts,
  truth: RasterSource,
  truthId: string,
  chosen: ClassScheme | null,
  signal: AbortSignal,
): Promise<DecodedTruthFacts> {
  const { facts } = truth;
  const mapping = mappingBetween(optical, facts);
  if (mapping === null) {
    throw new NadirError({
      code: "size-mismatch",
      subject: facts.fileName,
      found: `The truth has ${facts.widthPx} × ${facts.heightPx} pixels and cannot be laid on the orthophoto’s ${optical.widthPx} × ${optical.heightPx}.`,
      needed: "Truth of the same size, or with coordinates that place it on the orthophoto.",
      next: "Drop the truth of this very tile, or give it the tile’s world file and CRS.",
    });
  }
  const { scheme, decoder, bands, how } =
    chosen === null ? await chooseDecoder(truth) : decoderFor(truth.facts, chosen);
  const maskId = `truth-${truthId}`;
  const mask = await writeMask(maskId, optical);
  for (let row = 0; row < optical.heightPx; row += BAND_ROWS) {
    signal.throwIfAborted();
    const heightPx = Math.min(BAND_ROWS, optical.heightPx - row);
    const ids = await sampleNearest(truth, bands, mapping, row, optical.widthPx, heightPx, decoder);
    await mask.sink.writeRows({ col: 0, row, widthPx: optical.widthPx, heightPx, values: ids });
  }
  await mask.close();

  const { counts } = decoder;
  const labelled = [...counts.perClass.values()].reduce((sum, count) => sum + count, 0);
  const unknown = [...counts.unknown.values()].reduce((sum, count) => sum + count, 0);
  if (chosen === null && unknown > labelled) {
    throw unknownLabels(facts, scheme, counts.unknown, unknown / (unknown + labelled));
  }
  const notes = [how];
  if (counts.approximated > 0) {
    notes.push(`${counts.approximated} truth pixels are not exactly a class colour and were taken for the nearest.`);
  }
  if (unknown > 0) {
    const kinds = commonestFirst(counts.unknown)
      .slice(0, 3)
      .map(({ value }) => value)
      .join("; ");
    notes.push(`${unknown} truth pixels have a value of no class (${kinds}) and are ignored.`);
  }
  return {
    maskId,
    classes: scheme.classes,
    schemeName: scheme.name,
    classPixels: Object.fromEntries(counts.perClass),
    unknown: commonestFirst(counts.unknown),
    ignoredPixels: counts.ignored + unknown,
    notes,
  };
}

/** Every colour or id of a truth raster with its pixels, on the raster's own grid. */
export async function countTruthValues(truth: RasterSource, signal: AbortSignal): Promise<TruthValues> {
  const { facts } = truth;
  const nothing: ClassScheme = { id: "none", name: "none", classes: [], ignoreColours: [], ignoreIds: [] };
  const { decoder, bands } = decoderFor(facts, nothing);
  for (let row = 0; row < facts.heightPx; row += BAND_ROWS) {
    signal.throwIfAborted();
    const rect = { col: 0, row, widthPx: facts.widthPx, heightPx: Math.min(BAND_ROWS, facts.heightPx - row) };
    const read = await truth.read({ rect, bands });
    decoder.decode(read.bands, read.valid, new Uint8Array(rect.widthPx * rect.heightPx));
  }
  return { kind: bands.length === 3 ? "colours" : "ids", values: commonestFirst(decoder.counts.unknown) };
}

/** Three bands are colours; a palette counts where it holds a colour of the scheme, else ids are what they are. */
function decoderFor(facts: RasterFacts, scheme: ClassScheme): Decoding {
  const colourBands = facts.bands.filter(({ role }) => role !== "alpha").map(({ index }) => index);
  const how = (by: string) => `Truth classes by ${by} (${scheme.name}, chosen by you).`;
  if (colourBands.length >= 3) {
    return { scheme, decoder: createColourDecoder(scheme), bands: colourBands.slice(0, 3), how: how("colour") };
  }
  const byPalette = facts.palette !== null && exactColours(scheme, facts.palette) > 0;
  return byPalette
    ? { scheme, decoder: createIndexDecoder(scheme, facts.palette), bands: [0], how: how("palette colour") }
    : { scheme, decoder: createIndexDecoder(scheme), bands: [0], how: how("id") };
}

/** Colours of the list that are exactly a class colour. */
function exactColours(scheme: ClassScheme, colours: readonly Colour[]): number {
  return colours.filter((colour) =>
    scheme.classes.some((entry) => entry.colour.every((value, channel) => value === colour[channel])),
  ).length;
}

function commonestFirst(counts: ReadonlyMap<string, number>): { value: string; pixels: number }[] {
  return [...counts].map(([value, pixels]) => ({ value, pixels })).sort((a, b) => b.pixels - a.pixels);
}

interface Decoding {
  readonly scheme: ClassScheme;
  readonly decoder: LabelDecoder;
  readonly bands: readonly number[];
  /** In words for the scene list. */
  readonly how: string;
}

async function chooseDecoder(truth: RasterSource): Promise<Decoding> {
  const { facts } = truth;
  const colours = facts.bands.filter(({ role }) => role !== "alpha");
  const best = await bestScheme(truth);
  if (colours.length >= 3) {
    return {
      scheme: best,
      decoder: createColourDecoder(best),
      bands: [0, 1, 2],
      how: `Truth classes by colour (${best.name}).`,
    };
  }
  if (facts.palette !== null) {
    return {
      scheme: best,
      decoder: createIndexDecoder(best, facts.palette),
      bands: [0],
      how: `Truth classes by palette colour (${best.name}).`,
    };
  }
  // Ids alone do not say which class is which: orders differ between data sets. Only a scheme whose ids fit exactly
  // and that no other scheme shares may be assumed.
  throw new NadirError({
    code: "unknown-labels",
    subject: facts.fileName,
    found:
      "The truth holds class ids without colours or names, and the order of classes is not agreed between data sets.",
    needed: "A colour table in the file, or a table saying what each id means.",
    next: "Say under “Truth classes…” what the ids mean, or add a palette (gdaldem color-relief, or QGIS: save rendered image).",
  });
}

/** The scheme that explains most of the sampled colours. */
async function bestScheme(truth: RasterSource): Promise<ClassScheme> {
  const { facts } = truth;
  const colours: Colour[] = facts.palette !== null ? [...facts.palette] : await sampleColours(truth);
  const score = (scheme: ClassScheme) => exactColours(scheme, colours);
  return CLASS_SCHEMES.reduce((best, scheme) => (score(scheme) > score(best) ? scheme : best), ISPRS_SCHEME);
}

async function sampleColours(truth: RasterSource): Promise<Colour[]> {
  const { widthPx, heightPx, bands } = truth.facts;
  if (bands.length < 3) {
    return [];
  }
  const colours: Colour[] = [];
  for (let line = 0; line < 16; line++) {
    const row = Math.min(heightPx - 1, Math.floor(((line + 0.5) * heightPx) / 16));
    const read = await truth.read({ rect: { col: 0, row, widthPx, heightPx: 1 }, bands: [0, 1, 2] });
    for (let col = 0; col < widthPx; col += 5) {
      colours.push([read.bands[0]![col]!, read.bands[1]![col]!, read.bands[2]![col]!]);
    }
  }
  return colours;
}

/** Decodes the truth pixel nearest to each optical pixel of a band of rows; 255 outside the truth. */
async function sampleNearest(
  truth: RasterSource,
  bands: readonly number[],
  mapping: PixelMapping,
  row: number,
  widthPx: number,
  heightPx: number,
  decoder: LabelDecoder,
): Promise<Uint8Array> {
  const { facts } = truth;
  const places = new Int32Array(widthPx * heightPx).fill(-1);
  let [left, top, right, bottom] = [facts.widthPx, facts.heightPx, -1, -1];
  const cols = new Int32Array(widthPx * heightPx);
  const rows = new Int32Array(widthPx * heightPx);
  for (let y = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++) {
      const [col, truthRow] = mapping([x + 0.5, row + y + 0.5]);
      const pixel = y * widthPx + x;
      cols[pixel] = Math.floor(col);
      rows[pixel] = Math.floor(truthRow);
      if (col >= 0 && truthRow >= 0 && col < facts.widthPx && truthRow < facts.heightPx) {
        places[pixel] = 1;
        left = Math.min(left, cols[pixel]!);
        right = Math.max(right, cols[pixel]!);
        top = Math.min(top, rows[pixel]!);
        bottom = Math.max(bottom, rows[pixel]!);
      }
    }
  }
  const ids = new Uint8Array(widthPx * heightPx).fill(NODATA_CLASS_ID);
  if (right < 0) {
    return ids;
  }
  const rect = { col: left, row: top, widthPx: right - left + 1, heightPx: bottom - top + 1 };
  const read = await truth.read({ rect, bands });
  const sampled = read.bands.map(() => new Float64Array(ids.length));
  const valid = new Uint8Array(ids.length);
  for (let pixel = 0; pixel < ids.length; pixel++) {
    if (places[pixel] === 1) {
      const at = (rows[pixel]! - top) * rect.widthPx + cols[pixel]! - left;
      valid[pixel] = read.valid === null ? 1 : read.valid[at]!;
      for (const [slot, band] of read.bands.entries()) {
        sampled[slot]![pixel] = band[at]!;
      }
    }
  }
  decoder.decode(sampled, valid, ids);
  return ids;
}

function unknownLabels(
  facts: RasterFacts,
  scheme: ClassScheme,
  unknown: ReadonlyMap<string, number>,
  share: number,
): NadirError {
  const commonest = commonestFirst(unknown).slice(0, 4);
  return new NadirError({
    code: "unknown-labels",
    subject: facts.fileName,
    found: `${Math.round(100 * share)} % of its pixels have colours of no known class (most often ${commonest.map(({ value }) => value).join("; ")}).`,
    needed: `Label colours of a known scheme; the closest is ${scheme.name}.`,
    next: "Check that this is a label raster and not a photo, or say under “Truth classes…” what its colours mean.",
  });
}
