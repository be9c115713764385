/**
 * Holes below a size take the class of the patch around them, in three passes over the rows.
 *
 * A hole of a patch is what hangs together along pixel edges and is cut off from the raster's edge, and from pixels
 * without a class, by that patch alone; it may hold patches of several classes. Of holes in holes the outermost one that
 * is small enough is closed whole.
 *
 * How: in the graph of patches that touch, with one node for everything outside, the holes of a patch are what falls off
 * when it is taken out: subtrees of a depth-first search that reach no higher than it (Hopcroft and Tarjan 1973, Algorithm
 * 447, articulation points).
 */
import type { PatchFilter } from "./patch-filter";
import { createPatchLabels, meetNeighbours, NO_PATCH } from "./patch-labels";

/** @param belowPx Holes of fewer pixels are closed. */
export function createHoleCloser(widthPx: number, belowPx: number, ignoredId: number): PatchFilter {
  const patches = createPatchLabels(widthPx, ignoredId);
  const touching = new PairList();
  let pass: "measure" | "compare" | "rewrite" = "measure";
  let closed: ClosedHoles | null = null;

  function enter(next: typeof pass): void {
    if (pass === next) return;
    if (pass === "compare") for (const label of patches.labels) meet(label, NO_PATCH);
    pass = next;
    patches.begin(false);
  }

  /** What lies along an edge of the raster meets what is outside. */
  function meet(one: number, other: number): void {
    if (one !== other) touching.add(one, other);
  }

  function decided(): ClosedHoles {
    enter("rewrite");
    closed ??= closeHoles(patches.parents.length, touching, patches.sizes, belowPx);
    return closed;
  }

  return {
    measure: (row) => patches.next(row),
    compare(row) {
      enter("compare");
      patches.next(row);
      meetNeighbours(patches, meet);
      meet(patches.labels[0]!, NO_PATCH);
      meet(patches.labels[widthPx - 1]!, NO_PATCH);
    },
    rewrite(row) {
      const { takenBy } = decided();
      patches.next(row);
      const { labels } = patches;
      for (let col = 0; col < widthPx; col++) {
        const label = labels[col]!;
        if (label !== NO_PATCH && takenBy[label]! !== NO_PATCH) row[col] = patches.classes[takenBy[label]!]!;
      }
    },
    takenIn: () => decided().count,
  };
}

/** Pairs of labels, most of them met again at once and many of them often; grown as needed. */
class PairList {
  #values = new Int32Array(1 << 12);
  #length = 0;

  add(one: number, other: number): void {
    const end = this.#length;
    for (let at = end - 2; at >= Math.max(0, end - 8); at -= 2) {
      if (this.#values[at] === one && this.#values[at + 1] === other) return;
    }
    if (end === this.#values.length) {
      const grown = new Int32Array(2 * end);
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[end] = one;
    this.#values[end + 1] = other;
    this.#length = end + 2;
  }

  values(): Int32Array {
    return this.#values.subarray(0, this.#length);
  }
}

interface ClosedHoles {
  /** By label the patch whose class it takes, `NO_PATCH` where it stays. */
  readonly takenBy: Int32Array;
  readonly count: number;
}

/** Nodes are labels shifted by one: 0 is outside. */
function closeHoles(labelCount: number, touching: PairList, sizes: readonly number[], belowPx: number): ClosedHoles {
  const graph = neighbourLists(labelCount + 1, touching.values());
  const { order, parents, lowest, depths } = searchDepthFirst(graph);
  const pixels = Float64Array.from({ length: labelCount + 1 }, (_, node) => (node === 0 ? 0 : sizes[node - 1]!));
  for (let at = order.length - 1; at > 0; at--) pixels[parents[order[at]!]!]! += pixels[order[at]!]!;
  const takenBy = new Int32Array(labelCount).fill(NO_PATCH);
  let count = 0;
  for (const node of order) {
    const parent = parents[node]!;
    if (node === 0 || parent === 0) continue;
    const inherited = takenBy[parent - 1]!;
    if (inherited !== NO_PATCH) {
      takenBy[node - 1] = inherited;
    } else if (lowest[node]! >= depths[parent]! && pixels[node]! < belowPx) {
      takenBy[node - 1] = parent - 1;
      count++;
    }
  }
  return { takenBy, count };
}

interface Graph {
  /** Where the neighbours of each node begin in `ends`; one more at the end. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

function neighbourLists(nodeCount: number, pairs: Int32Array): Graph {
  const starts = new Int32Array(nodeCount + 1);
  for (const label of pairs) starts[label + 2]!++;
  for (let node = 0; node < nodeCount; node++) starts[node + 1]! += starts[node]!;
  const next = starts.slice();
  const ends = new Int32Array(pairs.length);
  for (let at = 0; at < pairs.length; at += 2) {
    const [one, other] = [pairs[at]! + 1, pairs[at + 1]! + 1];
    ends[next[one]!++] = other;
    ends[next[other]!++] = one;
  }
  return { starts, ends };
}

/** From outside; labels that were joined to others are met nowhere. */
function searchDepthFirst({ starts, ends }: Graph) {
  const nodeCount = starts.length - 1;
  const parents = new Int32Array(nodeCount).fill(-1);
  const depths = new Int32Array(nodeCount).fill(-1);
  const lowest = new Int32Array(nodeCount);
  const next = starts.slice();
  const order = [0];
  depths[0] = 0;
  for (let node = 0; node >= 0; ) {
    const at = next[node]!++;
    if (at < starts[node + 1]!) {
      const other = ends[at]!;
      if (depths[other]! < 0) {
        parents[other] = node;
        depths[other] = depths[node]! + 1;
        lowest[other] = depths[other]!;
        order.push(other);
        node = other;
      } else if (other !== parents[node]) {
        lowest[node] = Math.min(lowest[node]!, depths[other]!);
      }
    } else {
      const parent = parents[node]!;
      if (parent >= 0) lowest[parent] = Math.min(lowest[parent]!, lowest[node]!);
      node = parent;
    }
  }
  return { order, parents, lowest, depths };
}
