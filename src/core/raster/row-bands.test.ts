import { expect, test } from "vitest";
import { rowBands } from "./row-bands";

const { signal } = new AbortController();

test("a grid is covered once, its last band as high as what is left", () => {
  expect([...rowBands({ widthPx: 5, heightPx: 7 }, signal, 3)]).toEqual([
    { col: 0, row: 0, widthPx: 5, heightPx: 3 },
    { col: 0, row: 3, widthPx: 5, heightPx: 3 },
    { col: 0, row: 6, widthPx: 5, heightPx: 1 },
  ]);
});

test("a rectangle keeps its place", () => {
  expect([...rowBands({ col: 2, row: 10, widthPx: 5, heightPx: 4 }, signal, 3)]).toEqual([
    { col: 2, row: 10, widthPx: 5, heightPx: 3 },
    { col: 2, row: 13, widthPx: 5, heightPx: 1 },
  ]);
});

test("nothing is read any longer once it is cancelled", () => {
  const controller = new AbortController();
  const bands = rowBands({ widthPx: 1, heightPx: 2 }, controller.signal, 1);
  bands.next();
  controller.abort();
  expect(() => bands.next()).toThrow(expect.objectContaining({ name: "AbortError" }));
});
