/**
 * A label raster as class ids on the optical grid: its colours or ids become classes, its grid the photo's (nearest
 * pixel). One reader for page and command line, for truth and for masks made elsewhere.
 */
import { NadirError } from "../core/errors";
import { type AlignmentReport, alignRasters } from "../core/georef/alignment";
import { planPixelMapping } from "../core/georef/grid-relation";
import type { PixelMapping } from "../core/georef/pixel-mapping";
import { refusedAlignment } from "../core/georef/refused-alignment";
import type { TruthValues } from "../core/labels/own-scheme";
import type { ModelClass } from "../core/manifest/manifest";
import { isCollarMissing } from "../core/raster/collar";
import { photoBands } from "../core/raster/photo-range";
import type { PixelRect, RasterFacts, RasterSource } from "../core/raster/raster";
import { rowBands } from "../core/raster/row-bands";
import type { Remark } from "../core/remarks/remark";
import { NODATA_CLASS_ID } from "../core/run/run-settings";
import type { MaskSink } from "../io/mask-store";
import { createReprojection } from "../io/reproject";
import { findLabelMeaning, type LabelMeaning, type LabelTable, labelBands } from "./label-meaning";
import { nearestPixels } from "./nearest-pixels";

/** What is known of a label raster once all of it is read. Plain facts. */
export interface DecodedLabels {
  readonly classes: readonly ModelClass[];
  readonly schemeName: string;
  /** Pixels of the optical grid per class id. */
  readonly classPixels: Readonly<Record<number, number>>;
  /** Colours or ids of no class, commonest first. */
  readonly unknown: readonly { readonly value: string; readonly pixels: number }[];
  /** Pixels left out of every score: undefined in the file, outside it, of no class, or where the photo is missing. */
  readonly ignoredPixels: number;
  /** Labelled pixels among them where the photo is missing: nothing can be seen there. */
  readonly unseenPixels?: number;
  /** Another file, whose class table was used because this one is of its make. */
  readonly tableOf?: string;
  readonly notes: readonly Remark[];
}

/** A label raster that lies on the grid and whose values have a meaning; nothing of it is read yet. */
export interface PlacedLabels {
  readonly alignment: AlignmentReport;
  /**
   * Writes class ids for every pixel of the grid, 255 where there is no label or the photo is missing.
   *
   * @param photo The raster whose grid it is; null where only its grid is known.
   * @throws {NadirError} `unknown-labels` when most values belong to no class although no table was chosen.
   */
  decode(sink: MaskSink, signal: AbortSignal, photo: RasterSource | null): Promise<DecodedLabels>;
}

/**
 * @param optical The grid: the orthophoto's, or the prediction's own.
 * @throws {NadirError} `no-overlap` when the raster cannot be laid on the grid; `wrong-bands` and `unknown-labels` as
 *   `findLabelMeaning` does.
 */
export async function placeLabels(
  optical: RasterFacts,
  labels: RasterSource,
  table: LabelTable,
): Promise<PlacedLabels> {
  const { facts } = labels;
  const reprojection = createReprojection(optical.crs, facts.crs);
  const alignment = alignRasters(optical, facts, { reprojection, label: table.role });
  const mapping = planPixelMapping(optical, facts, reprojection);
  if (alignment.verdict === "refused" || mapping === null) {
    throw new NadirError(refusedAlignment(facts, alignment, table.role));
  }
  const meaning = await findLabelMeaning(labels, table);
  return {
    alignment,
    async decode(sink, signal, photo) {
      const unseen = new Map<number, number>();
      for await (const rect of rowBands(optical, signal)) {
        const values = await sampleNearest(labels, meaning, mapping, rect);
        if (photo !== null) await leaveUnseen(values, rect, photo, unseen);
        await sink.writeRows({ ...rect, values });
      }
      const decoded = summarise(facts, meaning, table, unseen);
      const how = alignment.summary;
      return isResampled(how) ? { ...decoded, notes: [...decoded.notes, { say: "laid-nearest", how }] } : decoded;
    },
  };
}

/** Every colour or id of a label raster with its pixels, on the raster's own grid. */
export async function countLabelValues(labels: RasterSource, signal: AbortSignal): Promise<TruthValues> {
  const { facts } = labels;
  const bands = labelBands(facts, "truth");
  const nothing = { id: "none", name: "none", classes: [], ignoreColours: [], ignoreIds: [] };
  const { decoder } = await findLabelMeaning(labels, { role: "truth", scheme: nothing });
  for await (const rect of rowBands(facts, signal)) {
    const read = await labels.read({ rect, bands });
    decoder.decode(read.bands, read.valid, new Uint8Array(rect.widthPx * rect.heightPx));
  }
  return { kind: bands.length === 3 ? "colours" : "ids", values: commonestFirst(decoder.counts.unknown) };
}

