/**
 * The model manifest, the only contract between `models/` and the studio, as a schema: the type, the reader, the JSON
 * Schema and the table of fields in `docs/manifest.md` come from it. Descriptions are part of the documentation.
 */
import * as v from "valibot";
import {
  absentOr,
  exactly,
  type Field,
  flag,
  integer,
  list,
  matching,
  nullOr,
  number,
  object,
  oneOf,
  positive,
  sha256,
  table,
  tagged,
  tuple,
} from "../json/fields";
import type { Colour } from "../labels/class-scheme";
import { BAND_NAMES } from "../vocabulary/band-roles";
import { BLEND_PROFILES } from "../vocabulary/blends";

export const MANIFEST_FORMAT = "nadir-model/1";

const MOST_INPUTS = 16;
const MOST_BANDS = 64;
/** More than can be (255), so that a list somewhat too long is told its number. */
const MOST_CLASSES = 1000;
const MOST_FILES = 100;

const text = v.string("text");
/** Files lie beside the manifest, never elsewhere. */
const fileName = matching(/^(?!\.\.?$)[^/\\:]+$/, "a file name without a path");
const precision = oneOf(["fp32", "fp16"]);
const side = integer(1);
const bandNumbers = list(number, MOST_BANDS);

type TensorShape = readonly ["batch", channels: number, height: number, width: number];

const tensorShape = v.strictTuple(
  [v.literal("batch", '"batch"'), side, side, side],
  '["batch", channels, height, width]',
) as unknown as Field<TensorShape>;

const size = said(integer(1), "Size in bytes.");

const modelClassSchema = object({
  id: said(integer(0), "0, 1, 2, … in order: the channel of the output."),
  name: said(text, "Name as shown."),
  colour: said(tuple<Colour>(3, integer(0, 255), "three whole numbers from 0 to 255"), "Red, green, blue, 0–255."),
  scored: said(flag, "False for what usual means leave out (clutter)."),
});

const scoreSchema = object({
  dataset: said(text, "Data set it was scored on."),
  split: said(text, "Part of it."),
  convention: said(text, "What was left out, what was averaged."),
  miou: absentOr(said(number, "Mean IoU, 0–1.")),
  oa: absentOr(said(number, "Overall accuracy, 0–1.")),
  ioUPerClass: absentOr(said(table(number, MOST_CLASSES), "IoU by class name, 0–1.")),
});

const scaleSchema = tagged("kind", {
  "declared-type": {},
  "min-max": { scope: said(exactly("raster"), "What the range is measured over.") },
  fixed: {
    min: said(number, "Value that becomes 0, in the raster's unit (metres)."),
    max: said(number, "Value that becomes 1."),
  },
  none: {},
});

const inputSchema = object({
  name: said(text, "Name of the graph's input."),
  role: said(
    oneOf(["optical", "auxiliary", "stack"]),
    "Bands of the image, of the second raster, or one tensor with bands of both.",
  ),
  kind: said(
    text,
    "`optical`; the kind of second raster it was made for: `dsm` (heights above the sea), `ndsm` (metres above the ground, made from a DSM where the scene has none), `sar`, …; of a stack, `optical+dsm`.",
  ),
  bands: said(
    list(oneOf(BAND_NAMES), MOST_BANDS),
    "What each channel shows, in the tensor's order. Found in the file by role, never by position.",
  ),
  otherBands: absentOr(
    said(
      list(list(oneOf(BAND_NAMES), MOST_BANDS), MOST_BANDS),
      "What the channels of a photo may show instead, where it lacks one of `bands`: combinations that the network was trained with, too.",
    ),
  ),
  shape: said(tensorShape, "With the padded window; the batch is symbolic and made static when the model is loaded."),
  scale: said(
    scaleSchema,
    "Before mean and deviation: `declared-type` (÷ 255 for uint8; photos of other types from the value that is black to the one that is white, `docs/rasters.md`), `min-max` over the raster's valid pixels (a constant raster gives 0), `fixed`, or `none`.",
  ),
  mean: said(bandNumbers, "Then (value − mean) ÷ std, per band."),
  std: said(bandNumbers, "Per band; never 0."),
  nodataFill: said(number, "In place of missing pixels, after scaling."),
  optional: absentOr(
    said(flag, "True for a second raster that the model can do without; its tensor then holds `absent` everywhere."),
  ),
  absent: absentOr(said(number, "What the whole tensor holds, after scaling, where the scene has no such raster.")),
});

/** More than anybody draws. */
const MOST_STROKES = 1_000_000;

const share = nullOr(said(number, "Share of the strokes' pixels told rightly, each stroke counting the same, 0–1."));

