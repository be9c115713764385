import { describe, expect, test } from "vitest";
import type { Colour } from "../core/labels/class-scheme";
import { leastDistance, SEEN_BY } from "../testing/colour-vision";
import {
  cellTable,
  changeTable,
  classTable,
  ERROR_COLOURS,
  errorTable,
  type LookupTable,
  rampTable,
} from "./lookup-table";

/** Colour of a pixel whose first raster holds `first` and whose second holds `second`. */
function colourAt({ rgba, rows }: LookupTable, first: number, second = 0): number[] {
  const at = ((rows === 1 ? 0 : second) * 256 + first) * 4;
  return [...rgba.subarray(at, at + 4)];
}

test.each(Object.entries(SEEN_BY))("maps of errors are read by %s", (_, seenBy) => {
  const { truePositive, falsePositive, falseNegative } = ERROR_COLOURS;
  const colours = [truePositive, falsePositive, falseNegative].map(([red, green, blue]): Colour => [red, green, blue]);
  expect(leastDistance(colours, seenBy)).toBeGreaterThan(35);
});

const CLEAR = [0, 0, 0, 0];
// Mask ids 0, 1, 2 are classes 1, 0, 2; truth ids 0, 1, 2 are classes 0, 1, 2; everything else is left out.
const MEETING = { maskToClass: [1, 0, 2], truthToClass: [0, 1, 2] };

describe("class table", () => {
  test("classes have their colour; hidden ones, ids without a class and nodata are clear", () => {
    const table = classTable([[255, 0, 0], null, [0, 0, 255]]);
    expect(colourAt(table, 0)).toEqual([255, 0, 0, 255]);
    expect(colourAt(table, 1)).toEqual(CLEAR);
    expect(colourAt(table, 7)).toEqual(CLEAR);
    expect(colourAt(table, 255)).toEqual(CLEAR);
  });
});

describe("error table", () => {
  test("wrong pixels are marked, right ones and ignored truth are clear", () => {
    const table = errorTable(MEETING, null);
    expect(colourAt(table, 0, 1)).toEqual(CLEAR);
    expect(colourAt(table, 0, 0)).toEqual([...ERROR_COLOURS.wrong]);
    expect(colourAt(table, 0, 255)).toEqual(CLEAR);
    expect(colourAt(table, 255, 0)).toEqual(CLEAR);
  });

  test("one class: found, missed and falsely found differ", () => {
    const table = errorTable(MEETING, 1);
    expect(colourAt(table, 0, 1)).toEqual([...ERROR_COLOURS.truePositive]);
    expect(colourAt(table, 1, 1)).toEqual([...ERROR_COLOURS.falseNegative]);
    expect(colourAt(table, 0, 2)).toEqual([...ERROR_COLOURS.falsePositive]);
    expect(colourAt(table, 1, 0)).toEqual(CLEAR);
  });
});

test("the cells' tables together light every scored pair once and nothing else", () => {
  const lit = new Map<string, number>();
  for (let truth = 0; truth < 3; truth++) {
    for (let predicted = 0; predicted < 3; predicted++) {
      const table = cellTable(MEETING, truth, predicted);
      for (let first = 0; first < 256; first++) {
        for (let second = 0; second < 256; second++) {
          if (colourAt(table, first, second)[3]! > 0) {
            const key = `${first},${second}`;
            lit.set(key, (lit.get(key) ?? 0) + 1);
          }
        }
      }
    }
  }
  expect(lit.size).toBe(9);
  expect([...lit.values()].every((count) => count === 1)).toBe(true);
});

test("changes compare by class, not by id", () => {
  const table = changeTable(
    [
      { key: "tree", colour: [0, 255, 0] },
      { key: "car", colour: [255, 255, 0] },
    ],
    [{ key: "car" }, { key: "tree" }],
  );
  expect(colourAt(table, 0, 1)).toEqual(CLEAR);
  expect(colourAt(table, 0, 0)).toEqual([0, 255, 0, 255]);
  expect(colourAt(table, 1, 255)).toEqual(CLEAR);
});

test("a ramp with nodata leaves 255 clear, a full one does not", () => {
  expect(colourAt(rampTable(false), 255)).toEqual(CLEAR);
  expect(colourAt(rampTable(true), 255)[3]).toBe(255);
});
