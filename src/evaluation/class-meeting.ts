/** Which classes a mask and the truth are compared in, and how the ids of both become them. */
import { type ClassMapping, decideClassMapping } from "../core/labels/class-mapping";
import type { ModelClass } from "../core/manifest/manifest";
import type { Remark } from "../core/remarks/remark";

export interface ClassMeeting {
  /** Rows and columns of the confusion matrix, in the truth's order. */
  readonly classes: readonly ModelClass[];
  /** Index = id in the truth or in the mask; null = left out. */
  readonly truthToClass: readonly (number | null)[];
  readonly maskToClass: readonly (number | null)[];
  readonly notes: readonly Remark[];
}

/**
 * A mask class goes to the truth class of the same name, else to the first truth class it is part of. Truth classes
 * that no mask class goes to are left out of the score, and that is said.
 */
export function mapMaskToTruth(
  mask: readonly ModelClass[],
  truth: readonly ModelClass[],
  chosen: ClassMapping["modelToTruth"] = {},
): ClassMeeting {
  const { modelToTruth } = decideClassMapping(mask, truth, chosen);
  const targets = mask.map(({ name }) => truth.findIndex((entry) => entry.name === modelToTruth[name]));
  const used = truth.map((_, index) => targets.includes(index));
  const kept = truth.flatMap((truthClass, index) => (used[index] ? [{ truthClass, index }] : []));
  const classOf = (truthIndex: number) => {
    const found = kept.findIndex(({ index }) => index === truthIndex);
    return found < 0 ? null : found;
  };
  const truthToClass: (number | null)[] = [];
  for (const [index, { id }] of truth.entries()) {
    truthToClass[id] = classOf(index);
  }
  const maskToClass: (number | null)[] = [];
  for (const [index, { id }] of mask.entries()) {
    maskToClass[id] = targets[index]! < 0 ? null : classOf(targets[index]!);
  }
  const notes: Remark[] = [];
  const leftOut = truth.filter((_, index) => !used[index]).map(({ name }) => name);
  if (leftOut.length > 0) notes.push({ say: "truth-without-class", classes: leftOut });
  const unmatched = mask.filter((_, index) => targets[index]! < 0).map(({ name }) => name);
  if (unmatched.length > 0) notes.push({ say: "mask-without-class", classes: unmatched });
  return { classes: kept.map(({ truthClass }) => truthClass), truthToClass, maskToClass, notes };
}

/** Truth classes that a mapping made elsewhere names and this truth does not have. */
export function strangeTargets({ modelToTruth }: ClassMapping, truth: readonly { readonly name: string }[]): string[] {
  return [...new Set(Object.values(modelToTruth))].filter(
    (target): target is string => target !== null && !truth.some(({ name }) => name === target),
  );
}
