import { expect, test } from "vitest";
import { pagedSource } from "./byte-source";

const PAGE = 65_536;

/** A file whose byte at n is the page it lies in, and where it was asked. */
function counted(pages: number) {
  const asked: number[] = [];
  const source = pagedSource("file.tif", pages * PAGE, async (offset, length) => {
    asked.push(offset / PAGE);
    return Uint8Array.from({ length }, (_, at) => Math.floor((offset + at) / PAGE)).buffer;
  });
  return { source, asked };
}

test("a page is fetched once, however often it is read; reads over its end take two", async () => {
  const { source, asked } = counted(3);
  expect([...(await source.read(10, 2))]).toEqual([0, 0]);
  expect([...(await source.read(20, 2))]).toEqual([0, 0]);
  expect([...(await source.read(PAGE - 1, 3))]).toEqual([0, 1, 1]);
  expect(asked).toEqual([0, 1]);
});

test("64 pages are kept, those read last", async () => {
  const { source, asked } = counted(65);
  for (let page = 0; page < 64; page++) await source.read(page * PAGE, 1);
  await source.read(0, 1);
  await source.read(64 * PAGE, 1);
  expect(asked).toHaveLength(65);
  await source.read(0, 1);
  expect(asked).toHaveLength(65);
  await source.read(PAGE, 1);
  expect(asked.slice(65)).toEqual([1]);
});

test("what lies outside the file is asked of nobody", async () => {
  const { source, asked } = counted(1);
  await expect(source.read(PAGE - 1, 2)).rejects.toMatchObject({ code: "corrupt-raster" });
  await expect(source.read(-1, 2)).rejects.toMatchObject({ code: "corrupt-raster" });
  expect(asked).toEqual([]);
});
