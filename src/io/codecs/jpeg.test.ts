/** Blocks of JPEG in TIFF, whose tables stand once for all of them (TIFF Technical Note 2). */
import { expect, test } from "vitest";
import { joinJpegTables } from "./jpeg";

const START = [0xff, 0xd8];
const END = [0xff, 0xd9];
const TABLES = [0xff, 0xdb, 0, 3, 1];
const FRAME = [0xff, 0xc0, 0, 3, 7, ...END];

test("tables come after the start of the image, without their own start and end", () => {
  const data = Uint8Array.from([...START, ...FRAME]);
  const joined = [...START, ...TABLES, ...FRAME];
  expect([...joinJpegTables(Uint8Array.from([...START, ...TABLES, ...END]), data)]).toEqual(joined);
  expect([...joinJpegTables(Uint8Array.from([...START, ...TABLES]), data)]).toEqual(joined);
  expect(joinJpegTables(null, data)).toBe(data);
  expect(joinJpegTables(Uint8Array.from(START), data)).toBe(data);
});
