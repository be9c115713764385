/** Which classes a prediction made elsewhere holds, as far as its own file says. */
import { canonicalClass } from "../core/labels/class-mapping";
import { type ClassScheme, customScheme, ISPRS_SCHEME, type SchemeClass } from "../core/labels/class-scheme";
import type { ModelClass } from "../core/manifest/manifest";
import type { RasterFacts } from "../core/raster/raster";
import type { LabelTable } from "./label-meaning";

/**
 * A file that names its ids and has a palette (our own export, or any with GDAL's category names) is read by them;
 * every other by the scheme that was chosen for it, or by its colours.
 *
 * @param chosen  What the user says its ids or colours mean; null lets the file decide.
 */
export function foreignTable(
  { palette, categoryNames, fileName }: RasterFacts,
  chosen: ClassScheme | null,
): LabelTable {
  if (chosen !== null) return { role: "prediction", scheme: chosen };
  if (palette === null || categoryNames === undefined) return { role: "prediction", scheme: null };
  const classes = categoryNames.flatMap((name, id): SchemeClass[] => {
    const colour = palette[id];
    return name.trim() === "" || colour === undefined ? [] : [{ id, name, colour, scored: isScored(name) }];
  });
  return classes.length === 0
    ? { role: "prediction", scheme: null }
    : { role: "prediction", scheme: customScheme(fileName, classes), bandHoldsIds: true };
}

/** As benchmarks have it: clutter is no class of the means. */
function isScored(name: string): boolean {
  const key = canonicalClass(name);
  return ISPRS_SCHEME.classes.find((entry) => canonicalClass(entry.name) === key)?.scored ?? true;
}

/** The table of a model: ids are its own, whatever palette shows them; black in a picture of its classes is no class. */
export function modelTable(name: string, classes: readonly ModelClass[]): LabelTable {
  const table = customScheme(name, classes);
  const hasBlack = classes.some(({ colour }) => colour.every((part) => part === 0));
  return {
    role: "prediction",
    scheme: hasBlack ? table : { ...table, ignoreColours: [[0, 0, 0]] },
    bandHoldsIds: true,
  };
}
