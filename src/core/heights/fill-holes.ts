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
export function fillHoles({ cols, rows, heights, open }: OpenGrid): Float64Array {
  if (!open.includes(1)) {
    return heights.slice();
  }
  if (!open.includes(0)) {
    return new Float64Array(heights.length);
  }
  if (Math.max(cols, rows) <= 2) {
    const known = heights.filter((_, cell) => open[cell] === 0);
    const mean = known.reduce((sum, height) => sum + height, 0) / known.length;
    return heights.map((height, cell) => (open[cell] === 1 ? mean : height));
  }
  const blocks = halve({ cols, rows, heights, open });
  const coarse = fillHoles(blocks);
  const filled = heights.map((height, cell) => {
    const row = Math.floor(cell / cols);
    return open[cell] === 1 ? coarse[(row >> 1) * blocks.cols + ((cell - row * cols) >> 1)]! : height;
  });
  relax(filled, cols, rows, open);
  return filled;
}

/** Means of the known cells of each 2 × 2 block. */
function halve({ cols, rows, heights, open }: OpenGrid): OpenGrid {
  const coarse = { cols: (cols + 1) >> 1, rows: (rows + 1) >> 1 };
  const total = new Float64Array(coarse.cols * coarse.rows);
  const count = new Uint8Array(total.length);
  for (let row = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++) {
      const cell = row * cols + col;
      if (open[cell] === 0) {
        const block = (row >> 1) * coarse.cols + (col >> 1);
        total[block]! += heights[cell]!;
        count[block]!++;
      }
    }
  }
  return {
    ...coarse,
    heights: total.map((sum, block) => sum / Math.max(1, count[block]!)),
    open: count.map((known) => (known === 0 ? 1 : 0)),
  };
}

/** Moves open cells towards the mean of their four neighbours, all at once, over and over. */
function relax(heights: Float64Array, cols: number, rows: number, open: Uint8Array): void {
  const cells = Uint32Array.from(cellsOf(open));
  const next = new Float64Array(cells.length);
  for (let pass = 0; pass < RELAXATIONS; pass++) {
    for (let index = 0; index < cells.length; index++) {
      const cell = cells[index]!;
      const row = Math.floor(cell / cols);
      const col = cell - row * cols;
      const vertical = heights[row > 0 ? cell - cols : cell]! + heights[row < rows - 1 ? cell + cols : cell]!;
      const horizontal = heights[col > 0 ? cell - 1 : cell]! + heights[col < cols - 1 ? cell + 1 : cell]!;
      next[index] = (vertical + horizontal) / 4;
    }
    for (let index = 0; index < cells.length; index++) {
      heights[cells[index]!] = next[index]!;
    }
  }
}

function* cellsOf(marked: Uint8Array): Generator<number> {
  for (let cell = 0; cell < marked.length; cell++) {
    if (marked[cell] === 1) {
      yield cell;
    }
  }
}
