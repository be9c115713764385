/** How class layers lie on the photo, as it stands in projects and preferences. */
import { numberFrom, oneOf, table } from "../json/fields";
import { PALETTES } from "../labels/class-colours";
import { colour } from "../labels/scheme-fields";

export const opacityField = numberFrom(0, 1);
export const paletteField = oneOf(PALETTES);

const MOST_CLASSES = 1000;

/** By the class's one name. */
export const coloursField = table(colour, MOST_CLASSES);
