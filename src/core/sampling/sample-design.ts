/** How points are to be drawn from a map: how many, how they are shared out, and by which numbers. */
import { allocatePoints, equalPoints } from "./allocate-points";
import { pointsForStandardError } from "./sample-size";

export type SampleSize =
  | { readonly kind: "points"; readonly count: number }
  /** As many as the overall accuracy needs to be known so well, both as fractions. */
  | { readonly kind: "standard-error"; readonly standardError: number; readonly expectedAccuracy: number };

/** By area with a least number of each class, or the same number of each. */
export const ALLOCATIONS = ["area", "equal"] as const;

export interface SampleDesign {
  readonly size: SampleSize;
  readonly allocation: (typeof ALLOCATIONS)[number];
  /** Points of a class at least, where they are shared out by area. */
  readonly least: number;
  readonly seed: number;
}

export const DEFAULT_DESIGN: SampleDesign = {
  size: { kind: "points", count: 300 },
  allocation: "area",
  least: 50,
  seed: 1,
};

/** What both doors take. */
export const DESIGN_LIMITS = {
  count: [1, 100_000],
  least: [2, 10_000],
  seed: [1, 2 ** 32 - 1],
  standardErrorPercent: [0.1, 25],
  expectedPercent: [1, 99],
} as const;

/** Where nobody says what is expected of a map. */
export const EXPECTED_ACCURACY = 0.85;

/** @param pixels Of each class. @returns Points of each. */
export function planPoints(pixels: readonly number[], { size, allocation, least }: SampleDesign): readonly number[] {
  const count =
    size.kind === "points"
      ? size.count
      : pointsForStandardError(
          pixels,
          pixels.map(() => size.expectedAccuracy),
          size.standardError,
        );
  return allocation === "equal" ? equalPoints(pixels, count) : allocatePoints(pixels, count, least);
}
