/** `nadir evaluate`: class maps against ground truth; several pairs are pooled, as the papers pool their tiles. */
import { closingAll } from "../../core/closing";
import { NadirError } from "../../core/errors";
import type { ClassMapping } from "../../core/labels/class-mapping";
import { CLASS_SCHEMES, type ClassScheme } from "../../core/labels/class-scheme";
import type { ModelManifest } from "../../core/manifest/manifest";
import { sumConfusion } from "../../core/metrics/confusion-matrix";
import { strokesToLeaveOut } from "../../evaluation/left-out";
import { type DecodedLabels, saidBesideScores } from "../../evaluation/place-labels";
import {
  type DescribedMatrix,
  describeEvaluation,
  describeLabels,
  type ReportedEvaluation,
} from "../../outputs/report";
import { formatTable, TABLE_FORMATS, type TableFormat } from "../../outputs/score-table";
import type { StrokesFile } from "../../teaching/strokes";
import type { Command } from "../command";
import { type CommandIo, printLine } from "../command-io";
import { evaluateList } from "../evaluate-list";
import { UsageError } from "../exit-codes";
import { openRasterFile } from "../file-blob";
import { predictionTable } from "../open-map";
import { readManifest } from "../open-model";
import { openTruth } from "../open-truth";
import { readLabels, readMapping, truthTable } from "../read-labels";
import { oneOf, readOptions, required } from "../read-options";
import { scoreLabels } from "../score-labels";
import { readScheme } from "../segment-options";
import { strokesToSkip } from "../taught-strokes";
import { withTemporaryFolder } from "../temporary-folder";

const TABLES = TABLE_FORMATS.map(({ id }) => id);

export const evaluate: Command = {
  usage: `Usage: nadir evaluate --prediction FILE --truth FILE [--prediction FILE --truth FILE …] [options]

  --model MANIFEST  the classes of the prediction's ids or colours; told by its colours without it
  --mapping FILE    which truth class each model class is scored against, and what bare ids of the truth mean (JSON)
  --without FILE    strokes as GeoJSON whose pixels do not count; those of a taught --model do not count without being named
  --scheme NAME     the truth's colours or ids: ${CLASS_SCHEMES.map(({ id }) => id).join(", ")} (told by its colours by default)
  --truth-field NAME  where the truth is polygons: the attribute that says the class
  --table NAME      ${TABLES.join(", ")} (markdown by default)
  --json            everything as JSON, in place of the table

Maps over a list of scenes: nadir evaluate --list FOLDER|FILE --predictions FOLDER --out-folder FOLDER [options]

  --list PATH           the scenes with their truths, as nadir segment --list takes them
  --predictions FOLDER  maps of any make (or a .zip archive), each given to the scene it fits by name, place and size
  --out-folder FOLDER   scores and report, the same files that the page hands over`,

  async run(args, io) {
    const { values } = readOptions(args, {
      prediction: { type: "string", multiple: true },
      truth: { type: "string", multiple: true },
      model: { type: "string" },
      mapping: { type: "string" },
      scheme: { type: "string" },
      "truth-field": { type: "string" },
      without: { type: "string" },
      table: { type: "string", default: "markdown" },
      json: { type: "boolean" },
      list: { type: "string" },
      predictions: { type: "string" },
      "out-folder": { type: "string" },
    });
    if (values.list !== undefined) {
      const { list, model, scheme, mapping, without, "truth-field": truthField } = values;
      const predictions = required(values.predictions, "predictions");
      const outFolder = required(values["out-folder"], "out-folder");
      await evaluateList({ list, predictions, outFolder, model, scheme, mapping, without, truthField }, io);
      return;
    }
    const predictions = values.prediction ?? [];
    const truths = values.truth ?? [];
    if (predictions.length === 0 || predictions.length !== truths.length) {
      throw new UsageError(`${predictions.length} --prediction and ${truths.length} --truth do not make pairs.`);
    }
    const table = oneOf(values.table, "table", TABLES);
    const model = values.model === undefined ? null : await readManifest(values.model);
    const how: HowToRead = {
      scheme: readScheme(values.scheme),
      mapping: await readMapping(values.mapping),
      model,
      truthField: values["truth-field"],
      strokes: await strokesToSkip(values.without, values.model, model),
    };
    const pairs: ScoredPair[] = [];
    for (const [index, prediction] of predictions.entries()) {
      pairs.push(await scorePair(prediction, truths[index]!, how, io));
    }
    const report = describeEvaluation(pool(pairs));
    printLine(
      io.stdout,
      values.json
        ? JSON.stringify({ ...report, pairs: pairs.map(describePair) }, null, 2)
        : [asTables(report, table), ...leftOut(pairs)].join("\n\n"),
    );
  },
};

