/** The classes of a taught model: the old ones in their order, then those that only strokes name. */
import { canonicalClass } from "../core/labels/class-mapping";
import type { Colour } from "../core/labels/class-scheme";
import { SPARE_COLOURS } from "../core/labels/spare-colours";
import type { ModelClass } from "../core/manifest/manifest";
import type { Stroke } from "../core/vector/stroke";

export interface TaughtClasses {
  readonly classes: readonly ModelClass[];
  readonly classOfStroke: readonly number[];
}

/** A stroke means an old class when their names are spellings of one word. */
export function taughtClasses(old: readonly ModelClass[], strokes: readonly Stroke[]): TaughtClasses {
  const classes = [...old];
  const ids = new Map(old.map(({ name, id }) => [canonicalClass(name), id]));
  const classOfStroke = strokes.map(({ className, colour }) => {
    const known = ids.get(canonicalClass(className));
    if (known !== undefined) return known;
    const id = classes.length;
    ids.set(canonicalClass(className), id);
    classes.push({ id, name: className, colour: colour ?? spareColour(classes), scored: true });
    return id;
  });
  return { classes, classOfStroke };
}

function spareColour(classes: readonly ModelClass[]): Colour {
  const taken = new Set(classes.map(({ colour }) => String(colour)));
  return (
    SPARE_COLOURS.find((colour) => !taken.has(String(colour))) ?? SPARE_COLOURS[classes.length % SPARE_COLOURS.length]!
  );
}
