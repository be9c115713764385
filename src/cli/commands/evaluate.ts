/** `nadir evaluate`: class maps against ground truth; several pairs are pooled, as the papers pool their tiles. */
import { type ClassMapping, parseClassMapping } from "../../core/labels/class-mapping";
import { CLASS_SCHEMES, ISPRS_SCHEME } from "../../core/labels/class-scheme";
import type { RasterSource } from "../../core/raster/raster";
import { formatTable } from "../../outputs/score-table";
import type { Command } from "../command";
import { openTruth } from "../decode-truth";
import { UsageError } from "../exit-codes";
import { openFile, openRasterFile } from "../file-blob";
import { readManifest } from "../open-model";
import { oneOf, readOptions } from "../read-options";
import { type ClassMap, describeScores, type MaskScore, scoreMask } from "../score-mask";

export const evaluate: Command = {
  usage: `Usage: nadir evaluate --prediction FILE --truth FILE [--prediction FILE --truth FILE …] [options]

  --model MANIFEST  the classes of the prediction's ids; without it they are told by the prediction's palette
  --mapping FILE    which truth class each model class is scored against (JSON); by name without it
  --scheme NAME     the truth's colours and ids: ${CLASS_SCHEMES.map(({ id }) => id).join(", ")} (isprs by default)
  --json            everything as JSON; a table otherwise`,

  async run(args, signal) {
    const { values } = readOptions(args, {
      prediction: { type: "string", multiple: true },
      truth: { type: "string", multiple: true },
      model: { type: "string" },
      mapping: { type: "string" },
      scheme: { type: "string", default: ISPRS_SCHEME.id },
      json: { type: "boolean" },
    });
    const predictions = values.prediction ?? [];
    const truths = values.truth ?? [];
    if (predictions.length === 0 || predictions.length !== truths.length) {
      throw new UsageError(`${predictions.length} --prediction and ${truths.length} --truth do not make pairs.`);
    }
    const schemeId = oneOf(
      values.scheme,
      "scheme",
      CLASS_SCHEMES.map(({ id }) => id),
    );
    const scheme = CLASS_SCHEMES.find(({ id }) => id === schemeId)!;
    const mapping = values.mapping === undefined ? null : await readMapping(values.mapping);
    const classes = values.model === undefined ? null : (await readManifest(values.model)).classes;
    const parts: MaskScore[] = [];
    for (const [pair, path] of predictions.entries()) {
      const prediction = await openRasterFile(path);
      const truth = await openRasterFile(truths[pair]!);
      try {
        const map = classes === null ? mapByPalette(prediction, scheme.classes) : mapOf(prediction, classes);
        const { widthPx, heightPx } = truth.facts;
        parts.push(await scoreMask(map, { ...openTruth(truth, mapping, scheme), widthPx, heightPx }, mapping, signal));
      } finally {
        prediction.close();
        truth.close();
      }
    }
    const report = describeScores(parts);
    console.log(values.json ? JSON.stringify(report, null, 2) : asTable(report as Report));
  },
};

export async function readMapping(path: string): Promise<ClassMapping> {
  return parseClassMapping(await (await openFile(path)).text());
}

function mapOf(source: RasterSource, classes: ClassMap["classes"]): ClassMap {
  const { fileName, widthPx, heightPx } = source.facts;
  return {
    fileName,
    widthPx,
    heightPx,
    classes,
    async read(rect) {
      const { bands, valid } = await source.read({ rect, bands: [0] });
      return Uint8Array.from(bands[0]!, (id, pixel) => (valid !== null && valid[pixel] === 0 ? 255 : id));
    },
  };
}

/** Ids named by the colour their palette gives them. @throws {UsageError} When there is no palette. */
function mapByPalette(
  source: RasterSource,
  known: readonly { readonly name: string; readonly colour: readonly [number, number, number] }[],
): ClassMap {
  const { palette, fileName } = source.facts;
  if (palette === null) {
    throw new UsageError(`${fileName} has no palette that names its classes; give --model.`);
  }
  const classes = palette.flatMap((colour, id) => {
    const found = known.find((entry) => entry.colour.every((part, channel) => part === colour[channel]));
    return found === undefined || id === 255 ? [] : [{ id, name: found.name }];
  });
  return mapOf(source, classes);
}

interface Report {
  readonly noBoundary: ReportRule;
  readonly withBoundary: ReportRule;
}

interface ReportRule {
  readonly scoredClasses: {
    readonly perClass: readonly { readonly name: string; readonly iou: number | null; readonly f1: number | null }[];
    readonly overallAccuracy: number | null;
    readonly kappa: number | null;
    readonly meanIou: number | null;
    readonly meanF1: number | null;
  };
}

function asTable({ withBoundary, noBoundary }: Report): string {
  return [["with boundary", withBoundary] as const, ["without boundary (3 px)", noBoundary] as const]
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
        "markdown",
      ),
    )
    .join("\n\n");
}

function percent(value: number | null): string {
  return value === null ? "–" : (100 * value).toFixed(1);
}
