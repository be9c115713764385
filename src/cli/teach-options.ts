/** The options of `nadir teach`. */
import type { ClassScheme } from "../core/labels/class-scheme";
import { COLLAR_ANSWERS, type CollarAnswer } from "../core/raster/collar";
import type { AskedScale } from "../core/run/run-scale";
import { UsageError } from "./exit-codes";
import { oneOf, readOptions, required, wholeNumber } from "./read-options";
import { readScale, readScheme } from "./segment-options";

export const TEACH_USAGE = `Usage: nadir teach --optical FILE --strokes FILE --model MANIFEST --out FILE [options]
       nadir teach --optical FILE --truth FILE --from-truth SHARE --model MANIFEST --out FILE [options]

Teaches a model by strokes: a new last layer on the features it has, in seconds (docs/teaching.md). The result is an
ordinary model.

  --optical FILE      orthophoto the strokes lie on
  --dsm FILE          height raster, as for segment; likewise --ndsm FILE and --dtm FILE
  --strokes FILE      GeoJSON in the orthophoto's map coordinates, or in a system that it names by its EPSG code:
                      LineStrings with a width in metres and Polygons, each with its class
  --truth FILE        ground truth, as for segment, to take strokes from; likewise --scheme NAME
  --from-truth SHARE  how much of it, 0.05 for a twentieth: whole square pieces, the same every time, so that the rest
                      can judge what was taught
  --model MANIFEST    *.nadir.json of the model to teach
  --out FILE          *.onnx; manifest, strokes and golden pair are written beside it
  --name NAME         of the taught model (the base's name and the day by default)
  --scale NAME|N      as for segment (auto by default)
  --stride PX         distance between windows (the model's suggestion by default)
  --collar ANSWER     as for segment
  --threads N         threads of the CPU backend (one per core by default)`;

/** A share of a truth becomes strokes. */
export interface TruthShare {
  readonly path: string;
  /** Above 0, at most 1. */
  readonly share: number;
  readonly scheme: ClassScheme | null;
}

export interface TeachOptions {
  readonly optical: string;
  readonly dsm: string | undefined;
  readonly ndsm: string | undefined;
  readonly dtm: string | undefined;
  readonly strokes: string | undefined;
  readonly truth: TruthShare | null;
  readonly model: string;
  readonly out: string;
  readonly name: string | undefined;
  readonly scale: AskedScale;
  /** Null for the model's own. */
  readonly stridePx: number | null;
  readonly collar: CollarAnswer | null;
  readonly threads: number | undefined;
}

/** @throws {UsageError} Naming the option at fault. */
export function readTeachOptions(args: readonly string[]): TeachOptions {
  const { values, positionals } = readOptions(args, {
    optical: { type: "string" },
    dsm: { type: "string" },
    ndsm: { type: "string" },
    dtm: { type: "string" },
    strokes: { type: "string" },
    truth: { type: "string" },
    "from-truth": { type: "string" },
    scheme: { type: "string" },
    model: { type: "string" },
    out: { type: "string" },
    name: { type: "string" },
    scale: { type: "string", default: "auto" },
    stride: { type: "string" },
    collar: { type: "string" },
    threads: { type: "string" },
  });
  if (positionals.length > 0) throw new UsageError(`"${positionals[0]}" is not an option.`);
  const truth = readTruthShare(values.truth, values["from-truth"], values.scheme);
  const out = required(values.out, "out");
  if (!out.endsWith(".onnx")) throw new UsageError(`--out is "${out}"; a name that ends in .onnx is needed.`);
  return {
    optical: required(values.optical, "optical"),
    dsm: values.dsm,
    ndsm: values.ndsm,
    dtm: values.dtm,
    strokes: truth === null ? required(values.strokes, "strokes") : values.strokes,
    truth,
    model: required(values.model, "model"),
    out,
    name: values.name,
    scale: readScale(values.scale),
    stridePx: values.stride === undefined ? null : wholeNumber(values.stride, "stride", 1),
    collar: values.collar === undefined ? null : oneOf(values.collar, "collar", COLLAR_ANSWERS),
    threads: values.threads === undefined ? undefined : wholeNumber(values.threads, "threads", 1, 1024),
  };
}

function readTruthShare(
  path: string | undefined,
  share: string | undefined,
  scheme: string | undefined,
): TruthShare | null {
  if (path === undefined && share === undefined) {
    if (scheme !== undefined) throw new UsageError("--scheme needs --truth.");
    return null;
  }
  if (path === undefined || share === undefined) {
    throw new UsageError(
      `--${path === undefined ? "from-truth" : "truth"} needs --${path === undefined ? "truth" : "from-truth"}.`,
    );
  }
  const number = Number(share);
  if (!(number > 0 && number <= 1)) {
    throw new UsageError(`--from-truth is "${share}"; a share above 0 and at most 1 is needed.`);
  }
  return { path, share: number, scheme: readScheme(scheme) };
}
