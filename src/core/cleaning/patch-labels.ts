/**
 * Patches of a class map (what hangs together along pixel edges), numbered while rows go by: a first pass joins and
 * counts, every later one finds the same numbers again. Memory grows with the number of patches, not with the raster.
 */

/** Label of pixels that are ignored, and of what lies outside. */
export const NO_PATCH = -1;

export interface PatchLabels {
  /** Of the row that was labelled last, and of the one above it; `find` says which patch a label is part of. */
  readonly labels: Int32Array;
  readonly above: Int32Array;
  /** By label; `sizes` in pixels, complete after the first pass, `parents` a label itself where it stands for its patch. */
  readonly parents: readonly number[];
  readonly sizes: readonly number[];
  readonly classes: readonly number[];
  find(label: number): number;
  /** Before the first row of each pass. @param joins True in the first pass only. */
  begin(joins: boolean): void;
  next(row: Uint8Array): void;
}

export function createPatchLabels(widthPx: number, ignoredId: number): PatchLabels {
  const parents: number[] = [];
  const sizes: number[] = [];
  const classes: number[] = [];
  let above = new Int32Array(widthPx).fill(NO_PATCH);
  let labels = new Int32Array(widthPx).fill(NO_PATCH);
  const aboveRow = new Uint8Array(widthPx).fill(ignoredId);
  /** Labels given out in this pass: a pass that joins nothing gives the same ones in the same order. */
  let nextLabel = 0;
  let isJoining = true;

  function find(label: number): number {
    let root = label;
    while (parents[root] !== root) root = parents[root]!;
    for (let at = label; at !== root; ) [at, parents[at]] = [parents[at]!, root];
    return root;
  }

  function join(one: number, other: number): number {
    const [kept, gone] = [Math.min(one, other), Math.max(one, other)];
    if (kept !== gone) {
      parents[gone] = kept;
      sizes[kept]! += sizes[gone]!;
    }
    return kept;
  }

  function labelFor(classId: number): number {
    const label = nextLabel++;
    if (label === parents.length) {
      parents.push(label);
      sizes.push(0);
      classes.push(classId);
    }
    return find(label);
  }

  return {
    get labels() {
      return labels;
    },
    get above() {
      return above;
    },
    parents,
    sizes,
    classes,
    find,
    begin(joins) {
      isJoining = joins;
      nextLabel = 0;
      labels.fill(NO_PATCH);
      aboveRow.fill(ignoredId);
    },
    next(row) {
      [above, labels] = [labels, above];
      for (let col = 0, end = 0; col < widthPx; col = end) {
        const id = row[col]!;
        for (end = col + 1; end < widthPx && row[end] === id; ) end++;
        let label = NO_PATCH;
        for (let at = col; at < end && id !== ignoredId; at++) {
          if (aboveRow[at] !== id || above[at] === NO_PATCH) continue;
          const touched = find(above[at]!);
          label = label === NO_PATCH || !isJoining ? touched : join(label, touched);
        }
        if (label === NO_PATCH && id !== ignoredId) label = labelFor(id);
        if (label !== NO_PATCH && isJoining) sizes[label]! += end - col;
        labels.fill(label, col, end);
      }
      aboveRow.set(row);
    },
  };
}
