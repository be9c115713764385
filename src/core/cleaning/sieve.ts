/**
 * Small patches become part of their largest neighbour, in three passes over the rows: patches are counted, compared
 * with their neighbours, rewritten. Memory grows with the number of patches, not with the raster.
 *
 * A patch is what hangs together along pixel edges. One below the least size takes the class of its largest neighbour;
 * where that is too small as well, of that one's largest neighbour, and so on; where that leads to none that is large
 * enough it stays. Ignored pixels are no patch and nobody's neighbour.
 *
 * Source: the same rule, ties included, as GDALSieveFilter with four neighbours (GDAL, alg/gdalsievefilter.cpp), against
 * which it is tested.
 */

export interface Sieve {
  /** First pass, every row from the top. */
  measure(row: Uint8Array): void;
  /** Second pass. */
  compare(row: Uint8Array): void;
  /** Third pass: the row is rewritten in place. */
  rewrite(row: Uint8Array): void;
  /** Patches that were taken in, after the second pass. */
  mergedPatches(): number;
}

const NONE = -1;

/** @param leastPx Patches of fewer pixels go. */
export function createSieve(widthPx: number, leastPx: number, ignoredId: number): Sieve {
  const parents: number[] = [];
  const sizes: number[] = [];
  const classes: number[] = [];
  let above = new Int32Array(widthPx).fill(NONE);
  let labels = new Int32Array(widthPx).fill(NONE);
  const aboveRow = new Uint8Array(widthPx).fill(ignoredId);
  /** Labels given out in this pass: a pass that joins nothing gives the same ones in the same order. */
  let nextLabel = 0;
  let pass: "measure" | "compare" | "rewrite" = "measure";
  let neighbours = new Int32Array(0);
  let targets: Int32Array | null = null;

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

  /** Labels of the next row in `labels`, those of the last one in `above`. */
  function labelRow(row: Uint8Array, joins: boolean): void {
    [above, labels] = [labels, above];
    for (let col = 0, end = 0; col < widthPx; col = end) {
      const id = row[col]!;
      for (end = col + 1; end < widthPx && row[end] === id; ) end++;
      let label = NONE;
      for (let at = col; at < end && id !== ignoredId; at++) {
        if (aboveRow[at] !== id || above[at] === NONE) continue;
        const touched = find(above[at]!);
        label = label === NONE || !joins ? touched : join(label, touched);
      }
      if (label === NONE && id !== ignoredId) label = labelFor(id);
      if (label !== NONE && joins) sizes[label]! += end - col;
      labels.fill(label, col, end);
    }
    aboveRow.set(row);
  }

  function enter(next: typeof pass): void {
    if (pass === next) return;
    pass = next;
    nextLabel = 0;
    labels.fill(NONE);
    aboveRow.fill(ignoredId);
    if (next === "compare") neighbours = new Int32Array(parents.length).fill(NONE);
  }

  function offer(patch: number, neighbour: number): void {
    if (sizes[patch]! >= leastPx) return;
    const best = neighbours[patch]!;
    if (best === NONE || sizes[best]! < sizes[neighbour]!) neighbours[patch] = neighbour;
  }

  function meet(one: number, other: number): void {
    if (one === NONE || other === NONE || one === other) return;
    offer(one, other);
    offer(other, one);
  }

  /** For every patch the one whose class it takes: itself, or the first large one on the way from neighbour to neighbour. */
  function decidedTargets(): Int32Array {
    targets ??= Int32Array.from(parents, (parent, patch) => {
      if (parent !== patch || sizes[patch]! >= leastPx) return patch;
      const seen = new Set([patch]);
      for (let at = neighbours[patch]!; at !== NONE && !seen.has(at); at = neighbours[at]!) {
        if (sizes[at]! >= leastPx) return at;
        seen.add(at);
      }
      return patch;
    });
    return targets;
  }

  return {
    measure: (row) => labelRow(row, true),
    compare(row) {
      enter("compare");
      labelRow(row, false);
      for (let col = 0; col < widthPx; col++) {
        meet(labels[col]!, above[col]!);
        if (col > 0) meet(labels[col]!, labels[col - 1]!);
      }
    },
    rewrite(row) {
      enter("rewrite");
      labelRow(row, false);
      const target = decidedTargets();
      for (let col = 0; col < widthPx; col++) {
        const label = labels[col]!;
        if (label !== NONE) row[col] = classes[target[label]!]!;
      }
    },
    mergedPatches: () =>
      decidedTargets().reduce(
        (count, target, patch) => count + Number(target !== patch && parents[patch] === patch),
        0,
      ),
  };
}
