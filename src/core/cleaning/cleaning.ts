/** The steps that tidy up a class map, as they are asked for, kept with its result and spelled in files. */
import type { ModelClass } from "../manifest/manifest";

export interface Cleaning {
  /** Side of the majority filter's square, odd; 1 for none. */
  readonly majorityPx: number;
  /** Of the sizes below: pixels of the map, or square metres on the ground. */
  readonly unit: CleaningUnit;
  /** Holes below this are closed; 0 for none. */
  readonly holesBelow: number;
  /** Patches of each class below this go, by class id; 0 for none. */
  readonly patchesBelow: readonly number[];
}

export const CLEANING_UNITS = ["px", "m2"] as const;
export type CleaningUnit = (typeof CLEANING_UNITS)[number];

/** The same in whole pixels: what is smaller goes. */
export interface CleaningPx {
  readonly majorityPx: number;
  readonly holesBelowPx: number;
  /** By class id; ids beyond have none. */
  readonly patchesBelowPx: readonly number[];
}

/**
 * @param pixelArea Square metres of a pixel on the ground; null where it is not known.
 * @throws {RangeError} If square metres are asked for and none are known.
 */
export function cleaningInPixels(cleaning: Cleaning, pixelArea: number | null): CleaningPx {
  const { majorityPx, unit, holesBelow, patchesBelow } = cleaning;
  if (unit === "m2" && pixelArea === null) throw new RangeError("the area of a pixel on the ground is not known");
  const px = (size: number) => Math.ceil(unit === "m2" ? size / pixelArea! : size);
  return { majorityPx, holesBelowPx: px(holesBelow), patchesBelowPx: patchesBelow.map(px) };
}

export function isCleaning({ majorityPx, holesBelow, patchesBelow }: Cleaning): boolean {
  return majorityPx > 1 || holesBelow > 0 || patchesBelow.some((size) => size > 0);
}

/** "majority of 3 x 3 px, holes below 4 m2 closed, patches below 2 m2 (Car: 1 m2) joined to their largest neighbour". */
export function spellCleaning(
  { majorityPx, unit, holesBelow, patchesBelow }: Cleaning,
  classes: readonly Pick<ModelClass, "id" | "name">[],
): string {
  const size = (value: number) => `${value} ${unit}`;
  const usual = mostCommon(classes.map(({ id }) => patchesBelow[id] ?? 0));
  const others = classes.filter(({ id }) => (patchesBelow[id] ?? 0) !== usual);
  const named = others.map(({ id, name }) => `${name}: ${size(patchesBelow[id] ?? 0)}`).join(", ");
  const isSieved = patchesBelow.some((value) => value > 0);
  return [
    ...(majorityPx > 1 ? [`majority of ${majorityPx} x ${majorityPx} px`] : []),
    ...(holesBelow > 0 ? [`holes below ${size(holesBelow)} closed`] : []),
    ...(isSieved
      ? [`patches below ${size(usual)}${named === "" ? "" : ` (${named})`} joined to their largest neighbour`]
      : []),
  ].join(", ");
}

/** The first of the commonest. */
function mostCommon(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].reduce((best, entry) => (entry[1] > best[1] ? entry : best), [0, 0])[0];
}