/**
 * Takes labels out where the photo has no pixels: a margin that it does not declare is no ground to be right or wrong on.
 *
 * @param unseen Grows by the pixels taken out, by class id.
 */
async function leaveUnseen(
  values: Uint8Array,
  rect: PixelRect,
  photo: RasterSource,
  unseen: Map<number, number>,
): Promise<void> {
  const { bands, collar, mask } = photo.facts;
  const shown = photoBands(bands);
  const mayLack = mask !== undefined || (collar !== undefined && isCollarMissing(collar));
  if (shown.length === 0 || (!mayLack && shown.every(({ nodata }) => nodata === null))) return;
  const { valid } = await photo.read({ rect, bands: shown.map(({ index }) => index) });
  for (let pixel = 0; valid !== null && pixel < valid.length; pixel++) {
    const id = values[pixel]!;
    if (valid[pixel] === 1 || id === NODATA_CLASS_ID) continue;
    values[pixel] = NODATA_CLASS_ID;
    unseen.set(id, (unseen.get(id) ?? 0) + 1);
  }
}

/** Whether its pixels are others than the grid's. */
export function isResampled(summary: Remark): boolean {
  return summary.say === "grid-lies" && summary.way.is !== "on-grid";
}

function summarise(
  facts: RasterFacts,
  { scheme, decoder, byIds, how }: LabelMeaning,
  table: LabelTable,
  unseen: ReadonlyMap<number, number>,
): DecodedLabels {
  const { role } = table;
  const { counts } = decoder;
  const labelled = sum(counts.perClass.values());
  const unknown = sum(counts.unknown.values());
  const kinds = commonestFirst(counts.unknown);
  requireKnown(facts, scheme, counts, table);
  if (byIds) requireUnshifted(facts, scheme, counts.unknown, labelled);
  const notes = [how];
  if (counts.approximated > 0) notes.push({ say: "nearest-colour", role, pixels: counts.approximated });
  if (unknown > 0) {
    notes.push({
      ...{ say: "of-no-class", role, pixels: unknown, share: unknown / (unknown + labelled) },
      values: commonest(kinds),
    });
  }
  const unseenPixels = sum(unseen.values());
  if (unseenPixels > 0)
    notes.push({ say: "photo-missing", role, pixels: unseenPixels, share: unseenPixels / labelled });
  return {
    classes: scheme.classes,
    schemeName: scheme.name,
    classPixels: Object.fromEntries([...counts.perClass].map(([id, pixels]) => [id, pixels - (unseen.get(id) ?? 0)])),
    unknown: kinds,
    ignoredPixels: counts.ignored + unknown + unseenPixels,
    ...(unseenPixels > 0 && { unseenPixels }),
    ...(scheme.chosenFor !== undefined && scheme.chosenFor !== facts.fileName && { tableOf: scheme.chosenFor }),
    notes,
  };
}

/** @throws {NadirError} `unknown-labels` where most values, or all, are those of no class, or of one only nearly. */
function requireKnown(
  facts: RasterFacts,
  scheme: LabelMeaning["scheme"],
  counts: LabelMeaning["decoder"]["counts"],
  { role, ...table }: LabelTable,
): void {
  const labelled = sum(counts.perClass.values());
  const unknown = sum(counts.unknown.values());
  const kinds = commonestFirst(counts.unknown);
  if (unknown > labelled && (table.scheme === null || role === "prediction")) {
    throw new NadirError({
      code: "unknown-labels",
      subject: facts.fileName,
      found: `${Math.round((100 * unknown) / (unknown + labelled))} % of its pixels have colours or ids of no known class (most often ${spell(kinds, 4)}).`,
      needed: `Labels of a known scheme; the closest is ${scheme.name}.`,
      next: "Check that this is a label raster and not a photo, or say what its values mean (page: “Truth classes…”; command line: --scheme, --mapping or --model).",
    });
  }
  if (labelled === 0 && unknown > 0) {
    throw new NadirError({
      code: "unknown-labels",
      subject: facts.fileName,
      found: `None of its pixels has a colour or id of ${scheme.name}; they hold ${spell(kinds, 4)}.`,
      needed: "The table that its values belong to.",
      next: "Say what its values mean (page: “Truth classes…”; command line: --scheme or --mapping).",
    });
  }
  if (table.scheme === null && counts.approximated > labelled / 2) {
    throw new NadirError({
      code: "unknown-labels",
      subject: facts.fileName,
      found: `${percent(counts.approximated, labelled)} of its labelled pixels are near a class colour of ${scheme.name} and none of them exactly.`,
      needed: "The colours of a known scheme, or a table saying what the colours mean.",
      next: "Say what they mean (page: “Truth classes…”; command line: --scheme or --mapping).",
    });
  }
}

