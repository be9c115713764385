import { expect, test } from "vitest";
import { commonClasses, reduceConfusion, unionOfClasses } from "./common-classes";
import { countConfusion } from "./confusion-matrix";
import { scoringWindowPx } from "./scoring-window";

const names = (...list: string[]) => list.map((name) => ({ name }));

test("classes meet by name, whatever their order", () => {
  const [first, second] = [names("road", "house", "tree"), names("tree", "house", "water")];
  expect(unionOfClasses([first, second]).map(({ name }) => name)).toEqual(["road", "house", "tree", "water"]);
  expect(commonClasses([first, second]).map(({ name }) => name)).toEqual(["house", "tree"]);
});

test("a reduced matrix is what counting with the other classes ignored gives", () => {
  const truth = Uint8Array.from([0, 0, 1, 1, 1, 2, 2, 2, 0, 255]);
  const prediction = Uint8Array.from([0, 1, 1, 2, 0, 2, 2, 1, 2, 1]);
  const reduced = reduceConfusion(countConfusion(truth, prediction, 3), names("a", "b", "c"), names("c", "b"));
  // b → 1, c → 0, a → left out of both.
  const table = [255, 1, 0];
  const mapped = (values: Uint8Array) => values.map((value) => table[value] ?? 255);
  expect(reduced).toEqual(countConfusion(mapped(truth), mapped(prediction), 2));
});

test("a scene is scored in squares that belong to it, at least sixteen where it is large enough", () => {
  expect(scoringWindowPx(6000, 6000)).toBe(256);
  expect(scoringWindowPx(1024, 1024)).toBe(256);
  expect(scoringWindowPx(320, 320)).toBe(64);
  expect(scoringWindowPx(40, 40)).toBe(32);
});
