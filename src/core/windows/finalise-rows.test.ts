/** Accumulated sums as class ids and confidence, worked by hand. */
import { describe, expect, test } from "vitest";
import { createLogitRing } from "./accumulate-window";
import { finaliseRows } from "./finalise-rows";

/** Two columns and two rows of three classes; every weight is 2, so sums are twice the means. */
function filled(means: readonly (readonly number[])[]) {
  const ring = createLogitRing({ firstCol: 5, widthPx: 2, capacityRows: 2, classCount: 3 }, true);
  for (const [at, classes] of means.entries()) {
    for (const [c, mean] of classes.entries()) ring.sums[c * 4 + at] = 2 * mean;
  }
  ring.weights!.fill(2);
  return ring;
}
const everywhere = () => true;

describe("finished rows", () => {
  const logits = [
    [Math.log(1), Math.log(2), Math.log(5)],
    [Math.log(5), Math.log(2), Math.log(1)],
    [0, 0, -Math.log(2)],
    [-Math.log(2), 0, 0],
  ];
  const bytes = (...shares: readonly number[]) => shares.map((share) => Math.round(255 * share));

  test("logits: the largest mean, ties to the lower id, and its softmax", () => {
    const { classIds, confidence } = finaliseRows(filled(logits), 0, 2, everywhere, "logits");
    expect([...classIds]).toEqual([2, 0, 0, 1]);
    expect([...confidence!]).toEqual(bytes(0.625, 0.625, 0.4, 0.4));
  });

  test("probabilities are averaged, not put through another softmax", () => {
    const probabilities = [
      [0.125, 0.125, 0.75],
      [0.6, 0.4, 0],
      [0, 1, 0],
      [0.25, 0.125, 0.625],
    ];
    const { classIds, confidence } = finaliseRows(filled(probabilities), 0, 2, everywhere, "probabilities");
    expect([...classIds]).toEqual([2, 0, 1, 2]);
    expect([...confidence!]).toEqual(bytes(0.75, 0.6, 1, 0.625));
  });

  test("the class asked for, whichever is predicted", () => {
    const asked = (kind: "logits" | "probabilities", means: typeof logits, response: number) => [
      ...finaliseRows(filled(means), 0, 1, everywhere, kind, response).confidence!,
    ];
    expect(asked("logits", logits, 1)).toEqual(bytes(0.25, 0.25));
    const probabilities = [
      [0.125, 0.2, 0.675],
      [0.6, 0.4, 0],
    ];
    expect(asked("probabilities", probabilities, 0)).toEqual(bytes(0.125, 0.6));
  });

  test("what is not to be predicted is 255, and its slot is emptied like the others", () => {
    const ring = filled(logits);
    const { classIds, confidence } = finaliseRows(ring, 3, 1, (col, row) => col === 6 && row === 3, "logits");
    // Row 3 lies in the second slot.
    expect([...classIds]).toEqual([255, 1]);
    expect([...confidence!]).toEqual([0, 102]);
    expect([0, 1, 2].map((c) => [...ring.sums.subarray(c * 4 + 2, c * 4 + 4)])).toEqual([
      [0, 0],
      [0, 0],
      [0, 0],
    ]);
    expect([...ring.weights!]).toEqual([2, 2, 0, 0]);
    expect(ring.sums[4]).toBeCloseTo(2 * Math.log(2), 12);
  });

  test("without weights there is no confidence", () => {
    const ring = createLogitRing({ firstCol: 0, widthPx: 1, capacityRows: 1, classCount: 2 }, false);
    ring.sums[1] = 3;
    expect(finaliseRows(ring, 0, 1, everywhere, "logits")).toEqual({ classIds: Uint8Array.of(1), confidence: null });
  });
});