/**
 * Tools that put a boundary or background class at 0 number the others from 1: the last class then is one past the
 * table, and every other one is read as its neighbour.
 *
 * @throws {NadirError} `unknown-labels`.
 */
function requireUnshifted(
  { fileName }: RasterFacts,
  { name, classes }: LabelMeaning["scheme"],
  unknown: ReadonlyMap<string, number>,
  labelled: number,
): void {
  const last = Math.max(...classes.map(({ id }) => id));
  const isDense = classes.length > 1 && classes.every((_, id) => classes.some((entry) => entry.id === id));
  const past = unknown.get(String(last + 1)) ?? 0;
  if (!isDense || past <= 0.001 * labelled) return;
  throw new NadirError({
    code: "unknown-labels",
    subject: fileName,
    found: `It holds the id ${last + 1} in ${past} pixels, one past the last class of ${name} (${last}): its ids look shifted by one, with 0 for no class.`,
    needed: "Ids as the table has them.",
    next: "Say what each id means (page: “Truth classes…”; command line: --mapping), or lower the ids by one.",
  });
}

/** For the place where a score is read: a class table taken over, more than a tenth of the labelled pixels left out, and why. */
export function saidBesideScores({
  unknown,
  classPixels,
  tableOf,
  unseenPixels = 0,
}: Pick<DecodedLabels, "unknown" | "classPixels" | "tableOf" | "unseenPixels">): readonly Remark[] {
  const left = sum(unknown.map(({ pixels }) => pixels));
  const all = left + unseenPixels + sum(Object.values(classPixels));
  const said: Remark[] = [];
  if (tableOf !== undefined) said.push({ say: "table-of", file: tableOf });
  if (left > all / 10) said.push({ say: "values-not-scored", share: left / all, values: commonest(unknown) });
  if (unseenPixels > all / 10) said.push({ say: "unseen-not-scored", share: unseenPixels / all });
  return said;
}

function percent(part: number, whole: number): string {
  const value = (100 * part) / whole;
  return `${Number(value.toFixed(value < 10 ? 1 : 0))} %`;
}

/** Decodes the label nearest to each optical pixel of a rectangle; 255 outside the label raster. */
async function sampleNearest(
  labels: RasterSource,
  { bands, decoder }: LabelMeaning,
  mapping: PixelMapping,
  rect: PixelRect,
): Promise<Uint8Array> {
  const pixels = rect.widthPx * rect.heightPx;
  const { cols, rows, bounds } = nearestPixels(mapping, rect, labels.facts);
  const sampled = bands.map(() => new Float64Array(pixels));
  const valid = new Uint8Array(pixels);
  if (bounds !== null) {
    const read = await labels.read({ rect: bounds, bands });
    for (let pixel = 0; pixel < pixels; pixel++) {
      if (cols[pixel]! >= 0) {
        const at = (rows[pixel]! - bounds.row) * bounds.widthPx + cols[pixel]! - bounds.col;
        valid[pixel] = read.valid === null ? 1 : read.valid[at]!;
        for (const [slot, band] of read.bands.entries()) {
          sampled[slot]![pixel] = band[at]!;
        }
      }
    }
  }
  const ids = new Uint8Array(pixels);
  decoder.decode(sampled, valid, ids);
  return ids;
}

function commonestFirst(counts: ReadonlyMap<string, number>): { value: string; pixels: number }[] {
  return [...counts].map(([value, pixels]) => ({ value, pixels })).sort((a, b) => b.pixels - a.pixels);
}

function spell(kinds: readonly { readonly value: string }[], most: number): string {
  return commonest(kinds, most).join("; ");
}

function commonest(kinds: readonly { readonly value: string }[], most = 3): string[] {
  return kinds.slice(0, most).map(({ value }) => value);
}

function sum(numbers: Iterable<number>): number {
  return [...numbers].reduce((total, number) => total + number, 0);
}
