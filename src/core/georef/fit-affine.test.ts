/** Grids through control points, against numpy.linalg.lstsq (NumPy 2.4). */
import { expect, test } from "vitest";
import { fitAffine } from "./fit-affine";

test("points that no grid meets exactly", () => {
  const points = [
    { col: 0, row: 0, x: 400000.02, y: 5800000 },
    { col: 200, row: 0, x: 400020, y: 5799999.97 },
    { col: 0, row: 200, x: 400000, y: 5799980 },
    { col: 200, row: 200, x: 400020.01, y: 5799980.04 },
    { col: 100, row: 50, x: 400010, y: 5799995 },
  ];
  const { geotransform, worstPx } = fitAffine(points)!;
  const expected = [400000.01, 0.099975, -0.000016667, 5799999.984286, 0.000025, -0.099830952];
  for (const [at, value] of expected.entries()) expect(geotransform[at]).toBeCloseTo(value, 6);
  expect(worstPx).toBeCloseTo(0.199427, 4);
});

test("two points, or points on a line, make no grid", () => {
  const onLine = [0, 1, 2].map((at) => ({ col: at, row: at, x: at, y: -at }));
  expect(fitAffine(onLine)).toBeNull();
  expect(fitAffine(onLine.slice(0, 2))).toBeNull();
});