const taughtSchema = object({
  base: said(
    object({
      id: said(text, "Id of the model it was taught from."),
      name: said(text, "Its name."),
      sha256: said(sha256, "Of its graph, which this graph begins with."),
    }),
    "The model it was taught from.",
  ),
  date: said(text, "Day it was taught on, as in 2026-11-29."),
  scenes: said(list(text, MOST_FILES), "Photos the strokes lie on."),
  strokes: said(integer(1, MOST_STROKES), "Number of strokes."),
  strokesFile: nullOr(said(fileName, "The strokes beside the manifest, as GeoJSON.")),
  head: said(oneOf(["linear", "hidden"]), "What was learnt: a weight per class and value, or radial units besides."),
  leftOut: said(
    list(
      object({
        class: said(text, "Name of the class."),
        strokes: said(integer(1, MOST_STROKES), "Its strokes."),
        old: share,
        taught: share,
      }),
      MOST_CLASSES,
    ),
    "Every stroke judged by a head that was taught without it, beside the base model on the same strokes.",
  ),
});

const fileFields = {
  sha256: said(sha256, "Of the file's bytes, lower-case hexadecimal."),
  bytes: size,
};

export const manifestSchema = object({
  format: said(exactly(MANIFEST_FORMAT), "Version of this description."),
  id: said(text, "Stem of the files' names, unique among the models."),
  name: said(text, "Name as shown."),
  version: said(text, "Of the weights."),
  description: said(text, "One or two sentences for whoever chooses a model."),
  network: absentOr(
    said(
      object({
        family: said(text, "Architecture."),
        variant: said(text, "Size within the family."),
        parameters: absentOr(said(number, "Number of weights.")),
        macsPerWindow: absentOr(said(number, "Multiply-adds for one window.")),
      }),
      "What it is made of.",
    ),
  ),
  paper: absentOr(
    said(object({ title: said(text, "Title."), url: said(text, "Address, best a DOI.") }), "Where it is described."),
  ),
  licence: absentOr(said(text, "Of the weights.")),
  trainedOn: absentOr(said(text, "One honest sentence.")),
  limits: absentOr(said(text, "Where it was seen to fail.")),
  scores: said(list(scoreSchema, MOST_FILES), "What it reaches on held-out data; may be empty."),
  graph: said(
    object({
      file: said(fileName, "The ONNX file beside the manifest."),
      ...fileFields,
      opset: said(integer(7), "ONNX operator set."),
      precision: said(precision, "Arithmetic of the graph."),
      weights: said(precision, "How the weights are stored."),
    }),
    "What to load and verify.",
  ),
  externalData: said(
    list(
      object({
        file: said(fileName, "File beside the manifest."),
        path: said(text, "Name the graph refers to."),
        ...fileFields,
      }),
      MOST_FILES,
    ),
    "Weights outside the graph's file.",
  ),
  inputs: said(list(inputSchema, MOST_INPUTS), "What the network reads."),
  output: said(
    object({
      name: said(text, "Name of the graph's output."),
      kind: said(oneOf(["logits", "probabilities"]), "What the values are."),
      stride: said(
        integer(1),
        "Window pixels per value; above 1 the values are interpolated (bilinear, half-pixel centres).",
      ),
      shape: said(tensorShape, "Classes × padded window ÷ stride."),
    }),
    "What the network gives.",
  ),
  window: said(
    object({
      sizePx: said(integer(1), "Side of the window on the image."),
      padPx: said(integer(0), "Zeros added right and bottom after normalisation; cropped off the output again."),
      suggestedStridePx: said(integer(1), "Distance between windows unless asked otherwise."),
      fixed: said(flag, "The network is defined at this size only."),
    }),
    "How the image is cut.",
  ),
  groundSamplingDistanceMetres: said(
    object({
      min: said(positive, "Finest it was trained for."),
      max: said(positive, "Coarsest."),
      best: absentOr(said(positive, "What images finer or coarser than that are brought to before a run.")),
    }),
    "Pixel size on the ground that it is made for.",
  ),
  classes: said(list(modelClassSchema, MOST_CLASSES), "1 to 255, in the order of the output's channels."),
  stitch: said(
    object({
      accumulate: said(exactly("sum-logits"), "What is added where windows overlap."),
      blend: said(oneOf(BLEND_PROFILES), "How overlapping windows are joined unless asked otherwise."),
      papersStridePx: nullOr(said(integer(1), "Stride of the paper's own scripts; null when they do not stitch.")),
    }),
    "How windows become a map.",
  ),
  golden: nullOr(
    said(
      object({
        file: said(fileName, "The pair's description beside the manifest."),
        tolerance: said(positive, "Largest difference allowed, in logits."),
      }),
      "An input with its output, replayed before the first use.",
    ),
  ),
  taught: absentOr(said(taughtSchema, "Of a model that was taught by strokes; absent for others.")),
});

function said<T>(field: Field<T>, description: string): Field<T> {
  return v.pipe(field, v.description(description));
}
