import { expect, test } from "vitest";
import { columnTaps, FINALISE_SCALED_PARAMS_BYTES, finaliseScaledParams, rowTaps, TAP_WORDS } from "./finalise-scaled";

/** Two image pixels to a working pixel, eight working pixels along both axes. */
const grid = { scale: 2, widthPx: 8, heightPx: 8, image: { widthPx: 16, heightPx: 16 } };

const tapsOf = (words: Uint32Array) => {
  const shares = new Float32Array(words.buffer);
  return Array.from({ length: words.length / TAP_WORDS }, (_, at) => [
    words[at * TAP_WORDS],
    words[at * TAP_WORDS + 1],
    shares[at * TAP_WORDS + 2],
  ]);
};

test("columns 4 to 6 lie at 1.75, 2.25 and 2.75, in a ring from working column 1 on", () => {
  expect(tapsOf(columnTaps(4, 7, grid, 1))).toEqual([
    [0, 1, 0.75],
    [1, 2, 0.25],
    [1, 2, 0.75],
  ]);
});

test("rows 9 and 10 lie at 4.25 and 4.75, in a ring of five", () => {
  expect(tapsOf(rowTaps(9, 11, grid, 5))).toEqual([
    [4, 0, 0.25],
    [4, 0, 0.75],
  ]);
});

test("the kernel is told its sizes in the order of its uniform", () => {
  const call = { rowCount: 3, areProbabilities: true, response: null };
  const sums = { firstCol: 0, widthPx: 8, capacityRows: 5, classCount: 6, keepWeights: true };
  const words = finaliseScaledParams(call, 7, sums, false);
  expect(words.byteLength).toBe(FINALISE_SCALED_PARAMS_BYTES);
  // pixels, columns, width of the sums, pixels of a layer, classes, confidence, probabilities, no class asked for
  expect([...words.subarray(0, 8)]).toEqual([21, 7, 8, 40, 6, 0, 1, 0xffffffff]);
  // Four pixels to a word.
  expect(words[8]).toBe(6);
});
