/** Two class maps of one place at two dates: from which class to which, how much of it, where, and whether they meet. */
import type { CancelSignal } from "../core/cancel";
import { NadirError } from "../core/errors";
import type { RowPixelArea } from "../core/georef/pixel-area";
import { heightChangeByte } from "../core/heights/height-change";
import { canonicalClass } from "../core/labels/class-mapping";
import type { ModelClass } from "../core/manifest/manifest";
import type { MapChanges } from "../core/metrics/map-changes";
import { findMapShift, type ShiftTile } from "../core/metrics/map-shift";
import type { PixelRect } from "../core/raster/raster";
import { rowBands } from "../core/raster/row-bands";
import { NODATA_CLASS_ID } from "../core/run/run-settings";
import type { MaskReader, MaskSink } from "../io/mask-store";
import { createObjectCounter } from "./changed-objects";
import type { HeightsOnGrid } from "./heights-on-grid";
import { lookUp, lookUpTable } from "./score-mask";

export interface DatedMap {
  readonly ids: MaskReader;
  readonly classes: readonly ModelClass[];
}

export interface ChangeOptions {
  readonly areaOf: RowPixelArea | null;
  readonly heights: DatedHeights | null;
  readonly least: number;
}

/** Where heights at both dates are known. */
export interface DatedHeights {
  readonly before: HeightsOnGrid;
  readonly after: HeightsOnGrid;
}

/** What takes the pixels that come of it; null where nobody wants them. Ids are those of `MapChanges`. */
export interface ChangeSinks {
  /** The later class where it is another one than before, 255 elsewhere. */
  readonly changed: MaskSink | null;
  /** Which pair of classes it is there. */
  readonly pairs: MaskSink | null;
  /** `heightChangeByte` of later minus earlier height. */
  readonly heightChange: MaskSink | null;
}

/** Parts that are looked at for a shift: so many along each side, of that size, moved by at most so much. */
const TILES = { across: 4, sidePx: 192, reachPx: 8 };

/**
 * Both maps on one grid.
 *
 * @param areaOf  Square metres of a pixel by its row; null where that is not known.
 * @param least   Of an object, in square metres, or in pixels where `areaOf` is null.
 * @throws {NadirError} `unsupported` when pairs are wanted and there are more than a byte holds.
 */
export async function compareDates(
  before: DatedMap,
  after: DatedMap,
  { areaOf, heights, least }: ChangeOptions,
  sinks: ChangeSinks,
  signal: AbortSignal,
): Promise<MapChanges> {
  const classes = joinClasses(before.classes, after.classes);
  const [earlier, later] = [readerOf(before, classes), readerOf(after, classes)];
  const count = classes.length;
  const pixels = new Float64Array(count * count);
  const areas = new Float64Array(count * count);
  const pairIds = new PairIds(count);
  const { widthPx } = before.ids;
  const newCounter = () => createObjectCounter(count, widthPx, areaOf !== null, least);
  const [appeared, gone] = [newCounter(), newCounter()];
  let unknownPixels = 0;
  for await (const band of rowBands(before.ids, signal)) {
    const [old, now] = [await earlier(band), await later(band)];
    const rise = heights === null ? null : await heightChange(heights, band);
    const [came, went] = [0, 1].map(() => new Uint8Array(now.length).fill(NODATA_CLASS_ID)) as [Uint8Array, Uint8Array];
    const pairs = sinks.pairs === null ? null : new Uint8Array(now.length).fill(NODATA_CLASS_ID);
    for (let row = 0, at = 0; row < band.heightPx; row++) {
      const pixelArea = areaOf?.(band.row + row) ?? 0;
      const start = at;
      for (const end = at + band.widthPx; at < end; at++) {
        if (old[at] === NODATA_CLASS_ID || now[at] === NODATA_CLASS_ID) {
          unknownPixels++;
          continue;
        }
        const cell = old[at]! * count + now[at]!;
        pixels[cell]!++;
        areas[cell]! += pixelArea;
        if (old[at] === now[at]) continue;
        came[at] = now[at]!;
        went[at] = old[at]!;
        if (pairs !== null) pairs[at] = pairIds.of(cell);
      }
      const risen = rise?.subarray(start, at) ?? null;
      appeared.pushRow(came.subarray(start, at), areaOf && pixelArea, risen);
      gone.pushRow(went.subarray(start, at), areaOf && pixelArea, risen);
    }
    await sinks.changed?.writeRows({ ...band, values: came });
    if (pairs !== null) await sinks.pairs?.writeRows({ ...band, values: pairs });
    if (rise !== null)
      await sinks.heightChange?.writeRows({ ...band, values: Uint8Array.from(rise, heightChangeByte) });
  }
  const square = (values: Float64Array) =>
    classes.map((_, from) => [...values.subarray(from * count, (from + 1) * count)]);
  return {
    classes,
    pixels: square(pixels),
    squareMetres: areaOf === null ? null : square(areas),
    unknownPixels,
    shift: findMapShift(await shiftTiles(before.ids, earlier, later, signal), NODATA_CLASS_ID),
    objects: { least, unit: areaOf === null ? "px" : "m²", appeared: appeared.finish(), gone: gone.finish() },
    pairs: pairIds.list(),
  };
}

