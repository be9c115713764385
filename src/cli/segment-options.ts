/** The options of `nadir segment`, checked against the model before anything runs. */
import { CLASS_SCHEMES, type ClassScheme } from "../core/labels/class-scheme";
import type { ModelManifest } from "../core/manifest/manifest";
import type { PolygonOptions } from "../core/polygons/polygon-options";
import { COLLAR_ANSWERS, COLLAR_DEFAULT, type CollarAnswer } from "../core/raster/collar";
import type { PixelRect } from "../core/raster/raster";
import {
  type AskedScale,
  chooseScale,
  LEAST_SCALE,
  MOST_SCALE,
  SCALE_CHOICES,
  scaleSetting,
} from "../core/run/run-scale";
import type { RunSettings } from "../core/run/run-settings";
import { AUGMENTATION_IDS } from "../core/vocabulary/augmentations";
import { BLEND_PROFILES } from "../core/vocabulary/blends";
import { RUN_FORMATS, runFormat } from "../outputs/run-formats";
import { UsageError } from "./exit-codes";
import { NODE_BACKENDS, type NodeBackendChoice } from "./node-network";
import { isVectorPath } from "./open-vector";
import { POLYGON_OPTIONS, POLYGON_USAGE, readPolygonOptions } from "./polygon-options";
import { numberList, type OptionValues, oneOf, readOptions, required, wholeNumber } from "./read-options";
import type { AskedOutput } from "./write-outputs";

export const SEGMENT_USAGE = `Usage: nadir segment --optical FILE --model MANIFEST --out FILE [options]

  --optical FILE      orthophoto
  --dsm FILE          height raster, on any grid; for a model that asks for heights above the ground they are made of it
  --ndsm FILE         heights above the ground
  --dtm FILE          terrain model: heights above the ground are the DSM minus it
  --model MANIFEST    *.nadir.json
${RUN_FORMATS.map(({ option, help }) => `  ${`--${option} FILE`.padEnd(20)}${help}`).join("\n")}
${POLYGON_USAGE}
  --truth FILE        ground truth, a raster or polygons; scores go to the report
  --truth-field NAME  of polygons: the attribute that says the class (one that is called so by default)
  --mapping FILE      which truth class each model class is scored against, and what bare ids of the truth mean (JSON)
  --scheme NAME       the truth's colours or ids: ${CLASS_SCHEMES.map(({ id }) => id).join(", ")} (told by its colours by default)
  --report FILE       scene, settings and scores as JSON, the same as the page saves
  --stride PX         distance between windows (the model's suggestion by default)
  --scale NAME|N      auto, model, image, or image pixels along the side of a pixel the run computes on, 0.1 to 100:
                      area means go in, and classes come out on the image's own pixels (auto by default: the model's
                      own ground sampling distance where the image lies outside what it was made for)
  --window PX         only the model's own window is possible; refused otherwise
  --blend NAME        ${BLEND_PROFILES.join(", ")} (the model's by default)
  --tta NAME          ${AUGMENTATION_IDS.join(", ")} (none by default)
  --backend NAME      ${NODE_BACKENDS.join(", ")} (auto by default)
  --batch N           windows per call (1 by default)
  --threads N         threads of the CPU backend (one per core by default)
  --aoi C,R,W,H       part of the image, in pixels
  --aoi FILE          or what polygons surround (GeoPackage, Shapefile, GeoJSON, KML, in any coordinate system): pixels
                      whose centre lies in one; the rest is nodata, and windows that touch none are not run
  --height-range A,B  height range for min-max scaling, in place of the raster's own
  --collar ANSWER     take or leave: whether a margin of one colour that the photo does not declare counts as missing
                      (${COLLAR_DEFAULT} by default)
  --flatten-heights   run with a constant height: what does the DSM contribute?
  --resume            go on with an interrupted run

Models over a list of scenes: nadir segment --list FOLDER|FILE --model MANIFEST [--model …] --out-folder FOLDER [options]

  --list PATH         a folder or .zip archive, whose rasters are paired as the page pairs them, or a CSV file with the
                      columns optical and, as there are, dsm, ndsm, dtm, truth, name; paths are relative to it
  --out-folder FOLDER maps, mosaics, scores and report, the same files that the page hands over
  --formats LIST      ${RUN_FORMATS.map(({ id }) => id).join(",")} (geotiff by default)
  A scene that cannot be run is told and the others go on; the exit status is that of the first.`;

