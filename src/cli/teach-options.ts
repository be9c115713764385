/** The options of `nadir teach`. */
import { parse } from "node:path";
import type { ClassScheme } from "../core/labels/class-scheme";
import { COLLAR_ANSWERS, type CollarAnswer } from "../core/raster/collar";
import type { AskedScale } from "../core/run/run-scale";
import { UsageError } from "./exit-codes";
import { type OptionValues, oneOf, readOptions, required, wholeNumber } from "./read-options";
import type { ListedTile } from "./read-tile-list";
import { readScale, readScheme } from "./segment-options";

export const TEACH_USAGE = `Usage: nadir teach --optical FILE --strokes FILE --model MANIFEST --out FILE [options]
       nadir teach --optical FILE --truth FILE --from-truth SHARE --model MANIFEST --out FILE [options]
       nadir teach --list PATH --strokes FILE --model MANIFEST --out FILE [options]

Teaches a model by strokes: a new last layer on the features it has, in seconds (docs/teaching.md). The result is an
ordinary model.

  --optical FILE      orthophoto the strokes lie on
  --dsm FILE          height raster, as for segment; likewise --ndsm FILE and --dtm FILE
  --list PATH         several scenes at once, the same list as for segment; a stroke belongs to the first scene that it
                      lies on, or to the photo that it names; --from-truth takes a share of every truth in the list
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

/** A share of each truth becomes strokes. */
export interface TruthShare {
  /** Above 0, at most 1. */
  readonly share: number;
  readonly scheme: ClassScheme | null;
}

export interface TeachOptions {
  /** The files of one scene, or where the list of several is. */
  readonly scenes: ListedTile | { readonly list: string };
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

const SCENE_OPTIONS = {
  optical: { type: "string" },
  dsm: { type: "string" },
  ndsm: { type: "string" },
  dtm: { type: "string" },
  truth: { type: "string" },
} as const;

type SceneValues = OptionValues<typeof SCENE_OPTIONS>;

/** @throws {UsageError} Naming the option at fault. */
export function readTeachOptions(args: readonly string[]): TeachOptions {
  const { values, positionals } = readOptions(args, {
    ...SCENE_OPTIONS,
    list: { type: "string" },
    strokes: { type: "string" },
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
  const truth = readTruthShare(values);
  const out = required(values.out, "out");
  if (!out.endsWith(".onnx")) throw new UsageError(`--out is "${out}"; a name that ends in .onnx is needed.`);
  return {
    scenes: readScenes(values),
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

function readScenes({ list, ...values }: SceneValues & { readonly list?: string }): TeachOptions["scenes"] {
  const files = Object.entries(SCENE_OPTIONS).flatMap(([name]) => {
    const path = values[name as keyof SceneValues];
    return path === undefined ? [] : [[name, path] as const];
  });
  if (list === undefined) {
    const optical = required(values.optical, "optical");
    return { name: parse(optical).name, ...Object.fromEntries(files), optical };
  }
  if (files.length > 0) throw new UsageError(`--${files[0]![0]} and --list exclude each other.`);
  return { list };
}

interface ShareValues {
  readonly list?: string;
  readonly truth?: string;
  readonly "from-truth"?: string;
  readonly scheme?: string;
}

function readTruthShare({ list, truth, "from-truth": share, scheme }: ShareValues): TruthShare | null {
  if (truth === undefined && share === undefined) {
    if (scheme !== undefined) throw new UsageError("--scheme needs --from-truth.");
    return null;
  }
  if (share === undefined) throw new UsageError("--truth needs --from-truth.");
  if (truth === undefined && list === undefined) throw new UsageError("--from-truth needs --truth.");
  const number = Number(share);
  if (!(number > 0 && number <= 1)) {
    throw new UsageError(`--from-truth is "${share}"; a share above 0 and at most 1 is needed.`);
  }
  return { share: number, scheme: readScheme(scheme) };
}
