/** Runs whose models know different classes of one truth, brought to the classes they share. */
import { type ConfusionMatrix, mergeConfusion } from "./confusion-matrix";

interface Named {
  readonly name: string;
}

/** Every class of any list once, by name, in order of first appearance. */
export function unionOfClasses<T extends Named>(lists: readonly (readonly T[])[]): T[] {
  const byName = new Map<string, T>();
  for (const entry of lists.flat()) {
    if (!byName.has(entry.name)) {
      byName.set(entry.name, entry);
    }
  }
  return [...byName.values()];
}

/** Classes of the first list that all others have too. */
export function commonClasses<T extends Named>(lists: readonly (readonly T[])[]): T[] {
  return (lists[0] ?? []).filter(({ name }) => lists.every((list) => list.some((other) => other.name === name)));
}

/** The matrix over `common` only: truth pixels of other classes leave it, predictions of other classes count as none. */
export function reduceConfusion(
  matrix: ConfusionMatrix,
  classes: readonly Named[],
  common: readonly Named[],
): ConfusionMatrix {
  const target = classes.map(({ name }) => {
    const found = common.findIndex((entry) => entry.name === name);
    return found < 0 ? null : found;
  });
  return mergeConfusion(matrix, target, common.length);
}
