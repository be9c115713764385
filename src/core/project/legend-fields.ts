/** How class layers lie on the photo, as it stands in projects and preferences. */
import { numberFrom, oneOf } from "../json/fields";

export const opacityField = numberFrom(0, 1);
export const paletteField = oneOf(["isprs", "soft"]);