/** Beyond these no machine gains anything, and onnxruntime fails without a sentence. */
const MOST_BATCH = 1024;
const MOST_THREADS = 1024;

export const OPTIONS = {
  optical: { type: "string" },
  dsm: { type: "string" },
  ndsm: { type: "string" },
  dtm: { type: "string" },
  model: { type: "string" },
  truth: { type: "string" },
  "truth-field": { type: "string" },
  mapping: { type: "string" },
  scheme: { type: "string" },
  report: { type: "string" },
  stride: { type: "string" },
  scale: { type: "string" },
  window: { type: "string" },
  blend: { type: "string" },
  tta: { type: "string", default: "none" },
  backend: { type: "string", default: "auto" },
  batch: { type: "string", default: "1" },
  threads: { type: "string" },
  aoi: { type: "string" },
  "height-range": { type: "string" },
  collar: { type: "string" },
  "flatten-heights": { type: "boolean", default: false },
  resume: { type: "boolean", default: false },
  ...POLYGON_OPTIONS,
} as const;

/** One per output format, read from the table of formats. */
const OUTPUT_OPTIONS: Readonly<Record<string, { readonly type: "string" }>> = Object.fromEntries(
  RUN_FORMATS.map(({ option }) => [option, { type: "string" }]),
);

interface SegmentPaths {
  readonly optical: string;
  readonly dsm: string | undefined;
  readonly ndsm: string | undefined;
  readonly dtm: string | undefined;
  readonly model: string;
  /** Of the class map; the journal of the run lies beside it. */
  readonly out: string;
  readonly truth: string | undefined;
  readonly mapping: string | undefined;
  readonly report: string | undefined;
  /** Polygons that are the area of interest. */
  readonly aoi: string | undefined;
}

export interface SegmentOptions {
  readonly paths: SegmentPaths;
  /** Formats that were asked for, in the order of the table. */
  readonly outputs: readonly AskedOutput[];
  readonly polygons: PolygonOptions;
  /** Of the truth; null lets its colours decide. */
  readonly scheme: ClassScheme | null;
  /** Of a truth of polygons; undefined for the one whose name says so. */
  readonly truthField: string | undefined;
  readonly resume: boolean;
  readonly backend: NodeBackendChoice;
  readonly batch: number;
  /** Of the CPU backend; all cores when undefined. */
  readonly threads: number | undefined;
  /** Null when the default decides. */
  readonly collar: CollarAnswer | null;
  readonly heightRange: { readonly min: number; readonly max: number } | null;
  /**
   * Needs what is read after the options; without an area of polygons, which only a scene has.
   *
   * @param imageMetres Ground sampling distance of the orthophoto; null where it is not known.
   */
  settings(manifest: ModelManifest, imageMetres: number | null): RunSettings;
}

/** @throws {UsageError} Naming the option at fault. */
export function readSegmentOptions(args: readonly string[]): SegmentOptions {
  const { values, positionals } = readOptions(args, { ...OUTPUT_OPTIONS, ...OPTIONS });
  if (positionals.length > 0) {
    throw new UsageError(`"${positionals[0]}" is not an option.`);
  }
  const ofTruth = (["mapping", "scheme", "truth-field"] as const).find((name) => values[name] !== undefined);
  if (values.truth === undefined && ofTruth !== undefined) throw new UsageError(`--${ofTruth} needs --truth.`);
  const asked: Readonly<Record<string, unknown>> = values;
  const outputs = RUN_FORMATS.flatMap(({ id, option }) => {
    const path = asked[option];
    return typeof path === "string" ? [{ format: id, path }] : [];
  });
  const { dsm, ndsm, dtm, truth, mapping, report, aoi } = values;
  return {
    paths: {
      optical: required(values.optical, "optical"),
      model: required(values.model, "model"),
      out: required(outputs.find(({ format }) => format === "geotiff")?.path, "out"),
      dsm,
      ndsm,
      dtm,
      truth,
      mapping,
      report,
      aoi: aoi !== undefined && isVectorPath(aoi) ? aoi : undefined,
    },
    outputs,
    polygons: readPolygonOptions(values),
    scheme: readScheme(values.scheme),
    truthField: values["truth-field"],
    resume: values.resume,
    backend: oneOf(values.backend, "backend", NODE_BACKENDS),
    batch: wholeNumber(values.batch, "batch", 1, MOST_BATCH),
    threads: values.threads === undefined ? undefined : wholeNumber(values.threads, "threads", 1, MOST_THREADS),
    collar: values.collar === undefined ? null : oneOf(values.collar, "collar", COLLAR_ANSWERS),
    heightRange: readHeightRange(values["height-range"]),
    settings: (manifest, imageMetres) => readSettings(values, manifest, imageMetres, outputs),
  };
}

