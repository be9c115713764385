/** Which classes a prediction holds that a model is known to have made. */
import { customScheme } from "../core/labels/class-scheme";
import type { ModelClass } from "../core/manifest/manifest";
import type { LabelTable } from "./label-meaning";

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
