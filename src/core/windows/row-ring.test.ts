import { describe, expect, test } from "vitest";
import { RowRing } from "./row-ring";

describe("rows in flight", () => {
  const ring = () => new RowRing({ firstCol: 7, widthPx: 3, capacityRows: 4, dtypes: ["uint8", "float32"] });
  /** Rows whose bands hold ten times the row plus the place in it. */
  const rows = (firstRow: number, rowCount: number, valid: readonly number[] | null = null) => {
    const values = Array.from({ length: rowCount * 3 }, (_, at) => (firstRow + Math.floor(at / 3)) * 10 + (at % 3));
    const bands = [Uint8Array.from(values), Float32Array.from(values, (value) => value / 2)];
    return { bands, valid: valid === null ? null : Uint8Array.from(valid) };
  };

  test("each row lies where it is asked for, and makes room for the one a ring's height below", () => {
    const held = ring();
    held.put(0, 4, rows(0, 4));
    held.put(4, 2, rows(4, 2));
    for (const row of [2, 3, 4, 5]) {
      for (const col of [7, 8, 9]) {
        expect(held.bands[0]![held.indexOf(col, row)]).toBe(row * 10 + col - 7);
        expect(held.bands[1]![held.indexOf(col, row)]).toBe((row * 10 + col - 7) / 2);
      }
    }
  });

  test("nothing is missing until a row says so; then only what it says", () => {
    const held = ring();
    held.put(0, 2, rows(0, 2));
    expect(held.validRows(0, 2)).toBeNull();
    held.put(2, 1, rows(2, 1, [1, 0, 1]));
    expect([...held.validRows(0, 3)!]).toEqual([1, 1, 1, 1, 1, 1, 1, 0, 1]);
  });

  test("rows that come leave the holes of those that stay", () => {
    const held = ring();
    held.put(0, 4, rows(0, 4, [1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1, 1]));
    held.put(4, 1, rows(4, 1));
    expect([...held.validRows(1, 1)!]).toEqual([1, 0, 1]);
  });

  test("whole rows in the slots of holed ones are whole", () => {
    const held = ring();
    held.put(0, 4, rows(0, 4, [0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 1, 1]));
    held.put(4, 3, rows(4, 3));
    expect([...held.validRows(4, 3)!]).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1]);
    held.put(7, 1, rows(7, 1, [0, 1, 1]));
    expect([...held.validRows(4, 4)!]).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 1]);
  });
});