interface HowToRead {
  readonly scheme: ClassScheme | null;
  readonly mapping: ClassMapping | null;
  readonly model: ModelManifest | null;
  readonly truthField: string | undefined;
  /** Their pixels do not count. */
  readonly strokes: readonly StrokesFile[];
}

interface ScoredPair {
  readonly prediction: LabelFile;
  readonly truth: LabelFile;
  readonly evaluation: ReportedEvaluation;
}

interface LabelFile {
  readonly fileName: string;
  readonly decoded: DecodedLabels;
}

/** Counted on the prediction's grid. */
async function scorePair(
  predictionPath: string,
  truthPath: string,
  { scheme, mapping, model, strokes, truthField }: HowToRead,
  io: CommandIo,
): Promise<ScoredPair> {
  return withTemporaryFolder((folder) =>
    closingAll(async (keep) => {
      // One colour along the edge of labels is a class.
      const prediction = keep(await openRasterFile(predictionPath, { collar: "leave" }));
      const grid = prediction.facts;
      const truth = keep(await openTruth(truthPath, truthField, grid, io));
      const labels = await readLabels(grid, truth, truthTable(truth, scheme, mapping), folder, io);
      keep(labels.ids);
      const mask = await readLabels(grid, prediction, predictionTable(model, scheme), folder, io);
      keep(mask.ids);
      const { classes } = mask.decoded;
      const leftOut = strokes.flatMap((file) => strokesToLeaveOut(file, grid, null));
      return {
        prediction: { fileName: grid.fileName, decoded: mask.decoded },
        truth: { fileName: truth.facts.fileName, decoded: labels.decoded },
        evaluation: await scoreLabels({ pixels: mask.ids, classes, leftOut }, labels, mapping, io),
      };
    }),
  );
}

/** @throws {NadirError} `bad-settings` when the pairs are not scored in the same classes. */
function pool(pairs: readonly ScoredPair[]): ReportedEvaluation {
  const first = pairs[0]!.evaluation;
  const names = ({ classes }: ReportedEvaluation) => classes.map(({ name }) => name).join(", ");
  const other = pairs.find(({ evaluation }) => names(evaluation) !== names(first));
  if (other !== undefined) {
    throw new NadirError({
      code: "bad-settings",
      subject: other.truth.fileName,
      found: `It is scored in ${names(other.evaluation)}; the first pair in ${names(first)}.`,
      needed: "Pairs that are pooled must have the same classes.",
      next: "Name the truth's classes with --scheme or --mapping, or evaluate the pairs one by one.",
    });
  }
  const evaluations = pairs.map(({ evaluation }) => evaluation);
  return {
    ...first,
    withBoundary: sumConfusion(evaluations.map(({ withBoundary }) => withBoundary)),
    noBoundary: sumConfusion(evaluations.map(({ noBoundary }) => noBoundary)),
    notes: [...new Set(evaluations.flatMap(({ notes }) => notes))],
  };
}

function describePair({ prediction, truth }: ScoredPair) {
  const file = ({ fileName, decoded }: LabelFile) => ({ file: fileName, ...describeLabels(decoded) });
  return { prediction: file(prediction), truth: file(truth) };
}

/** What a table alone would hide. */
function leftOut(pairs: readonly ScoredPair[]): string[] {
  return pairs.flatMap(({ truth }) => saidBesideScores(truth.decoded).map((said) => `${truth.fileName}: ${said}`));
}

function asTables(report: ReturnType<typeof describeEvaluation>, format: TableFormat): string {
  const rules: readonly [string, DescribedMatrix][] = [
    ["with boundary", report.withBoundary],
    [`without boundary (${report.boundaryPx} px)`, report.noBoundary],
  ];
  return rules
    .map(([rule, { scoredClasses: scores }]) =>
      formatTable(
        {
          caption: `${rule}, means over scored classes, in %`,
          columns: ["", "IoU", "F1"],
          rows: [
            ...scores.perClass.map(({ name, iou, f1 }) => [name, percent(iou), percent(f1)]),
            ["mean", percent(scores.meanIou), percent(scores.meanF1)],
            ["overall accuracy", percent(scores.overallAccuracy), ""],
            ["kappa", percent(scores.kappa), ""],
          ],
        },
        format,
      ),
    )
    .join("\n\n");
}

function percent(value: number | null): string {
  return value === null ? "–" : (100 * value).toFixed(1);
}
