/** Open cells of a grid closed by what lies around them (docs/heights.md, step 2; twin: `heights/fill_holes.py`). */

/** A grid of heights in metres, row-major; `open` is 1 where the height is not known. */
export interface OpenGrid {
  readonly cols: number;
  readonly rows: number;
  readonly heights: Float64Array;
  readonly open: Uint8Array;
}

const RELAXATIONS = 24;

/** The heights with every open cell filled, as a new array; with no known cell at all everything becomes 0. */
export function fillHoles(grid: OpenGrid): Float64Array {
  const filled = grid.heights.slice();
  fillHolesOf({ ...grid, heights: filled });
  return filled;
}

/** As `fillHoles`, in the grid's own heights: large grids are there once. */
export function fillHolesOf({ cols, rows, heights, open }: OpenGrid): void {
  if (!open.includes(1)) {
    return;
  }
  if (!open.includes(0)) {
    heights.fill(0);
    return;
  }
  if (Math.max(cols, rows) <= 2) {
    const known = heights.filter((_, cell) => open[cell] === 0);
    const mean = known.reduce((sum, height) => sum + height, 0) / known.length;
    setOpen(heights, open, () => mean);
    return;
  }
  const blocks = halve({ cols, rows, heights, open });
  fillHolesOf(blocks);
  setOpen(heights, open, (cell) => {
    const row = Math.floor(cell / cols);
    return blocks.heights[(row >> 1) * blocks.cols + ((cell - row * cols) >> 1)]!;
  });
  relax(heights, cols, rows, open);
}

function setOpen(heights: Float64Array, open: Uint8Array, heightOf: (cell: number) => number): void {
  for (let cell = 0; cell < heights.length; cell++) {
    if (open[cell] === 1) {
      heights[cell] = heightOf(cell);
    }
  }
}

/** Means of the known cells of each 2 × 2 block. */
function halve({ cols, rows, heights, open }: OpenGrid): OpenGrid {
  const coarse = { cols: (cols + 1) >> 1, rows: (rows + 1) >> 1 };
  const means = new Float64Array(coarse.cols * coarse.rows);
  const count = new Uint8Array(means.length);
  for (let row = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++) {
      const cell = row * cols + col;
      if (open[cell] === 0) {
        const block = (row >> 1) * coarse.cols + (col >> 1);
        means[block]! += heights[cell]!;
        count[block]!++;
      }
    }
  }
  for (let block = 0; block < means.length; block++) {
    means[block]! /= Math.max(1, count[block]!);
    count[block] = count[block] === 0 ? 1 : 0;
  }
  return { ...coarse, heights: means, open: count };
}

/** Moves open cells towards the mean of their four neighbours, all at once, over and over. */
function relax(heights: Float64Array, cols: number, rows: number, open: Uint8Array): void {
  // As they were before this pass: the row and the one above it.
  let here = new Float64Array(cols);
  let above = new Float64Array(cols);
  for (let pass = 0; pass < RELAXATIONS; pass++) {
    for (let row = 0; row < rows; row++) {
      const start = row * cols;
      here.set(heights.subarray(start, start + cols));
      for (let col = 0; col < cols; col++) {
        const cell = start + col;
        if (open[cell] === 0) {
          continue;
        }
        const old = here[col]!;
        const vertical = (row > 0 ? above[col]! : old) + (row < rows - 1 ? heights[cell + cols]! : old);
        const horizontal = (col > 0 ? here[col - 1]! : old) + (col < cols - 1 ? here[col + 1]! : old);
        heights[cell] = (vertical + horizontal) / 4;
      }
      [here, above] = [above, here];
    }
  }
}
