/**
 * The scores as LaTeX: a document that pdfLaTeX compiles as it is, its tables ready to be taken into a paper. One row a
 * model as the papers have it, per cent with two decimals, the best of each column bold.
 */
import { unionOfClasses } from "../../core/metrics/common-classes";
import type { TestSetScores } from "../../core/metrics/test-set";
import { escapeLatex } from "../score-table";
import { isBest } from "./best-figure";
import { BOUNDARY_RULES, type BoundaryRule, type HandedTile, type ModelScores, scoreModels } from "./handed";

const HEAD = [
  "\\documentclass{article}",
  "\\usepackage[T1]{fontenc}",
  "\\usepackage[utf8]{inputenc}",
  "\\usepackage{booktabs}",
  "\\usepackage[a4paper,landscape,margin=15mm]{geometry}",
  "\\begin{document}",
];

export function latexDocument(tiles: readonly HandedTile[]): string {
  const tables = BOUNDARY_RULES.flatMap((rule) => {
    const models = scoreModels(tiles, rule);
    return models.length === 0
      ? []
      : (["iou", "f1"] as const).map((measure) => scoreTable(models, measure, caption(models, rule, measure)));
  });
  const body = tables.length === 0 ? ["No tile has both a map and ground truth."] : tables;
  return `${[...HEAD, ...body, "\\end{document}"].join("\n")}\n`;
}

type Measure = "iou" | "f1";

const NAMES: Readonly<Record<Measure, string>> = { iou: "IoU", f1: "F1" };

function caption(models: readonly ModelScores[], rule: BoundaryRule, measure: Measure): string {
  const counts = [...new Set(models.map(({ tiles }) => tiles.length))];
  const over = counts.length === 1 ? `${counts[0]} ${counts[0] === 1 ? "tile" : "tiles"}` : "tiles as given";
  const left = unionOfClasses(models.map(({ scores }) => scores.classes)).filter(({ scored }) => !scored);
  const means =
    left.length === 0 ? "means over all classes" : `means without ${left.map(({ name }) => name).join(", ")}`;
  const px = [...new Set(models.flatMap(({ boundaryPx }) => boundaryPx))].join(" or ");
  const boundary = rule === "withBoundary" ? "every labelled pixel" : `class boundaries taken out (${px} px)`;
  return `${NAMES[measure]} in per cent, pooled over ${over}; ${boundary}; ${means}, overall accuracy and kappa over all.`;
}

/** Columns: every class of any model, then the totals. */
function scoreTable(models: readonly ModelScores[], measure: Measure, text: string): string {
  const classes = unionOfClasses(models.map(({ scores }) => scores.classes));
  const percent = (value: number | null | undefined) => (value == null ? null : (100 * value).toFixed(2));
  const columns: { name: string; of: (scores: TestSetScores<(typeof classes)[number]>) => string | null }[] = [
    ...classes.map(({ name }) => ({
      name,
      of: ({ classes: own, pooled }: TestSetScores<(typeof classes)[number]>) =>
        percent(pooled.all.perClass[own.findIndex((entry) => entry.name === name)]?.[measure]),
    })),
    {
      name: `m${NAMES[measure]}`,
      of: ({ pooled }) => percent(pooled.scored[measure === "iou" ? "meanIou" : "meanF1"]),
    },
    { name: "OA", of: ({ pooled }) => percent(pooled.all.overallAccuracy) },
    { name: "kappa", of: ({ pooled }) => percent(pooled.all.kappa) },
    ...(models.some(({ tiles }) => tiles.length > 1) && measure === "iou"
      ? [
          {
            name: "mIoU by tile",
            of: ({ meanIou: { mean, deviation } }: TestSetScores<(typeof classes)[number]>) =>
              mean === null || deviation === null ? null : `${percent(mean)} ± ${percent(deviation)}`,
          },
        ]
      : []),
  ];
  const cells = models.map(({ scores }) => columns.map(({ of }) => of(scores)));
  const line = (parts: readonly string[]) => `  ${parts.join(" & ")} \\\\`;
  return [
    "\\begin{table}[htbp]",
    "\\centering\\small",
    `\\caption{${escapeLatex(text)}}`,
    `\\begin{tabular}{l${"r".repeat(columns.length)}}`,
    "  \\toprule",
    line(["Model", ...columns.map(({ name }) => escapeLatex(name))]),
    "  \\midrule",
    ...models.map(({ modelName }, row) =>
      line([escapeLatex(modelName), ...cells[row]!.map((cell, column) => latexCell(cell, cells, column))]),
    ),
    "  \\bottomrule",
    "\\end{tabular}",
    "\\end{table}",
  ].join("\n");
}

/** Bold where it is the best of its column as they are printed. */
function latexCell(cell: string | null, cells: readonly (readonly (string | null)[])[], column: number): string {
  if (cell === null) return "--";
  return isBest(
    cell,
    cells.map((row) => row[column] ?? null),
  )
    ? `\\textbf{${escapeLatex(cell)}}`
    : escapeLatex(cell);
}
