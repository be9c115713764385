/**
 * Overviews of a raster while its rows stream by: each level holds only the rows its next tile row needs.
 */

/** Halves two rows of samples; odd edges repeat nothing, the last column stands alone. */
export type Reducer<Row> = (upper: Row, lower: Row | null, width: number, out: Row) => void;

export interface LevelSize {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** Sizes of the overviews: halved, rounded up, until one tile holds the image. */
export function overviewSizes(widthPx: number, heightPx: number, tilePx: number): LevelSize[] {
  const sizes: LevelSize[] = [];
  let [width, height] = [widthPx, heightPx];
  while (width > tilePx || height > tilePx) {
    [width, height] = [Math.ceil(width / 2), Math.ceil(height / 2)];
    sizes.push({ widthPx: width, heightPx: height });
  }
  return sizes;
}

/**
 * Most frequent class of each 2 × 2 block, the first to reach the highest count in reading order (as GDAL's MODE does);
 * nodata takes no part unless all four are nodata. Class ids are never averaged.
 */
export function reduceByMode(nodata: number): Reducer<Uint8Array> {
  const counts = new Uint8Array(256);
  return (upper, lower, width, out) => {
    const half = Math.ceil(width / 2);
    for (let col = 0; col < half; col++) {
      const left = col * 2;
      const right = left + 1 < width ? left + 1 : -1;
      const a = upper[left]!;
      const b = right < 0 ? nodata : upper[right]!;
      const c = lower === null ? nodata : lower[left]!;
      const d = lower === null || right < 0 ? nodata : lower[right]!;
      if (a === b && b === c && c === d) {
        out[col] = a;
        continue;
      }
      let best = nodata;
      let bestCount = 0;
      for (const value of [a, b, c, d]) {
        if (value === nodata) continue;
        const count = ++counts[value]!;
        if (count > bestCount) {
          bestCount = count;
          best = value;
        }
      }
      counts[a] = counts[b] = counts[c] = counts[d] = 0;
      out[col] = best;
    }
  };
}

/** Mean of the valid samples of each 2 × 2 block; NaN where there is none. */
export function reduceByMean(upper: Float32Array, lower: Float32Array | null, width: number, out: Float32Array): void {
  const half = Math.ceil(width / 2);
  for (let col = 0; col < half; col++) {
    let sum = 0;
    let count = 0;
    for (const row of lower === null ? [upper] : [upper, lower]) {
      for (let at = col * 2; at < Math.min(width, col * 2 + 2); at++) {
        const value = row[at]!;
        if (Number.isNaN(value)) continue;
        sum += value;
        count++;
      }
    }
    out[col] = count === 0 ? Number.NaN : sum / count;
  }
}
