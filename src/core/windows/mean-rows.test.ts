/** Area means of rows that come in pieces, against NumPy. */
import { describe, expect, test } from "vitest";
import { runPython, withoutPython } from "../../testing/run-python";
import { MeanRows } from "./mean-rows";

const WIDTH = 47;
const HEIGHT = 61;
const at = (col: number, row: number) => (Math.imul(col + 1, 7919) ^ Math.imul(row + 1, 104729)) & 255;
const isMissing = (col: number, row: number) => (row < 9 && col > 20 && col < 31) || (col * 7 + row * 3) % 11 === 0;

function imageRows(firstRow: number, rowCount: number, fromCol: number, toCol: number) {
  const pixels = Array.from({ length: rowCount * (toCol - fromCol) }, (_, index) => {
    const col = fromCol + (index % (toCol - fromCol));
    const row = firstRow + Math.floor(index / (toCol - fromCol));
    return { value: at(col, row), valid: isMissing(col, row) ? 0 : 1 };
  });
  return {
    bands: [Uint8Array.from(pixels, ({ value }) => value)],
    valid: Uint8Array.from(pixels, ({ valid }) => valid),
  };
}

/** Everything that comes out of rows handed in by `pieces`, as one array with NaN for missing pixels. */
function meansOf(scale: number, firstCol: number, widthPx: number, pieces: readonly number[], startRow = 0) {
  const imageFirstCol = Math.floor(firstCol * scale);
  const imageEnd = Math.min(WIDTH, Math.ceil((firstCol + widthPx) * scale));
  const means = new MeanRows({
    scale,
    firstCol,
    widthPx,
    imageFirstCol,
    imageWidthPx: imageEnd - imageFirstCol,
    imageHeightPx: HEIGHT,
    bandCount: 1,
  });
  const found: (number | null)[] = [];
  let first: number | null = null;
  let next = 0;
  let row = startRow;
  for (let piece = 0; row < HEIGHT; piece++) {
    const rowCount = Math.min(pieces[piece % pieces.length]!, HEIGHT - row);
    means.add(
      row,
      rowCount,
      imageRows(row, rowCount, imageFirstCol, imageEnd),
      (workingRow, count, { bands, valid }) => {
        first ??= workingRow;
        expect(workingRow).toBe(next === 0 ? workingRow : next);
        next = workingRow + count;
        for (const [index, value] of bands[0]!.entries())
          found.push(valid === null || valid[index] === 1 ? value : null);
      },
    );
    row += rowCount;
  }
  return { first, found };
}

const JUDGE = `import json, sys
import numpy as np
given = json.load(sys.stdin)
values = np.array(given["values"], float).reshape(given["height"], given["width"])
valid = np.array(given["valid"], float).reshape(values.shape)
def shares(length, scale):
    cells = int(np.ceil(length / scale - 1e-9))
    pixel, cell = np.arange(length)[None, :], np.arange(cells)[:, None]
    return np.clip(np.minimum(pixel + 1, (cell + 1) * scale) - np.maximum(pixel, cell * scale), 0, None)
def means(scale):
    down, along = shares(given["height"], scale), shares(given["width"], scale)
    weight = down @ valid @ along.T
    with np.errstate(invalid="ignore"):
        mean = (down @ (values * valid) @ along.T) / weight
    return [[None if weight[r, c] < 1e-9 else mean[r, c] for c in range(mean.shape[1])] for r in range(mean.shape[0])]
print(json.dumps([means(scale) for scale in given["scales"]]))`;

describe("means over the pixels of a coarser grid", () => {
  const scales = [1.5, 2, 2.5, 3.508_77, 4, 0.4];

  test.skipIf(withoutPython)(
    "are NumPy's, whatever the pieces, holes and columns; a later start skips what is cut",
    () => {
      const judged = runPython(JUDGE, {
        width: WIDTH,
        height: HEIGHT,
        values: Array.from({ length: WIDTH * HEIGHT }, (_, index) => at(index % WIDTH, Math.floor(index / WIDTH))),
        valid: Array.from({ length: WIDTH * HEIGHT }, (_, index) =>
          isMissing(index % WIDTH, Math.floor(index / WIDTH)) ? 0 : 1,
        ),
        scales,
      }) as (number | null)[][][];
      for (const [index, scale] of scales.entries()) {
        const grid = judged[index]!;
        const [firstCol, widthPx] = [2, grid[0]!.length - 3];
        for (const [pieces, startRow] of [
          [[1], 0],
          [[7, 3, 16], 0],
          [[64], 0],
          [[5], 13],
        ] as const) {
          const { first, found } = meansOf(scale, firstCol, widthPx, pieces, startRow);
          expect(first).toBe(startRow === 0 ? 0 : Math.ceil(startRow / scale - 1e-9));
          const wanted = grid.slice(first!).flatMap((row) => row.slice(firstCol, firstCol + widthPx));
          expect(found.map((value) => value === null)).toEqual(wanted.map((value) => value === null));
          for (const [pixel, value] of found.entries()) {
            if (value !== null) expect(Math.abs(value - wanted[pixel]!)).toBeLessThan(1e-3);
          }
        }
      }
    },
  );

  test("a checkerboard finer than the grid comes out grey", () => {
    const means = new MeanRows({
      scale: 2.5,
      firstCol: 0,
      widthPx: 8,
      imageFirstCol: 0,
      imageWidthPx: 20,
      imageHeightPx: 20,
      bandCount: 1,
    });
    const board = Uint8Array.from({ length: 400 }, (_, index) => (((index % 20) + Math.floor(index / 20)) % 2) * 255);
    means.add(0, 20, { bands: [board], valid: null }, (_, __, { bands, valid }) => {
      expect(valid).toBeNull();
      // A pixel of 2.5 × 2.5 holds at most a quarter of a field more of one colour: 0.25 / 6.25 of the contrast.
      for (const value of bands[0]!) expect(Math.abs(value - 127.5)).toBeLessThan(0.5 * 255 * 0.04 + 0.01);
    });
  });
});
