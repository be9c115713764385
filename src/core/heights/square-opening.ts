/** Morphological opening of a grid by a square, clipped at the border: separable running minima and maxima. */

/**
 * Puts the lowest, then the highest height within `radius` cells in the place of each, row-major `[rows, cols]`.
 *
 * Runs in time independent of the radius (van Herk 1992, with a queue of candidates).
 */
export function openBySquare(heights: Float64Array, cols: number, rows: number, radius: number): void {
  runAlongBoth(heights, cols, rows, radius, (one, other) => one <= other);
  runAlongBoth(heights, cols, rows, radius, (one, other) => one >= other);
}

type Beats = (one: number, other: number) => boolean;

function runAlongBoth(values: Float64Array, cols: number, rows: number, radius: number, beats: Beats): void {
  const queue = new Int32Array(Math.max(cols, rows));
  const line = new Float64Array(Math.max(cols, rows));
  for (let row = 0; row < rows; row++) {
    runAlong(values, row * cols, 1, cols, radius, beats, line, queue);
  }
  for (let col = 0; col < cols; col++) {
    runAlong(values, col, cols, rows, radius, beats, line, queue);
  }
}

/** Replaces `count` values from `start`, `step` apart, by the best of their neighbourhoods. */
function runAlong(
  values: Float64Array,
  start: number,
  step: number,
  count: number,
  radius: number,
  beats: Beats,
  line: Float64Array,
  queue: Int32Array,
): void {
  for (let index = 0; index < count; index++) {
    line[index] = values[start + index * step]!;
  }
  let first = 0;
  let last = 0;
  for (let entering = 0; entering < count + radius; entering++) {
    if (entering < count) {
      while (last > first && beats(line[entering]!, line[queue[last - 1]!]!)) {
        last--;
      }
      queue[last++] = entering;
    }
    const centre = entering - radius;
    if (centre >= 0) {
      while (queue[first]! < centre - radius) {
        first++;
      }
      values[start + centre * step] = line[queue[first]!]!;
    }
  }
}
