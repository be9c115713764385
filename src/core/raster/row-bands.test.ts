import { expect, test } from "vitest";
import { rowBands } from "./row-bands";

const { signal } = new AbortController();

async function all<T>(values: AsyncIterable<T>): Promise<T[]> {
  const seen: T[] = [];
  for await (const value of values) seen.push(value);
  return seen;
}

test("a grid is covered once, its last band as high as what is left", async () => {
  expect(await all(rowBands({ widthPx: 5, heightPx: 7 }, signal, 3))).toEqual([
    { col: 0, row: 0, widthPx: 5, heightPx: 3 },
    { col: 0, row: 3, widthPx: 5, heightPx: 3 },
    { col: 0, row: 6, widthPx: 5, heightPx: 1 },
  ]);
});

test("a rectangle keeps its place", async () => {
  expect(await all(rowBands({ col: 2, row: 10, widthPx: 5, heightPx: 4 }, signal, 3))).toEqual([
    { col: 2, row: 10, widthPx: 5, heightPx: 3 },
    { col: 2, row: 13, widthPx: 5, heightPx: 1 },
  ]);
});

test("nothing is read any longer once it is cancelled", async () => {
  const controller = new AbortController();
  const bands = rowBands({ widthPx: 1, heightPx: 2 }, controller.signal, 1);
  await bands.next();
  controller.abort();
  await expect(bands.next()).rejects.toMatchObject({ name: "AbortError" });
});
