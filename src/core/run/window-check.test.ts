import { expect, test } from "vitest";
import { compareWindow, drawOf, escapedShare, spellWindowCheck } from "./window-check";

/** SciPy 1.15: the largest K with `hypergeom.pmf(0, windows, K, drawn) > 0.05`. */
test.each([
  [1, 1, 0],
  [12, 12, 0],
  [13, 10, 1],
  [20, 10, 3],
  [49, 10, 11],
  [100, 10, 24],
  [961, 10, 247],
  [961, 12, 211],
  [100_000, 10, 25_885],
])("of %i windows, %i drawn and none wrong: %i wrong ones could have escaped", (windows, drawn, wrong) => {
  expect(escapedShare(windows, drawn) * windows).toBeCloseTo(wrong, 6);
});

test("the draw depends on the run's name alone and favours no place", () => {
  const places = Array.from({ length: 4096 }, (_, at) => ({ col: 192 * (at % 64), row: 192 * Math.floor(at / 64) }));
  const draws = places.map((place) => drawOf("mask-run-7", place));
  expect(draws).toEqual(places.map((place) => drawOf("mask-run-7", place)));
  expect(draws).not.toEqual(places.map((place) => drawOf("mask-run-8", place)));
  // A sixteenth of evenly spread numbers lies below 2²⁸; four standard deviations of the binomial distribution.
  for (const half of [draws.slice(0, 2048), draws.slice(2048), draws.filter((_, at) => at % 2 === 0)]) {
    const low = half.filter((draw) => draw < 2 ** 28).length;
    expect(Math.abs(low - 128)).toBeLessThan(4 * Math.sqrt(2048 * (1 / 16) * (15 / 16)));
  }
});

test("windows are compared logit by logit and class by class", () => {
  const wanted = Float32Array.of(1, 5, 2, 4);
  expect(compareWindow(Float32Array.of(1.5, 5, 2, 5.5), wanted, 2)).toEqual({
    largest: 1.5,
    equalPixels: 1,
    pixels: 2,
    magnitude: 5,
  });
  expect(compareWindow(Float32Array.of(1, Number.NaN, 9, 4), wanted, 2).largest).toBeNaN();
  expect(compareWindow(Float32Array.of(1, 5), wanted, 2).largest).toBeNaN();
});

test("what was found is said in one sentence", () => {
  const facts = {
    verdict: "agree",
    windows: 961,
    randomWindows: 10,
    unsureWindows: 2,
    wrongWindows: 0,
    largestDifference: 4.83e-6,
    tolerance: 0.0177,
    equalShare: 1,
    escapedShare: 247 / 961,
    reference: "WebAssembly",
    seconds: 3,
  } as const;
  expect(spellWindowCheck(facts)).toBe(
    "12 of 961 windows were computed again on the CPU: largest difference 0.0000048 in logits (tolerance 0.018), 100 % of pixels equal; none is wrong, which would still be seen once in 20 runs with 26 % of all windows wrong.",
  );
  expect(
    spellWindowCheck({
      ...facts,
      verdict: "differ",
      wrongWindows: 3,
      largestDifference: 7.1,
      equalShare: 0.89996,
      escapedShare: null,
    }),
  ).toBe(
    "12 of 961 windows were computed again on the CPU: largest difference 7.1 in logits (tolerance 0.018), 89.99 % of pixels equal; 3 of them are wrong, and others will be.",
  );
});
