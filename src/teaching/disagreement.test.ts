/** Disagreement worked out by hand. */
import { expect, test } from "vitest";
import { disagreement } from "./disagreement";
import type { TaughtHead } from "./head";

const SHAPE = { features: 1, bank: 0, oldClasses: 2 };
/** One feature, and old logits that favour neither class. */
const SAMPLES = [9, 9, 9, 1, 0, 0];

/** Tells the first class with this probability wherever the feature is 1. */
function headOf(probability: number): TaughtHead {
  const logit = Math.log(probability / (1 - probability));
  return { classes: 2, values: 1, weights: Float64Array.of(logit, 0), bias: new Float64Array(2), hidden: null };
}

test.each([
  ["one head alone", [0.9], 0],
  ["equal heads", [0.9, 0.9, 0.9], 0],
  // Mean 0.7: each is 0.1 away.
  ["heads that nearly agree", [0.8, 0.6], 0.1],
  // Mean 0.6: 0.3, 0.3 and 0.6 away.
  ["one of three against the others", [0.9, 0.9, 1e-12], 0.4],
])("of %s", (_, probabilities, wanted) => {
  expect(disagreement(probabilities.map(headOf), SHAPE, SAMPLES, 3)).toBeCloseTo(wanted, 6);
});
