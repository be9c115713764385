/**
 * Smallest value of a smooth function, by limited-memory BFGS with a backtracking line search (Nocedal & Wright,
 * Numerical Optimization, algorithms 7.4, 7.5 and 3.1). The same start gives the same steps.
 */

/** Writes the gradient at `at` and returns the value there. */
export type Smooth = (at: Float64Array, gradient: Float64Array) => number;

interface MinimiseSettings {
  readonly mostSteps: number;
  /** Ends where no part of the gradient is larger. */
  readonly leastGradient: number;
}

interface Pair {
  readonly step: Float64Array;
  readonly change: Float64Array;
  readonly product: number;
}

const MEMORY = 8;
/** Share of the slope's promise that a step must keep. */
const SUFFICIENT = 1e-4;
const MOST_HALVINGS = 30;

/** @returns Where the search ended; never worse than `start`. */
export function minimise(smooth: Smooth, start: Float64Array, settings: MinimiseSettings): Float64Array {
  let at = start.slice();
  let gradient = new Float64Array(at.length);
  let value = smooth(at, gradient);
  const pairs: Pair[] = [];
  for (let steps = 0; steps < settings.mostSteps && largest(gradient) > settings.leastGradient; steps++) {
    let direction = descent(gradient, pairs);
    let slope = dot(gradient, direction);
    if (slope >= 0) {
      pairs.length = 0;
      direction = descent(gradient, pairs);
      slope = dot(gradient, direction);
    }
    const next = new Float64Array(at.length);
    const nextGradient = new Float64Array(at.length);
    let length = pairs.length === 0 ? Math.min(1, 1 / norm(gradient)) : 1;
    let nextValue = Number.NaN;
    let halvings = 0;
    for (; halvings < MOST_HALVINGS; halvings++, length /= 2) {
      for (let i = 0; i < at.length; i++) next[i] = at[i]! + length * direction[i]!;
      nextValue = smooth(next, nextGradient);
      if (nextValue <= value + SUFFICIENT * length * slope) break;
    }
    if (halvings === MOST_HALVINGS) break;
    const step = difference(next, at);
    const change = difference(nextGradient, gradient);
    const product = dot(step, change);
    if (product > 1e-12 * dot(change, change)) pairs.push({ step, change, product });
    if (pairs.length > MEMORY) pairs.shift();
    [at, gradient, value] = [next, nextGradient, nextValue];
  }
  return at;
}

/** Minus the gradient, bent by the curvature seen in the last steps. */
function descent(gradient: Float64Array, pairs: readonly Pair[]): Float64Array {
  const direction = gradient.map((value) => -value);
  const shares = new Float64Array(pairs.length);
  for (let i = pairs.length - 1; i >= 0; i--) {
    const { step, change, product } = pairs[i]!;
    shares[i] = dot(step, direction) / product;
    add(direction, -shares[i]!, change);
  }
  const last = pairs.at(-1);
  if (last !== undefined) {
    const scale = last.product / dot(last.change, last.change);
    for (let i = 0; i < direction.length; i++) direction[i]! *= scale;
  }
  for (const [i, { step, change, product }] of pairs.entries()) {
    add(direction, shares[i]! - dot(change, direction) / product, step);
  }
  return direction;
}

function add(target: Float64Array, factor: number, values: Float64Array): void {
  for (let i = 0; i < target.length; i++) target[i]! += factor * values[i]!;
}

function difference(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, i) => value - b[i]!);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function norm(values: Float64Array): number {
  return Math.sqrt(dot(values, values));
}

function largest(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
