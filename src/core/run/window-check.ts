/**
 * A run's own windows, computed again on the CPU: which ones, what their logits say, and what may have been missed.
 *
 * The golden pair is one window; graphics drivers have been met that compute some windows wrongly and others right, by
 * what is in them (microsoft/onnxruntime #29807).
 */

/** A window by its first column and row on the working grid. */
export interface WindowPlace {
  readonly col: number;
  readonly row: number;
}

export interface WindowCheckFacts {
  readonly verdict: "agree" | "differ";
  /** Windows the run computed, of which those below are a sample. */
  readonly windows: number;
  /** Drawn by chance, from the run's name. */
  readonly randomWindows: number;
  /** Drawn because the network was least certain of them. */
  readonly unsureWindows: number;
  readonly wrongWindows: number;
  /** Largest difference between two logits; null where one is no number. */
  readonly largestDifference: number | null;
  /** Above it a window counts as wrong. */
  readonly tolerance: number;
  /** Share of logit pixels with the same class, 0–1. */
  readonly equalShare: number;
  /** Share of wrong windows that such a sample misses once in twenty times; null where wrong ones were found. */
  readonly escapedShare: number | null;
  /** What they were computed on. */
  readonly reference: string;
  readonly seconds: number;
}

/** With a quarter of a run's windows wrong, twelve find one in 97 of 100 runs. */
export const WINDOWS_CHECKED = 12;
/** Of these, drawn by the network's own doubt. */
export const UNSURE_WINDOWS = 2;
const RISK = 0.05;

/** Place of a window in the draw of a run, a whole number below 2³²: the smallest are drawn. */
export function drawOf(seed: string, { col, row }: WindowPlace): number {
  let hash = 0x811c9dc5;
  for (const char of `${seed} ${col} ${row}`) hash = Math.imul(hash ^ char.codePointAt(0)!, 0x01000193);
  // FNV alone leaves neighbours close together (finaliser of MurmurHash3).
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/**
 * The largest share of wrong windows among `windows` of which `drawn` drawn by chance show none once in twenty times:
 * the hypergeometric distribution's upper bound.
 */
export function escapedShare(windows: number, drawn: number): number {
  const isLikely = (wrong: number) => {
    let chance = 1;
    for (let at = 0; at < drawn; at++) chance *= Math.max(0, windows - wrong - at) / (windows - at);
    return chance > RISK;
  };
  let [likely, unlikely] = [0, windows + 1];
  while (unlikely - likely > 1) {
    const middle = Math.floor((likely + unlikely) / 2);
    if (isLikely(middle)) likely = middle;
    else unlikely = middle;
  }
  return windows === 0 ? 0 : likely / windows;
}

/** Logits of one window, `[classes, side, side]`. */
export interface WindowDifference {
  readonly largest: number;
  readonly equalPixels: number;
  readonly pixels: number;
  /** Largest absolute value of the reference. */
  readonly magnitude: number;
}

/** NaN anywhere makes the difference NaN. */
export function compareWindow(found: Float32Array, wanted: Float32Array, classCount: number): WindowDifference {
  let largest = found.length === wanted.length ? 0 : Number.NaN;
  let magnitude = 0;
  for (let at = 0; at < wanted.length; at++) {
    const difference = Math.abs(found[at]! - wanted[at]!);
    if (!(difference <= largest)) largest = Number.isNaN(largest) ? largest : difference;
    magnitude = Math.max(magnitude, Math.abs(wanted[at]!));
  }
  const pixels = wanted.length / classCount;
  let equalPixels = 0;
  for (let pixel = 0; pixel < pixels; pixel++) {
    if (bestOf(found, pixel, pixels, classCount) === bestOf(wanted, pixel, pixels, classCount)) equalPixels++;
  }
  return { largest, equalPixels, pixels, magnitude };
}

function bestOf(logits: Float32Array, pixel: number, planePx: number, classCount: number): number {
  let best = 0;
  for (let c = 1; c < classCount; c++) if (logits[c * planePx + pixel]! > logits[best * planePx + pixel]!) best = c;
  return best;
}

/** Tolerance in shares of the largest logit: beside the golden pair's own, and for models without one. */
const LEAST_TOLERANCE = 0.001;
const TOLERANCE_WITHOUT_GOLDEN = 0.01;

/**
 * Largest difference between logits that is put down to rounding.
 *
 * @param golden     Tolerance of the model's golden pair; null without one.
 * @param magnitude  Largest absolute logit.
 */
export function toleranceOf(golden: number | null, magnitude: number): number {
  return golden === null ? TOLERANCE_WITHOUT_GOLDEN * magnitude : Math.max(golden, LEAST_TOLERANCE * magnitude);
}

/** "12 of 961 windows computed again on the CPU: max Δ 4.8e-6 (tolerance 0.018), 100 % of pixels equal; …". */
export function spellWindowCheck(check: WindowCheckFacts): string {
  const { windows, randomWindows, unsureWindows, wrongWindows } = check;
  const checked = randomWindows + unsureWindows;
  const which = checked === windows ? `All ${windows}` : `${checked} of ${windows}`;
  const found =
    wrongWindows > 0
      ? `${wrongWindows} of them ${wrongWindows === 1 ? "is" : "are"} wrong, and others will be`
      : spellEscaped(check);
  return `${which} windows were computed again on the CPU: largest difference ${check.largestDifference?.toPrecision(2) ?? "without end"} in logits (tolerance ${check.tolerance.toPrecision(2)}), ${percent(check.equalShare)} of pixels equal; ${found}.`;
}

function spellEscaped({ escapedShare: share }: WindowCheckFacts): string {
  return share === null || share === 0
    ? "none is wrong"
    : `none is wrong, which would still be seen once in 20 runs with ${Math.round(100 * share)} % of all windows wrong`;
}

function percent(share: number): string {
  return share === 1 ? "100 %" : `${(Math.floor(10_000 * share) / 100).toFixed(2)} %`;
}
