/**
 * Small patches become part of their largest neighbour, in three passes over the rows: patches are counted, compared
 * with their neighbours, rewritten. Memory grows with the number of patches, not with the raster.
 *
 * A patch is what hangs together along pixel edges. One below the least size of its class takes the class of its largest
 * neighbour; where that is too small as well, of that one's largest neighbour, and so on; where that leads to none that
 * is large enough it stays. Ignored pixels are no patch and nobody's neighbour.
 *
 * Source: with one size for all classes the same rule, ties included, as GDALSieveFilter with four neighbours (GDAL,
 * alg/gdalsievefilter.cpp), against which it is tested.
 */
import type { PatchFilter } from "./patch-filter";
import { createPatchLabels, meetNeighbours, NO_PATCH } from "./patch-labels";

/** @param leastPx Of each class id: patches of fewer pixels go. */
export function createSieve(widthPx: number, leastPx: (classId: number) => number, ignoredId: number): PatchFilter {
  const patches = createPatchLabels(widthPx, ignoredId);
  const { parents, sizes, classes } = patches;
  let pass: "measure" | "compare" | "rewrite" = "measure";
  let neighbours = new Int32Array(0);
  let targets: Int32Array | null = null;

  const isSmall = (patch: number) => sizes[patch]! < leastPx(classes[patch]!);

  function enter(next: typeof pass): void {
    if (pass === next) return;
    pass = next;
    patches.begin(false);
    if (next === "compare") neighbours = new Int32Array(parents.length).fill(NO_PATCH);
  }

  function offer(patch: number, neighbour: number): void {
    if (!isSmall(patch)) return;
    const best = neighbours[patch]!;
    if (best === NO_PATCH || sizes[best]! < sizes[neighbour]!) neighbours[patch] = neighbour;
  }

  function meet(one: number, other: number): void {
    if (one === NO_PATCH || other === NO_PATCH || one === other) return;
    offer(one, other);
    offer(other, one);
  }

  /** For every patch the one whose class it takes: itself, or the first large one on the way from neighbour to neighbour. */
  function decidedTargets(): Int32Array {
    targets ??= Int32Array.from(parents, (parent, patch) => {
      if (parent !== patch || !isSmall(patch)) return patch;
      const seen = new Set([patch]);
      for (let at = neighbours[patch]!; at !== NO_PATCH && !seen.has(at); at = neighbours[at]!) {
        if (!isSmall(at)) return at;
        seen.add(at);
      }
      return patch;
    });
    return targets;
  }

  return {
    measure: (row) => patches.next(row),
    compare(row) {
      enter("compare");
      patches.next(row);
      meetNeighbours(patches, meet);
    },
    rewrite(row) {
      enter("rewrite");
      patches.next(row);
      const { labels } = patches;
      const target = decidedTargets();
      for (let col = 0; col < widthPx; col++) {
        const label = labels[col]!;
        if (label !== NO_PATCH) row[col] = classes[target[label]!]!;
      }
    },
    takenIn: () =>
      decidedTargets().reduce(
        (count, target, patch) => count + Number(target !== patch && parents[patch] === patch),
        0,
      ),
  };
}
