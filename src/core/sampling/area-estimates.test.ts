import { describe, expect, test } from "vitest";
import { type Estimate, estimateAreas, Z_95 } from "./area-estimates";

/** Pixels of 30 m: deforestation, forest gain, stable forest, stable non-forest (Olofsson et al. 2014, sect. 5). */
const MAP_PIXELS = [200_000, 150_000, 3_200_000, 6_450_000];
const COUNTS = [
  [66, 0, 5, 4],
  [0, 55, 8, 12],
  [1, 0, 153, 11],
  [2, 1, 9, 313],
];

const interval = (estimate: Estimate | null, digits: number) => [
  estimate!.value.toFixed(digits),
  (Z_95 * estimate!.standardError!).toFixed(digits),
];

describe("accuracy and areas from a stratified sample", () => {
  const hectares = MAP_PIXELS.map((pixels) => pixels * 0.09);
  const estimates = estimateAreas(hectares, COUNTS);

  test("the worked example of Olofsson et al. 2014, to the digits that are published", () => {
    expect(interval(estimates.overallAccuracy, 2)).toEqual(["0.95", "0.02"]);
    expect(estimates.usersAccuracy.map((each) => interval(each, 2))).toEqual([
      ["0.88", "0.07"],
      ["0.73", "0.10"],
      ["0.93", "0.04"],
      ["0.96", "0.02"],
    ]);
    expect(estimates.producersAccuracy.map((each) => interval(each, 2))).toEqual([
      ["0.75", "0.21"],
      ["0.85", "0.25"],
      ["0.93", "0.03"],
      ["0.96", "0.02"],
    ]);
    expect(estimates.areas.map((each) => interval(each, 0))).toEqual([
      ["21158", "6158"],
      ["11686", "3756"],
      ["285770", "15510"],
      ["581386", "16282"],
    ]);
  });

  test("proportions are a partition of the area, and rows those of the map", () => {
    const rows = estimates.proportions.map((row) => row.reduce((sum, value) => sum + value, 0));
    const total = MAP_PIXELS.reduce((sum, pixels) => sum + pixels, 0);
    for (const [at, row] of rows.entries()) expect(row).toBeCloseTo(MAP_PIXELS[at]! / total, 12);
  });

  test("a class that the map lacks and one that nobody found have no accuracy; a single point has no interval", () => {
    const { usersAccuracy, producersAccuracy, areas, overallAccuracy } = estimateAreas(
      [60, 40, 0],
      [
        [8, 0, 2],
        [1, 0, 0],
        [0, 0, 0],
      ],
    );
    expect(usersAccuracy[2]).toBeNull();
    expect(producersAccuracy[1]).toBeNull();
    expect(usersAccuracy[1]).toEqual({ value: 0, standardError: null });
    expect(overallAccuracy.standardError).toBeNull();
    expect(areas.map(({ value }) => value)).toEqual([88, 0, 12]);
  });

  test("a class of the map without an answered point is refused", () => {
    expect(() =>
      estimateAreas(
        [60, 40],
        [
          [10, 0],
          [0, 0],
        ],
      ),
    ).toThrow("every class that the map has needs a point");
  });
});
