/** Strokes and the classes made up for them, as they stand in projects. */
import * as v from "valibot";
import { type Field, list, number, objectOf, optional, positive, tagged, text, tuple } from "../json/fields";
import { colour } from "../labels/scheme-fields";
import type { MapPoint, Stroke, StrokeShape } from "./stroke";

export const MOST_STROKES = 100_000;
export const MOST_STROKE_POINTS = 1_000_000;
export const MOST_STROKE_RINGS = 10_000;

export const mapPoint = tuple<MapPoint>(2, number, "two coordinates");
const line = v.pipe(list(mapPoint, MOST_STROKE_POINTS), v.minLength(1, "at least one point"));
const ring = v.pipe(list(mapPoint, MOST_STROKE_POINTS), v.minLength(4, "a ring of at least four points"));

/** By kind. */
export const shapeEntries = {
  line: { points: line, widthMetres: positive },
  area: { rings: v.pipe(list(ring, MOST_STROKE_RINGS), v.minLength(1, "at least one ring")) },
};

const shape: Field<StrokeShape> = tagged("kind", shapeEntries);

export const strokesField = list(
  objectOf<Stroke>({ className: text, colour: optional(colour), scene: optional(text), shape }),
  MOST_STROKES,
);
