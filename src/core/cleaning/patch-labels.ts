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
  const known = new KnownPatches();
  let above = new Int32Array(widthPx).fill(NO_PATCH);
  let labels = new Int32Array(widthPx).fill(NO_PATCH);
  const aboveRow = new Uint8Array(widthPx).fill(ignoredId);
  /** Labels given out in this pass: a pass that joins nothing gives the same ones in the same order. */
  let nextLabel = 0;
  let isJoining = true;
  return {
    get labels() {
      return labels;
    },
    get above() {
      return above;
    },
    parents: known.parents,
    sizes: known.sizes,
    classes: known.classes,
    find: (label) => known.find(label),
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
          const touched = known.find(above[at]!);
          label = label === NO_PATCH || !isJoining ? touched : known.join(label, touched);
        }
        if (label === NO_PATCH && id !== ignoredId) label = known.labelled(nextLabel++, id);
        if (label !== NO_PATCH && isJoining) known.sizes[label]! += end - col;
        labels.fill(label, col, end);
      }
      aboveRow.set(row);
    },
  };
}

/** What the last row touches: above it, which is outside for the first one, and from pixel to pixel in it. */
export function meetNeighbours(
  { labels, above }: Pick<PatchLabels, "labels" | "above">,
  meet: (one: number, other: number) => void,
): void {
  for (let col = 0; col < labels.length; col++) {
    meet(labels[col]!, above[col]!);
    if (col > 0) meet(labels[col]!, labels[col - 1]!);
  }
}

/** Union–find over labels; the lowest label of a patch stands for it. */
class KnownPatches {
  readonly parents: number[] = [];
  readonly sizes: number[] = [];
  readonly classes: number[] = [];

  find(label: number): number {
    const { parents } = this;
    let root = label;
    while (parents[root] !== root) root = parents[root]!;
    for (let at = label; at !== root; ) [at, parents[at]] = [parents[at]!, root];
    return root;
  }

  join(one: number, other: number): number {
    const [kept, gone] = [Math.min(one, other), Math.max(one, other)];
    if (kept !== gone) {
      this.parents[gone] = kept;
      this.sizes[kept]! += this.sizes[gone]!;
    }
    return kept;
  }

  /** @param label The next new one, or one that an earlier pass gave out here. */
  labelled(label: number, classId: number): number {
    if (label === this.parents.length) {
      this.parents.push(label);
      this.sizes.push(0);
      this.classes.push(classId);
    }
    return this.find(label);
  }
}
