import { expect, test } from "vitest";
import { allocatePoints } from "./allocate-points";

test.each<[string, number[], number, number, number[]]>([
  ["in proportion where every class is large", [1000, 2000, 7000], 100, 5, [10, 20, 70]],
  ["the least number for rare classes, the rest in proportion", [200, 150, 3200, 6450], 640, 75, [75, 75, 162, 328]],
  ["all pixels of a class smaller than the least number", [3, 0, 997], 100, 10, [3, 0, 97]],
  ["more than asked for where the least numbers want it", [500, 500], 10, 50, [50, 50]],
  ["no more than there are pixels", [4, 6], 100, 2, [4, 6]],
  ["largest remainders are rounded up", [1, 1, 1], 2, 0, [1, 1, 0]],
  ["nothing of nothing", [], 10, 5, []],
])("points per class: %s", (_, pixels, count, least, expected) => {
  expect(allocatePoints(pixels, count, least)).toEqual(expected);
});
