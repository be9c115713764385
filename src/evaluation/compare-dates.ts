/** Two class maps of one place at two dates: from which class to which, how much of it, where, and whether they meet. */
import type { CancelSignal } from "../core/cancel";
import type { RowPixelArea } from "../core/georef/pixel-area";
import { canonicalClass } from "../core/labels/class-mapping";
import type { ModelClass } from "../core/manifest/manifest";
import { findMapShift, type MapShift, type ShiftTile } from "../core/metrics/map-shift";
import type { PixelRect } from "../core/raster/raster";
import { rowBands } from "../core/raster/row-bands";
import { NODATA_CLASS_ID } from "../core/run/run-settings";
import type { MaskReader, MaskSink } from "../io/mask-store";
import { lookUp, lookUpTable } from "./score-mask";

export interface DatedMap {
  readonly ids: MaskReader;
  readonly classes: readonly ModelClass[];
}

export interface MapChanges {
  /** Of either map, met by name; ids are places in this list. */
  readonly classes: readonly ModelClass[];
  /** Pixels [before][after]. */
  readonly pixels: readonly (readonly number[])[];
  /** Square metres on the ground likewise; null where pixels have no known size. */
  readonly squareMetres: readonly (readonly number[])[] | null;
  /** Pixels that one of the maps says nothing of. */
  readonly unknownPixels: number;
  readonly shift: MapShift | null;
}

/** Parts that are looked at for a shift: so many along each side, of that size, moved by at most so much. */
const TILES = { across: 4, sidePx: 192, reachPx: 8 };

/**
 * Both maps on one grid.
 *
 * @param changed Takes the later class where it is another one than before, 255 elsewhere; ids of `classes`.
 */
export async function compareDates(
  before: DatedMap,
  after: DatedMap,
  areaOf: RowPixelArea | null,
  changed: MaskSink,
  signal: AbortSignal,
): Promise<MapChanges> {
  const classes = joinClasses(before.classes, after.classes);
  const [earlier, later] = [readerOf(before, classes), readerOf(after, classes)];
  const count = classes.length;
  const pixels = new Float64Array(count * count);
  const areas = new Float64Array(count * count);
  let unknownPixels = 0;
  for (const band of rowBands(before.ids, signal)) {
    const [old, now] = [await earlier(band), await later(band)];
    const values = new Uint8Array(now.length).fill(NODATA_CLASS_ID);
    for (let row = 0, at = 0; row < band.heightPx; row++) {
      const pixelArea = areaOf?.(band.row + row) ?? 0;
      for (const end = at + band.widthPx; at < end; at++) {
        if (old[at] === NODATA_CLASS_ID || now[at] === NODATA_CLASS_ID) {
          unknownPixels++;
          continue;
        }
        const cell = old[at]! * count + now[at]!;
        pixels[cell]!++;
        areas[cell]! += pixelArea;
        if (old[at] !== now[at]) values[at] = now[at]!;
      }
    }
    await changed.writeRows({ ...band, values });
  }
  const square = (values: Float64Array) =>
    classes.map((_, from) => [...values.subarray(from * count, (from + 1) * count)]);
  return {
    classes,
    pixels: square(pixels),
    squareMetres: areaOf === null ? null : square(areas),
    unknownPixels,
    shift: findMapShift(await shiftTiles(before.ids, earlier, later, signal), NODATA_CLASS_ID),
  };
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
