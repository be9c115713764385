/**
 * Class schemes of the public data sets: names, colours and the ids their index rasters use.
 *
 * The order of classes is not agreed between tools, so ids here are only the ids of *index rasters* of that data set;
 * everything else goes by name or colour. A model's own order comes from its manifest.
 * Sources: ISPRS 2D Semantic Labeling Contest; MMHunan (MFNet's third data set); WHU-OPT-SAR (Li et al. 2022);
 * IEEE GRSS DFC 2023 track 2 (building or not).
 */
export type Colour = readonly [red: number, green: number, blue: number];

export interface SchemeClass {
  readonly id: number;
  readonly name: string;
  readonly colour: Colour;
  /** False for clutter-like classes that usual scores leave out. */
  readonly scored: boolean;
}

export interface ClassScheme {
  readonly id: string;
  readonly name: string;
  readonly classes: readonly SchemeClass[];
  /** Further colours or index values of a class. */
  readonly aliases?: readonly { readonly id: number; readonly colour?: Colour; readonly value?: number }[];
  /** Colours that mean "no truth here" (eroded boundaries). */
  readonly ignoreColours: readonly Colour[];
  /** Index values that mean "no truth here". */
  readonly ignoreIds: readonly number[];
  /** The file it was chosen for, when the user chose it; it holds for the other files of that make. */
  readonly chosenFor?: string;
}

export const ISPRS_SCHEME: ClassScheme = {
  id: "isprs",
  name: "ISPRS Potsdam / Vaihingen",
  classes: [
    { id: 0, name: "impervious surface", colour: [255, 255, 255], scored: true },
    { id: 1, name: "building", colour: [0, 0, 255], scored: true },
    { id: 2, name: "low vegetation", colour: [0, 255, 255], scored: true },
    { id: 3, name: "tree", colour: [0, 255, 0], scored: true },
    { id: 4, name: "car", colour: [255, 255, 0], scored: true },
    { id: 5, name: "clutter", colour: [255, 0, 0], scored: false },
  ],
  ignoreColours: [[0, 0, 0]],
  ignoreIds: [255],
};

const MMHUNAN_SCHEME: ClassScheme = {
  id: "mmhunan",
  name: "MMHunan",
  classes: [
    { id: 0, name: "cropland", colour: [196, 90, 17], scored: true },
    { id: 1, name: "forest", colour: [51, 129, 88], scored: true },
    { id: 2, name: "grassland", colour: [177, 205, 61], scored: true },
    { id: 3, name: "wetland", colour: [228, 84, 96], scored: true },
    { id: 4, name: "water", colour: [91, 154, 214], scored: true },
    { id: 5, name: "unused land", colour: [225, 174, 110], scored: true },
    { id: 6, name: "built-up area", colour: [239, 159, 2], scored: true },
  ],
  ignoreColours: [[0, 0, 0]],
  ignoreIds: [-1, 255],
};

/** Its files are index rasters that hold tens: 10 farmland … 70 others, 0 background; the colours are for display. */
export const WHU_OPT_SAR_SCHEME: ClassScheme = {
  id: "whu-opt-sar",
  name: "WHU-OPT-SAR",
  classes: [
    { id: 10, name: "farmland", colour: [204, 102, 0], scored: true },
    { id: 20, name: "city", colour: [255, 0, 0], scored: true },
    { id: 30, name: "village", colour: [255, 255, 0], scored: true },
    { id: 40, name: "water", colour: [0, 0, 255], scored: true },
    { id: 50, name: "forest", colour: [85, 166, 0], scored: true },
    { id: 60, name: "road", colour: [93, 255, 255], scored: true },
    { id: 70, name: "others", colour: [152, 102, 153], scored: false },
  ],
  ignoreColours: [[0, 0, 0]],
  ignoreIds: [0, 255],
};

export const DFC2023_SCHEME: ClassScheme = {
  id: "dfc2023",
  name: "IEEE GRSS DFC 2023",
  classes: [
    { id: 0, name: "background", colour: [0, 0, 0], scored: true },
    { id: 1, name: "building", colour: [255, 255, 255], scored: true },
  ],
  ignoreColours: [],
  ignoreIds: [255],
};

export const CLASS_SCHEMES: readonly ClassScheme[] = [ISPRS_SCHEME, MMHUNAN_SCHEME, WHU_OPT_SAR_SCHEME, DFC2023_SCHEME];

/** A scheme from a list of classes (a model's manifest, a user's own table). */
export function customScheme(name: string, classes: readonly SchemeClass[]): ClassScheme {
  return { id: "custom", name, classes, ignoreColours: [], ignoreIds: [255] };
}
