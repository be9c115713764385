/** The options of `nadir teach`. */
import { COLLAR_ANSWERS, type CollarAnswer } from "../core/raster/collar";
import type { AskedScale } from "../core/run/run-scale";
import { UsageError } from "./exit-codes";
import { oneOf, readOptions, required, wholeNumber } from "./read-options";
import { readScale } from "./segment-options";

export const TEACH_USAGE = `Usage: nadir teach --optical FILE --strokes FILE --model MANIFEST --out FILE [options]

Teaches a model by strokes: a new last layer on the features it has, in seconds (docs/teaching.md). The result is an
ordinary model.

  --optical FILE      orthophoto the strokes lie on
  --dsm FILE          height raster, as for segment; likewise --ndsm FILE and --dtm FILE
  --strokes FILE      GeoJSON in the orthophoto's map coordinates: LineStrings with a width in metres and Polygons, each
                      with its class
  --model MANIFEST    *.nadir.json of the model to teach
  --out FILE          *.onnx; manifest, strokes and golden pair are written beside it
  --name NAME         of the taught model (the base's name and the day by default)
  --scale NAME|N      as for segment (auto by default)
  --stride PX         distance between windows (the model's suggestion by default)
  --collar ANSWER     as for segment
  --threads N         threads of the CPU backend (one per core by default)`;

export interface TeachOptions {
  readonly optical: string;
  readonly dsm: string | undefined;
  readonly ndsm: string | undefined;
  readonly dtm: string | undefined;
  readonly strokes: string;
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
    model: { type: "string" },
    out: { type: "string" },
    name: { type: "string" },
    scale: { type: "string", default: "auto" },
    stride: { type: "string" },
    collar: { type: "string" },
    threads: { type: "string" },
  });
  if (positionals.length > 0) throw new UsageError(`"${positionals[0]}" is not an option.`);
  const out = required(values.out, "out");
  if (!out.endsWith(".onnx")) throw new UsageError(`--out is "${out}"; a name that ends in .onnx is needed.`);
  return {
    optical: required(values.optical, "optical"),
    dsm: values.dsm,
    ndsm: values.ndsm,
    dtm: values.dtm,
    strokes: required(values.strokes, "strokes"),
    model: required(values.model, "model"),
    out,
    name: values.name,
    scale: readScale(values.scale),
    stridePx: values.stride === undefined ? null : wholeNumber(values.stride, "stride", 1),
    collar: values.collar === undefined ? null : oneOf(values.collar, "collar", COLLAR_ANSWERS),
    threads: values.threads === undefined ? undefined : wholeNumber(values.threads, "threads", 1, 1024),
  };
}
