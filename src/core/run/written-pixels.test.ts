import { expect, test } from "vitest";
import { withWrittenRows } from "./written-pixels";

/** Rows of one byte a pixel. The sums are zlib's. */
const rows = (col: number, row: number, bytes: string) => ({
  col,
  row,
  widthPx: 3,
  heightPx: bytes.length / 3,
  classIds: new TextEncoder().encode(bytes),
  confidence: null,
});

test("rows go on the sum of those above them in the same columns, and of no others", () => {
  // Two strips side by side that are equally wide: what the first one wrote ends where the second one goes on.
  let written = withWrittenRows([], rows(0, 0, "abcdef"));
  written = withWrittenRows(written, rows(3, 0, "123"));
  written = withWrittenRows(written, rows(3, 1, "456"));
  written = withWrittenRows(written, rows(3, 2, "789"));
  expect(written).toEqual([
    { col: 0, row: 0, widthPx: 3, heightPx: 2, classIds: 0x4b8e39ef, confidence: null },
    { col: 3, row: 0, widthPx: 3, heightPx: 3, classIds: 0xcbf43926, confidence: null },
  ]);
});
