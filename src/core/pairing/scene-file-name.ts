/**
 * What a file name says about the scene a raster belongs to and its part in it.
 *
 * `top_potsdam_2_10_RGB.tif`, `dsm_potsdam_02_10.tif` and `top_potsdam_2_10_label_noBoundary.tif` share the scene key
 * "potsdam 2 10": words that only say what a raster *is* are dropped, and numbers lose their zeros.
 */

import { bandOfWord } from "../vocabulary/auxiliary-kinds";
import type { AuxiliaryBand } from "../vocabulary/band-roles";

export interface SceneFileName {
  /** What is left when the part words are gone; "" when nothing is. */
  readonly key: string;
  /** What the name says the raster is; null when it says nothing. */
  readonly part: "optical" | "truth" | AuxiliaryBand | null;
  /** A truth whose class boundaries were eroded. */
  readonly boundaryEroded: boolean;
}

/** Words for images and truths; those for the second raster are the kinds' own. */
const PART_WORDS: Readonly<Record<string, "optical" | "truth">> = {
  rgb: "optical",
  irrg: "optical",
  rgbir: "optical",
  rgbi: "optical",
  rgbn: "optical",
  rgbnir: "optical",
  cir: "optical",
  ortho: "optical",
  orthophoto: "optical",
  optical: "optical",
  opt: "optical",
  image: "optical",
  img: "optical",
  top: "optical",
  label: "truth",
  labels: "truth",
  gt: "truth",
  truth: "truth",
  lbl: "truth",
  mask: "truth",
  annotation: "truth",
  annotations: "truth",
};

/** Words that neither name a scene nor decide the part. */
const FILLERS = new Set([
  "noboundary",
  "noboundaries",
  "boundary",
  "no",
  "normalized",
  "normalised",
  "lastools",
  "matching",
  "mosaic",
  "ground",
  "tif",
  "from",
  "points",
  "5c",
  "09cm",
  "9cm",
  "5cm",
]);

/**
 * Which scene a file name speaks of and what it says of its content. @param fileName With or without folder and ending.
 */
export function parseSceneFileName(fileName: string): SceneFileName {
  // macOS writes letters and their accents apart.
  const stem = fileName
    .replace(/^.*[\\/]/, "")
    .replace(/\.[^.]+$/, "")
    .normalize("NFC");
  const words = stem
    .replace(/(\p{Ll})(\p{Lu})/gu, "$1_$2")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .flatMap((word) => word.match(/^(area|tile|patch)(\d+)$/)?.slice(1) ?? [word])
    .filter((word) => word !== "");
  let part: SceneFileName["part"] = null;
  const rest: string[] = [];
  for (const word of words) {
    const named = PART_WORDS[word] ?? bandOfWord(word);
    if (named !== undefined) {
      // ISPRS names start with "top" (true orthophoto) even for labels, so a later word decides.
      if (part === null || part === "optical" || named === "truth") part = named;
    } else if (!FILLERS.has(word)) rest.push(/^\d+$/.test(word) ? String(Number(word)) : word);
  }
  const boundaryEroded = /no_?boundar/i.test(stem.replace(/([a-z])([A-Z])/g, "$1_$2")) || /eroded/i.test(stem);
  if (boundaryEroded && part !== "height") part = "truth";
  return { key: rest.filter((word) => word !== "eroded").join(" "), part, boundaryEroded };
}

/** Words that folders of labels have in their names. */
const LABEL_FOLDERS = new Set(
  "label labels lbl gt gts groundtruth truth mask masks annotation annotations ann".split(" "),
);

/** Whether the folder that a file lies in says that it holds labels. @param folder With those above it. */
export function isLabelFolder(folder: string): boolean {
  return lastFolder(folder)
    .split(/[^a-z]+/)
    .some((word) => LABEL_FOLDERS.has(word));
}

/** In lower case. */
export function lastFolder(folder: string): string {
  return folder.slice(folder.lastIndexOf("/") + 1).toLowerCase();
}
