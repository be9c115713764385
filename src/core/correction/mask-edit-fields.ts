/** Edits as they stand in projects and in files of their own. */
import { type Field, list, matching, nullable, objectOf, tagged, text } from "../json/fields";
import { mapPoint, shapeEntries } from "../vector/stroke-fields";
import type { EditPlace, MaskEdit } from "./mask-edit";

const MOST_EDITS = 100_000;

const place: Field<EditPlace> = tagged("kind", { ...shapeEntries, patch: { at: mapPoint }, everywhere: {} });

export const editsField = list(
  objectOf<MaskEdit>({
    place,
    from: nullable(text),
    to: text,
    at: matching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/, "a time as 2026-01-31T12:00:00Z"),
  }),
  MOST_EDITS,
);
