/**
 * Edits applied to a class map, rows by rows: what a rectangle of the corrected map holds follows from that rectangle of
 * the map and from the edits, each on what the ones before it have left.
 */
import type { CancelSignal } from "../cancel";
import { NadirError } from "../errors";
import { canonicalClass } from "../labels/class-mapping";
import type { PixelRect } from "../raster/raster";
import { rowBands } from "../raster/row-bands";
import { NODATA_CLASS_ID } from "../run/run-settings";
import { type PhotoGrid, shapeInPixels } from "../vector/stroke-on-photo";
import { type EditPainter, type PlacedEdit, paintEdit, painterOf } from "./edit-painter";
import type { ReadIds } from "./find-patch";
import type { CorrectionFacts, MaskEdit } from "./mask-edit";

type Classes = readonly { readonly id: number; readonly name: string }[];

/** @throws {NadirError} `bad-edits` when the map has no class of a name. @param subject File of the edit. */
export function placeEdit(
  { place, from, to }: MaskEdit,
  grid: PhotoGrid,
  classes: Classes,
  subject?: string,
): PlacedEdit {
  const ids = { from: from === null ? null : idOf(from, classes, subject), to: idOf(to, classes, subject) };
  if (place.kind === "everywhere") return { place, ...ids };
  if (place.kind === "patch") return { place: { kind: "patch", at: grid.toPixel(place.at) }, ...ids };
  return { place: shapeInPixels(place, grid), ...ids };
}

/** What was made of the map, and of each edit how many pixels it has changed. */
export interface Corrected extends Omit<CorrectionFacts, "edits"> {
  readonly perEdit: readonly number[];
}

/**
 * Memory: a band of rows, and the runs of the patches that were edited.
 *
 * @param mask  What the edits are applied to: the map, or what earlier edits have made of it.
 * @param own   The map as nobody has corrected it, which changes are counted against.
 * @param write Takes the corrected map, bands of rows from above.
 */
export async function correctMask(
  mask: ReadIds,
  own: ReadIds,
  edits: readonly PlacedEdit[],
  write: (rows: PixelRect & { readonly values: Uint8Array }) => Promise<void>,
  signal?: CancelSignal,
): Promise<Corrected> {
  const painters: EditPainter[] = [];
  for (const edit of edits) painters.push(await painterOf(edit, asPainted(mask, [...painters]), signal));
  const classPixels = new Array<number>(256).fill(0);
  const perEdit = edits.map(() => 0);
  let changedPixels = 0;
  for await (const band of rowBands(mask, signal)) {
    const values = await mask.read(band);
    const before = own === mask ? values.slice() : await own.read(band);
    for (const [at, painter] of painters.entries()) perEdit[at]! += paintEdit(painter, values, band);
    for (let at = 0; at < values.length; at++) {
      classPixels[values[at]!]!++;
      changedPixels += Number(values[at] !== before[at]);
    }
    await write({ ...band, values });
  }
  const seenPixels = mask.widthPx * mask.heightPx - classPixels[NODATA_CLASS_ID]!;
  const lastId = classPixels.findLastIndex((pixels, id) => pixels > 0 && id !== NODATA_CLASS_ID);
  return { changedPixels, seenPixels, classPixels: classPixels.slice(0, lastId + 1), perEdit };
}

/** The map as the edits so far have left it. */
function asPainted(mask: ReadIds, painters: readonly EditPainter[]): ReadIds {
  return {
    widthPx: mask.widthPx,
    heightPx: mask.heightPx,
    async read(rect) {
      const values = await mask.read(rect);
      for (const painter of painters) paintEdit(painter, values, rect);
      return values;
    },
  };
}

function idOf(name: string, classes: Classes, subject?: string): number {
  const found = classes.find((entry) => canonicalClass(entry.name) === canonicalClass(name));
  if (found === undefined) {
    throw new NadirError({
      code: "bad-edits",
      ...(subject !== undefined && { subject }),
      found: `An edit names the class "${name}".`,
      needed: `The map's classes are: ${classes.map((entry) => entry.name).join(", ")}.`,
      next: "Apply the edits to the map they were made for, or name its classes as the map does.",
    });
  }
  return found.id;
}
