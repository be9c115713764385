/** Whether edits from a file are of a map. */
import { NadirError } from "../errors";
import type { RasterFacts } from "../raster/raster";
import { liesOnPhoto, photoGrid } from "../vector/stroke-on-photo";
import { placeEdit } from "./correct-mask";
import type { PlacedEdit } from "./edit-painter";
import { type EditsFile, requireSameSystem } from "./edits-file";

/**
 * @param facts   Of the map.
 * @param subject What the file is called, for the sentence.
 * @returns The edits on the map's grid.
 * @throws {NadirError} `bad-edits` when the map is in another system, lacks a class, or none of the edits lies on it.
 */
export function fitEdits(
  file: EditsFile,
  facts: RasterFacts,
  classes: readonly { readonly id: number; readonly name: string }[],
  subject: string,
): readonly PlacedEdit[] {
  requireSameSystem(file, facts, subject);
  const grid = photoGrid(facts);
  const placed = file.edits.map((edit) => placeEdit(edit, grid, classes, subject));
  if (placed.length > 0 && !placed.some(({ place }) => liesOnMap(place, facts))) {
    throw new NadirError({
      code: "bad-edits",
      subject,
      found: `None of its edits lies on ${facts.fileName}; it was made for ${file.photo}.`,
      needed: "Edits are in the coordinates of the map they were made for.",
      next: "Apply them to a map of that place.",
    });
  }
  return placed;
}

function liesOnMap(place: PlacedEdit["place"], facts: RasterFacts): boolean {
  if (place.kind === "everywhere") return true;
  return liesOnPhoto(place.kind === "patch" ? { kind: "line", points: [place.at], widthPx: 0 } : place, facts);
}
