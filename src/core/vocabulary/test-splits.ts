/**
 * Tiles that the ISPRS 2D semantic labelling benchmark kept for testing, by their numbers in the file names
 * (`top_potsdam_2_13_RGB.tif`, `top_mosaic_09cm_area2.tif`): those whose labels came out with the final release, and the
 * ones that papers score on.
 */
export interface TestSplit {
  readonly name: string;
  /** Finds a tile's numbers in a file name. */
  readonly tile: RegExp;
  /** "2_13": the numbers without leading zeros. */
  readonly tiles: readonly string[];
}

export const TEST_SPLITS: readonly TestSplit[] = [
  {
    name: "Potsdam",
    tile: /potsdam_0*(\d+)_0*(\d+)/i,
    tiles: "2_13 2_14 3_13 3_14 4_13 4_14 4_15 5_13 5_14 5_15 6_13 6_14 6_15 7_13".split(" "),
  },
  {
    name: "Vaihingen",
    tile: /09cm[a-z_]*_area_?0*(\d+)/i,
    tiles: "2 4 6 8 10 12 14 16 20 22 24 27 29 31 33 35 38".split(" "),
  },
];

/** Whether a file is one of the split's test tiles; null when it is no tile of that benchmark. */
export function isTestTile({ tile, tiles }: TestSplit, fileName: string): boolean | null {
  const numbers = tile.exec(fileName)?.slice(1);
  return numbers === undefined ? null : tiles.includes(numbers.join("_"));
}
