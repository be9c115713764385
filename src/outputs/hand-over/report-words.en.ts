import { ENGLISH } from "../../core/remarks/remarks.en";
import type { SampleDesign } from "../../core/sampling/sample-design";
import type { ReportWords } from "./report-words";

function shared({ allocation, least }: SampleDesign): string {
  return allocation === "equal"
    ? "the same number for each class"
    : `shared out by area, at least ${least} of each class`;
}

export const ENGLISH_REPORT: ReportWords = {
  language: "en",
  remarks: ENGLISH,
  figure: (plain) => plain,
  tiles: (count) => `${count} tiles`,
  madeWith: (models, date) => `${models} · made with Nadir on ${date}`,
  photo: "Photo",
  truth: "Truth",
  figureTitle: "Figure",
  figureOf: (tiles, chosen) =>
    `Of ${tiles} tiles ${chosen === "first" ? "the first" : "the worst, the middle and the best of the first model"}.`,
  scores: "Scores, every labelled pixel",
  scoresWithoutBoundary: (px) => `Scores without class boundaries (${px.join(" or ")} px)`,
  kappa: "kappa",
  spreadHead: "Mean ± standard deviation over tiles, %",
  tilesHead: "tiles",
  pooled: "Pooled: the tiles’ confusion matrices are added and scored once.",
  means: (averaged, classes, left) =>
    `mIoU and mF1 ${left.length === 0 ? "over all classes" : `over ${averaged} of ${classes} classes, without ${left.join(", ")}`}; overall accuracy (OA) and kappa over all.`,
  tileByTile: "Tile by tile",
  confusion: "Confusion",
  confusionHead: "truth \\ predicted, % of truth",
  truthPixels: "truth px",
  settings: "Settings and versions",
  facts: {
    ...{ prediction: "Prediction", read: "Read", model: "Model" },
    ...{ settings: "Settings", ranOn: "Ran on", over: "Over" },
    ...{ cleaned: "Cleaned", corrected: "Corrected" },
  },
  sample: {
    title: "Accuracy from points",
    points: ({ answered, untold, open }) =>
      `${answered} points answered, ${untold} that could not be told, ${open} open`,
    design: (design) => (design === null ? "points from a file" : `${shared(design)}, seed ${design.seed}`),
    overall: (percent, interval) => `Overall accuracy ${percent} ± ${interval} %.`,
    accuracy: "Accuracy, %",
    users: "user’s",
    producers: "producer’s",
    area: (unit) => `Area, ${unit}`,
    onMap: "on the map",
    estimated: "estimated",
    matrix: "points: map \\ what is there",
    source:
      "Estimated from a stratified random sample, with 95 % intervals (Olofsson et al. 2014, doi:10.1016/j.rse.2014.02.015).",
  },
  changes: {
    title: "Two dates",
    placed: (summary) => `The later map was brought to the earlier one’s pixels (nearest): ${summary}.`,
    unknown: (pixels) => `${pixels} px have no class in one of the maps and count nowhere.`,
    matrix: (unit) => `before \\ after, ${unit}`,
    balance: (unit) => `Each class, ${unit}`,
    balanceColumns: ["before", "lost", "won", "after"],
    objects: (least) => `Objects from ${least}`,
    objectColumns: (unit) => ["new", `new, ${unit}`, "m higher", "gone", `gone, ${unit}`, "m higher"],
  },
  madeElsewhere: (name) => `${name}, made elsewhere`,
  everyTile: "every tile",
  files: "Files",
  limits: "Limits",
  noTruth: "No ground truth: not scored.",
  lastLimit:
    "A class in neither truth nor prediction has no score (–) and enters no mean. Pixels without truth or without a prediction enter no total.",
  leftOut: (tile, reason) => `The figure leaves ${tile} out. ${reason}`,
};
