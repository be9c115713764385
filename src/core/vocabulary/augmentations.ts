/** Test-time augmentation: the symmetries of the square in which a network sees each window. */

/** Three bits: 1 mirrors columns, 2 mirrors rows, 4 swaps rows and columns (applied first). */
export type Symmetry = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7;

/** None, identity + two flips, or all eight symmetries of the square (D4). The first one is the image as it is. */
export const AUGMENTATIONS = {
  none: [0],
  flips: [0, 1, 2],
  d4: [0, 1, 2, 3, 4, 5, 6, 7],
} as const satisfies Record<string, readonly Symmetry[]>;

export type TestTimeAugmentation = keyof typeof AUGMENTATIONS;

export const AUGMENTATION_IDS = Object.keys(AUGMENTATIONS) as readonly TestTimeAugmentation[];