/** Later minus earlier height in metres; NaN where one of them is not known. */
export async function heightChange({ before, after }: DatedHeights, rect: PixelRect): Promise<Float32Array> {
  const [old, now] = [await before.read(rect), await after.read(rect)];
  return now.map((height, at) => height - old[at]!);
}

/** Pairs of classes get their ids in the order in which they are met. */
class PairIds {
  readonly #ids = new Map<number, number>();

  constructor(private readonly classCount: number) {}

  of(cell: number): number {
    let id = this.#ids.get(cell);
    if (id === undefined) {
      id = this.#ids.size;
      if (id === NODATA_CLASS_ID) throw tooManyPairs();
      this.#ids.set(cell, id);
    }
    return id;
  }

  list(): MapChanges["pairs"] {
    return [...this.#ids.keys()].map((cell) => ({
      from: Math.floor(cell / this.classCount),
      to: cell % this.classCount,
    }));
  }
}

function tooManyPairs(): NadirError {
  return new NadirError({
    code: "unknown-labels",
    found: "There are more than 255 kinds of change from class to class.",
    needed: "Polygons of changes are made of at most 255 kinds.",
    next: "Compare maps with fewer classes, or leave the polygons out.",
  });
}

/** The earlier map's classes, then those that only the later one has. */
function joinClasses(before: readonly ModelClass[], after: readonly ModelClass[]): ModelClass[] {
  const isNew = ({ name }: ModelClass) => !before.some((known) => canonicalClass(known.name) === canonicalClass(name));
  return [...before, ...after.filter(isNew)].map((entry, id) => ({ ...entry, id }));
}

function readerOf({ ids, classes }: DatedMap, joined: readonly ModelClass[]): (rect: PixelRect) => Promise<Uint8Array> {
  const toClass: number[] = [];
  for (const { id, name } of classes) {
    toClass[id] = joined.findIndex((entry) => canonicalClass(entry.name) === canonicalClass(name));
  }
  const table = lookUpTable(toClass);
  return async (rect) => lookUp(await ids.read(rect), table);
}

async function shiftTiles(
  size: Pick<MaskReader, "widthPx" | "heightPx">,
  earlier: (rect: PixelRect) => Promise<Uint8Array>,
  later: (rect: PixelRect) => Promise<Uint8Array>,
  signal: CancelSignal,
): Promise<ShiftTile[]> {
  const { reachPx, across } = TILES;
  const sidePx = Math.min(TILES.sidePx, size.widthPx - 2 * reachPx, size.heightPx - 2 * reachPx);
  if (sidePx < 1) return [];
  const starts = (length: number) => {
    const room = length - 2 * reachPx - sidePx;
    const steps = Math.min(across, 1 + Math.ceil(room / sidePx));
    return Array.from(
      { length: steps },
      (_, at) => reachPx + (steps === 1 ? 0 : Math.round((room * at) / (steps - 1))),
    );
  };
  const tiles: ShiftTile[] = [];
  for (const row of starts(size.heightPx)) {
    for (const col of starts(size.widthPx)) {
      signal.throwIfAborted();
      const rect = { col, row, widthPx: sidePx, heightPx: sidePx };
      const wide = {
        col: col - reachPx,
        row: row - reachPx,
        widthPx: sidePx + 2 * reachPx,
        heightPx: sidePx + 2 * reachPx,
      };
      tiles.push({ sidePx, reachPx, before: await earlier(rect), after: await later(wide) });
    }
  }
  return tiles;
}
