import { expect, test } from "vitest";
import { planPoints } from "./sample-design";
import { pointsForStandardError } from "./sample-size";

test("the worked example of Olofsson et al. 2014, sect. 5.1.1: 641 points for a standard error of 0.01", () => {
  const pixels = [200_000, 150_000, 3_200_000, 6_450_000];
  expect(pointsForStandardError(pixels, [0.7, 0.6, 0.9, 0.95], 0.01)).toBe(641);
});

test.each([
  ["one class alone: p (1 − p) / s²", [5000], 0.9, 0.01, 900],
  ["classes that are expected to be equally good count as one", [10, 90, 400], 0.5, 0.05, 100],
])("%s", (_, pixels, accuracy, standardError, points) => {
  const each = pixels.map(() => accuracy);
  expect(pointsForStandardError(pixels, each, standardError)).toBe(points);
});

test.each<[string, number[], number, number[]]>([
  ["as many for each class", [500, 40, 9000], 30, [10, 10, 10]],
  ["what is left over goes to the first", [500, 500, 500], 11, [4, 4, 3]],
  ["what a small class cannot take, others do", [2, 500, 500], 12, [2, 5, 5]],
  ["no more than there are pixels", [2, 3], 12, [2, 3]],
])("equal: %s", (_, pixels, count, points) => {
  const design = { size: { kind: "points", count }, allocation: "equal", least: 50, seed: 1 } as const;
  expect(planPoints(pixels, design)).toEqual(points);
});

test("with a wanted standard error points are shared out by area as ever", () => {
  const size = { kind: "standard-error", standardError: 0.05, expectedAccuracy: 0.5 } as const;
  expect(planPoints([100, 300], { size, allocation: "area", least: 10, seed: 1 })).toEqual([25, 75]);
});
