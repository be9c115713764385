/**
 * The scores of a hand-over as CSV for programs: plain numbers at full precision, points for decimals, ASCII signs, an
 * empty cell where a score is not defined. Columns with a unit say it; shares are 0–1.
 */
import type { ScoredMatrix } from "../../core/metrics/test-set";
import { formatTable } from "../score-table";
import { BOUNDARY_RULES, type BoundaryRule, type HandedTile, type ModelScores, scoreModels } from "./handed";

type Cell = string | number | null;

interface Rows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** Each file by its name, in the order of the folder. */
export function scoreFiles(tiles: readonly HandedTile[]): Readonly<Record<string, string>> {
  const models = BOUNDARY_RULES.flatMap((rule) => scoreModels(tiles, rule).map((model) => ({ rule, model })));
  return {
    "pooled.csv": csv(pooled(models)),
    "tiles.csv": csv(perTile(models)),
    "classes.csv": csv(perClass(models)),
    "confusion.csv": csv(confusion(models)),
  };
}

type Scored = readonly { readonly rule: BoundaryRule; readonly model: ModelScores }[];

/** "with", or "without" and how far around each boundary. */
function ruleCells(rule: BoundaryRule, { boundaryPx }: ModelScores): Cell[] {
  return rule === "withBoundary" ? ["with", null] : ["without", boundaryPx.join(" ")];
}

const RULE_COLUMNS = ["model", "boundary", "boundary_px"];

const TOTAL_COLUMNS = [
  "mean_iou_scored_classes",
  "mean_f1_scored_classes",
  "mean_iou_all_classes",
  "mean_f1_all_classes",
  "overall_accuracy",
  "kappa",
  "scored_px",
  "ignored_truth_px",
  "missing_prediction_px",
];

function totals({ matrix, scored, all }: ScoredMatrix): Cell[] {
  return [
    scored.meanIou,
    scored.meanF1,
    all.meanIou,
    all.meanF1,
    all.overallAccuracy,
    all.kappa,
    all.pixels,
    matrix.ignoredTruth,
    matrix.missingPrediction,
  ];
}

function pooled(models: Scored): Rows {
  return {
    columns: [...RULE_COLUMNS, "tiles", ...TOTAL_COLUMNS, "tiles_mean_iou_mean", "tiles_mean_iou_standard_deviation"],
    rows: models.map(({ rule, model }) => [
      model.modelName,
      ...ruleCells(rule, model),
      model.tiles.length,
      ...totals(model.scores.pooled),
      model.scores.meanIou.mean,
      model.scores.meanIou.deviation,
    ]),
  };
}

function perTile(models: Scored): Rows {
  return {
    columns: [...RULE_COLUMNS, "tile", ...TOTAL_COLUMNS, "run_seconds"],
    rows: models.flatMap(({ rule, model }) =>
      model.tiles.map((tile) => {
        const { statisticsMs, runMs } = tile.run.result.timings;
        const name = [model.modelName, ...ruleCells(rule, model), tile.tile.scene.name];
        return [...name, ...totals(tile), (statisticsMs + runMs) / 1000];
      }),
    ),
  };
}

function perClass(models: Scored): Rows {
  return {
    columns: [...RULE_COLUMNS, "class", "scored", "iou", "f1", "precision", "recall", "truth_px", "predicted_px"],
    rows: models.flatMap(({ rule, model }) =>
      model.scores.pooled.all.perClass.map(({ classId, iou, f1, precision, recall, support, predicted }) => {
        const { name, scored } = model.scores.classes[classId]!;
        const of = [model.modelName, ...ruleCells(rule, model), name, scored ? 1 : 0];
        return [...of, iou, f1, precision, recall, support, predicted];
      }),
    ),
  };
}

/** Tile by tile and pooled, a row a cell: every score above can be worked out of it. */
function confusion(models: Scored): Rows {
  return {
    columns: [...RULE_COLUMNS, "scope", "tile", "truth_class", "predicted_class", "pixels"],
    rows: models.flatMap(({ rule, model }) => {
      const cells = (scope: Cell[], { matrix }: ScoredMatrix, classes: readonly { readonly name: string }[]) =>
        [...matrix.counts].map((pixels, cell) => {
          const names = [Math.floor(cell / matrix.classCount), cell % matrix.classCount].map((at) => classes[at]!.name);
          return [model.modelName, ...ruleCells(rule, model), ...scope, ...names, pixels];
        });
      return [
        ...cells(["pooled", null], model.scores.pooled, model.scores.classes),
        ...model.tiles.flatMap((tile) => cells(["tile", tile.tile.scene.name], tile, tile.evaluation.classes)),
      ];
    }),
  };
}

function csv({ columns, rows }: Rows): string {
  const text = rows.map((row) => row.map((cell) => (cell === null ? "" : String(cell))));
  return `${formatTable({ caption: "", columns, rows: text }, "csv")}\r\n`;
}
