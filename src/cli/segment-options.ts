/** The options of `nadir segment`, checked against the model before anything runs. */
import type { ModelManifest } from "../core/manifest/manifest";
import type { PixelRect } from "../core/raster/raster";
import type { RunSettings } from "../core/run/run-settings";
import { AUGMENTATION_IDS } from "../core/vocabulary/augmentations";
import { BLEND_PROFILES } from "../core/vocabulary/blends";
import { UsageError } from "./exit-codes";
import { NODE_BACKENDS, type NodeBackendChoice } from "./node-network";
import { numberList, type OptionValues, oneOf, readOptions, required, wholeNumber } from "./read-options";

export const SEGMENT_USAGE = `Usage: nadir segment --optical FILE --model MANIFEST --out FILE [options]

  --optical FILE      orthophoto
  --dsm FILE          height raster, on any grid
  --model MANIFEST    *.nadir.json
  --out FILE          class map, Cloud Optimised GeoTIFF
  --confidence FILE   confidence 0–1 as float GeoTIFF
  --polygons FILE     class polygons with holes, area and confidence, as GeoJSON
  --truth FILE        ground truth; scores go to the report
  --mapping FILE      truth-to-model class mapping (JSON)
  --report FILE       run report as JSON
  --stride PX         distance between windows (the model's suggestion by default)
  --window PX         only the model's own window is possible; refused otherwise
  --blend NAME        ${BLEND_PROFILES.join(", ")} (the model's by default)
  --tta NAME          ${AUGMENTATION_IDS.join(", ")} (none by default)
  --backend NAME      ${NODE_BACKENDS.join(", ")} (auto by default)
  --batch N           windows per call (1 by default)
  --threads N         threads of the CPU backend (one per core by default)
  --aoi C,R,W,H       part of the image, in pixels
  --height-range A,B  height range for min-max scaling, in place of the raster's own
  --flatten-heights   run with a constant height: what does the DSM contribute?
  --resume            go on with an interrupted run`;

const OPTIONS = {
  optical: { type: "string" },
  dsm: { type: "string" },
  model: { type: "string" },
  out: { type: "string" },
  confidence: { type: "string" },
  polygons: { type: "string" },
  truth: { type: "string" },
  mapping: { type: "string" },
  report: { type: "string" },
  stride: { type: "string" },
  window: { type: "string" },
  blend: { type: "string" },
  tta: { type: "string", default: "none" },
  backend: { type: "string", default: "auto" },
  batch: { type: "string", default: "1" },
  threads: { type: "string" },
  aoi: { type: "string" },
  "height-range": { type: "string" },
  "flatten-heights": { type: "boolean", default: false },
  resume: { type: "boolean", default: false },
} as const;

export interface SegmentPaths {
  readonly optical: string;
  readonly dsm: string | undefined;
  readonly model: string;
  readonly out: string;
  readonly confidence: string | undefined;
  readonly polygons: string | undefined;
  readonly truth: string | undefined;
  readonly mapping: string | undefined;
  readonly report: string | undefined;
}

export interface SegmentOptions {
  readonly paths: SegmentPaths;
  readonly resume: boolean;
  readonly backend: NodeBackendChoice;
  readonly batch: number;
  /** Of the CPU backend; all cores when undefined. */
  readonly threads: number | undefined;
  readonly heightRange: { readonly min: number; readonly max: number } | null;
  /** Needs the manifest, which is read after the options. */
  settings(manifest: ModelManifest): RunSettings;
}

/** @throws {UsageError} Naming the option at fault. */
export function readSegmentOptions(args: readonly string[]): SegmentOptions {
  const { values, positionals } = readOptions(args, OPTIONS);
  if (positionals.length > 0) {
    throw new UsageError(`"${positionals[0]}" is not an option.`);
  }
  if (values.truth === undefined && values.mapping !== undefined) {
    throw new UsageError("--mapping needs --truth.");
  }
  const { dsm, confidence, polygons, truth, mapping, report } = values;
  return {
    paths: {
      optical: required(values.optical, "optical"),
      model: required(values.model, "model"),
      out: required(values.out, "out"),
      dsm,
      confidence,
      polygons,
      truth,
      mapping,
      report,
    },
    resume: values.resume,
    backend: oneOf(values.backend, "backend", NODE_BACKENDS),
    batch: wholeNumber(values.batch, "batch", 1),
    threads: values.threads === undefined ? undefined : wholeNumber(values.threads, "threads", 1),
    heightRange: readHeightRange(values["height-range"]),
    settings: (manifest) => readSettings(values, manifest),
  };
}

function readSettings(values: OptionValues<typeof OPTIONS>, manifest: ModelManifest): RunSettings {
  const { sizePx, suggestedStridePx } = manifest.window;
  if (values.window !== undefined && wholeNumber(values.window, "window", 1) !== sizePx) {
    throw new UsageError(`--window is ${values.window}; ${manifest.name} is only defined at ${sizePx} px.`);
  }
  const stridePx = values.stride === undefined ? suggestedStridePx : wholeNumber(values.stride, "stride", 1);
  if (stridePx > sizePx) {
    throw new UsageError(`--stride is ${stridePx}; more than the window of ${sizePx} px would leave gaps.`);
  }
  return {
    modelId: manifest.id,
    backend: "auto",
    stridePx,
    blend: oneOf(values.blend ?? manifest.stitch.blend, "blend", BLEND_PROFILES),
    testTimeAugmentation: oneOf(values.tta, "tta", AUGMENTATION_IDS),
    batch: wholeNumber(values.batch, "batch", 1),
    areaOfInterest: readArea(values.aoi),
    heights: values["flatten-heights"] ? "flattened" : "as-is",
    confidence: values.confidence !== undefined,
  };
}

function readArea(value: string | undefined): PixelRect | null {
  if (value === undefined) {
    return null;
  }
  const [col, row, widthPx, heightPx] = numberList(value, "aoi", 4) as [number, number, number, number];
  if (![col, row, widthPx, heightPx].every(Number.isSafeInteger) || col < 0 || row < 0 || widthPx < 1 || heightPx < 1) {
    throw new UsageError(`--aoi is "${value}"; whole pixels column,row,width,height inside the image are needed.`);
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