/** Null when the option is absent. @throws {UsageError} For a scheme that does not exist. */
export function readScheme(value: string | undefined): ClassScheme | null {
  if (value === undefined) {
    return null;
  }
  const ids = CLASS_SCHEMES.map(({ id }) => id);
  const wanted = oneOf(value, "scheme", ids);
  return CLASS_SCHEMES.find(({ id }) => id === wanted)!;
}

function readSettings(
  values: OptionValues<typeof OPTIONS>,
  manifest: ModelManifest,
  imageMetres: number | null,
  outputs: readonly AskedOutput[],
): RunSettings {
  const { sizePx, suggestedStridePx } = manifest.window;
  if (values.window !== undefined && wholeNumber(values.window, "window", 1) !== sizePx) {
    throw new UsageError(`--window is ${values.window}; ${manifest.name} is only defined at ${sizePx} px.`);
  }
  const stridePx = values.stride === undefined ? suggestedStridePx : wholeNumber(values.stride, "stride", 1);
  if (stridePx > sizePx) {
    throw new UsageError(`--stride is ${stridePx}; more than the window of ${sizePx} px would leave gaps.`);
  }
  const blend = oneOf(values.blend ?? manifest.stitch.blend, "blend", BLEND_PROFILES);
  const scale = readScale(values.scale ?? (blend === "papers" ? "image" : "auto"));
  if (blend === "papers" && scale !== "image") {
    throw new UsageError(
      `--scale is "${values.scale}"; a paper is reproduced on the image's own pixels (--scale image).`,
    );
  }
  return {
    modelId: manifest.id,
    backend: "auto",
    stridePx,
    blend,
    ...scaleSetting(chooseScale(scale, manifest, imageMetres)),
    testTimeAugmentation: oneOf(values.tta, "tta", AUGMENTATION_IDS),
    batch: wholeNumber(values.batch, "batch", 1),
    areaOfInterest: readArea(values.aoi),
    heights: values["flatten-heights"] ? "flattened" : "as-is",
    confidence: outputs.some(({ format }) => runFormat(format).confidence !== "none"),
  };
}

export function readScale(value: string): AskedScale {
  const named = SCALE_CHOICES.find((choice) => choice === value);
  const scale = value.trim() === "" ? Number.NaN : Number(value);
  if (named === undefined && !(scale >= LEAST_SCALE && scale <= MOST_SCALE)) {
    throw new UsageError(
      `--scale is "${value}"; ${SCALE_CHOICES.join(", ")} or a number from ${LEAST_SCALE} to ${MOST_SCALE} is needed.`,
    );
  }
  return named ?? scale;
}

function readArea(value: string | undefined): PixelRect | null {
  if (value === undefined || isVectorPath(value)) {
    return null;
  }
  const numbers = value.split(",").map(Number);
  const [col, row, widthPx, heightPx] = numbers as [number, number, number, number];
  const isArea = numbers.length === 4 && numbers.every(Number.isSafeInteger);
  if (!isArea || col < 0 || row < 0 || widthPx < 1 || heightPx < 1) {
    throw new UsageError(
      `--aoi is "${value}"; whole pixels column,row,width,height inside the image, or a file of polygons, are needed.`,
    );
  }
  return { col, row, widthPx, heightPx };
}

function readHeightRange(value: string | undefined): { min: number; max: number } | null {
  if (value === undefined) {
    return null;
  }
  const [min, max] = numberList(value, "height-range", 2) as [number, number];
  if (min > max) {
    throw new UsageError(`--height-range is "${value}"; the smaller height comes first.`);
  }
  return { min, max };
}
