/** A class scheme as it stands in files. */
import { type Field, flag, integer, list, number, objectOf, optional, text, tuple } from "../json/fields";
import type { ClassScheme, Colour, SchemeClass } from "./class-scheme";

const MOST_CLASSES = 1000;

export const colour = tuple<Colour>(3, integer(0, 255), "3 numbers");

const aliases = list(
  objectOf<NonNullable<ClassScheme["aliases"]>[number]>({
    id: integer(0),
    colour: optional(colour),
    value: optional(number),
  }),
  MOST_CLASSES,
);

export const schemeField: Field<ClassScheme> = objectOf<ClassScheme>({
  id: text,
  name: text,
  classes: list(objectOf<SchemeClass>({ id: integer(0), name: text, colour, scored: flag }), MOST_CLASSES),
  aliases: optional(aliases),
  ignoreColours: list(colour, MOST_CLASSES),
  ignoreIds: list(number, MOST_CLASSES),
  chosenFor: optional(text),
});
