/** Which figure of a table is set in bold. */

/** True where none of the others is larger and at least one is smaller; as printed, so that what looks equal is equal. */
export function isBest(figure: string, all: readonly (string | null)[]): boolean {
  const value = Number.parseFloat(figure);
  const others = all.flatMap((other) => (other === null ? [] : [Number.parseFloat(other)]));
  return others.every((other) => !(other > value)) && others.some((other) => other < value);
}
