/**
 * Connected groups of pixels, 8-connected, largest first: the places a confusion-matrix cell stands for.
 *
 * Two-pass labelling with union-find (Rosenfeld & Pfaltz 1966, J. ACM 13(4)).
 */
import type { PixelRect } from "../raster/raster";

export interface Blob {
  readonly pixelCount: number;
  /** Smallest rectangle around it. */
  readonly rect: PixelRect;
}

/**
 * @param selected  1 where a pixel belongs to a blob, `[heightPx, widthPx]`.
 * @param most      How many of the largest blobs to return.
 */
export function findBlobs(selected: Uint8Array, widthPx: number, heightPx: number, most: number): readonly Blob[] {
  if (selected.length !== widthPx * heightPx) {
    throw new RangeError(`selection has ${selected.length} pixels, ${widthPx} × ${heightPx} are expected`);
  }
  const { labels, parents } = labelPixels(selected, widthPx, heightPx);
  return measureBlobs(labels, parents, widthPx)
    .sort((left, right) => right.pixelCount - left.pixelCount || left.top - right.top || left.left - right.left)
    .slice(0, most)
    .map(({ pixelCount, left, top, right, bottom }) => ({
      pixelCount,
      rect: { col: left, row: top, widthPx: right - left + 1, heightPx: bottom - top + 1 },
    }));
}

/** First pass: a label above 0 per selected pixel, and of each label the one it belongs to. */
function labelPixels(
  selected: Uint8Array,
  widthPx: number,
  heightPx: number,
): { labels: Int32Array; parents: number[] } {
  const labels = new Int32Array(selected.length);
  const parents: number[] = [0];
  for (let row = 0; row < heightPx; row++) {
    for (let col = 0; col < widthPx; col++) {
      const pixel = row * widthPx + col;
      if (selected[pixel] !== 1) {
        continue;
      }
      let label = 0;
      for (const neighbour of labelledNeighbours(labels, col, row, widthPx)) {
        const root = rootOf(parents, neighbour);
        if (label === 0) {
          label = root;
        } else if (root !== label) {
          const [low, high] = root < label ? [root, label] : [label, root];
          parents[high] = low;
          label = low;
        }
      }
      if (label === 0) {
        label = parents.length;
        parents.push(label);
      }
      labels[pixel] = label;
    }
  }
  return { labels, parents };
}

function rootOf(parents: number[], label: number): number {
  let root = label;
  while (parents[root] !== root) {
    parents[root] = parents[parents[root]!]!;
    root = parents[root]!;
  }
  return root;
}

interface Extent {
  pixelCount: number;
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** Second pass: what lies under each root, in the order of its first pixel. */
function measureBlobs(labels: Int32Array, parents: number[], widthPx: number): Extent[] {
  const blobs = new Map<number, Extent>();
  for (let pixel = 0; pixel < labels.length; pixel++) {
    if (labels[pixel] === 0) {
      continue;
    }
    const root = rootOf(parents, labels[pixel]!);
    const col = pixel % widthPx;
    const row = (pixel - col) / widthPx;
    const blob = blobs.get(root);
    if (blob === undefined) {
      blobs.set(root, { pixelCount: 1, left: col, top: row, right: col, bottom: row });
    } else {
      blob.pixelCount++;
      blob.left = Math.min(blob.left, col);
      blob.right = Math.max(blob.right, col);
      blob.bottom = row;
    }
  }
  return [...blobs.values()];
}

/** Labels of the four neighbours already visited: west, north-west, north, north-east. */
function* labelledNeighbours(labels: Int32Array, col: number, row: number, widthPx: number): Generator<number> {
  const pixel = row * widthPx + col;
  const candidates = [
    col > 0 ? pixel - 1 : -1,
    col > 0 && row > 0 ? pixel - widthPx - 1 : -1,
    row > 0 ? pixel - widthPx : -1,
    row > 0 && col < widthPx - 1 ? pixel - widthPx + 1 : -1,
  ];
  for (const candidate of candidates) {
    if (candidate >= 0 && labels[candidate]! > 0) {
      yield labels[candidate]!;
    }
  }
}
