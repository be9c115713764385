/** Runs as they stand in projects: what was asked, how far it came, what came of it. */
import { literal, pipe, transform, union } from "valibot";
import { CLEANING_UNITS, type Cleaning } from "../cleaning/cleaning";
import { editsField } from "../correction/mask-edit-fields";
import {
  type Field,
  flag,
  integer,
  list,
  matching,
  nullable,
  number,
  numberFrom,
  objectOf,
  oneOf,
  optional,
  positive,
  sha256,
  tagged,
  text,
} from "../json/fields";
import { colour } from "../labels/scheme-fields";
import type { ModelClass } from "../manifest/manifest";
import type { PixelRect } from "../raster/raster";
import { MOST_AREA_CORNERS } from "../run/area-of-interest";
import type { HeightsMade } from "../run/heights-made";
import type { RunCheckpoint, WindowCount } from "../run/run-checkpoint";
import type { CleanedFacts, MadeElsewhere, RunResult, RunTimings } from "../run/run-result";
import type { AreaOfInterest, BackendFacts, RunSettings } from "../run/run-settings";
import type { WindowCheckFacts } from "../run/window-check";
import type { WrittenPixels } from "../run/written-pixels";
import { AUGMENTATION_IDS } from "../vocabulary/augmentations";
import { BACKEND_CHOICES, BACKEND_KINDS } from "../vocabulary/backends";
import { BLEND_PROFILES } from "../vocabulary/blends";
import { HEIGHT_TREATMENTS } from "../vocabulary/height-treatments";
import type { ProjectRun, RunOutcome } from "./project";
import type { RunScores, StoredMatrix } from "./run-scores";

const MOST_CLASSES = 255;
/** Column strips of the widest raster, and the rows above and below an area. */
const MOST_RECTANGLES = 100_000;

/** Runs name files in the browser's storage: nothing that leads elsewhere. */
export const runId = matching(/^[\w-]{1,80}$/, "a name of letters, digits and hyphens");
const side = integer(1, 10_000_000);
const count = integer(0);

/** By class id. Some files hold null where a class had not been met yet. */
const classPixels = list(
  pipe(
    nullable(count),
    transform((pixels) => pixels ?? 0),
  ),
  MOST_CLASSES,
);

const rectFields = { col: count, row: count, widthPx: side, heightPx: side };
const rectField = objectOf<PixelRect>(rectFields);

const ring = list(number, 2 * MOST_AREA_CORNERS);
export const areaField = objectOf<AreaOfInterest>({
  ...rectFields,
  polygons: optional(list(list(ring, MOST_AREA_CORNERS), MOST_AREA_CORNERS)),
});

const settings = objectOf<RunSettings>({
  modelId: text,
  backend: oneOf(BACKEND_CHOICES),
  stridePx: integer(1),
  blend: oneOf(BLEND_PROFILES),
  scale: optional(positive),
  testTimeAugmentation: oneOf(AUGMENTATION_IDS),
  batch: union([literal("auto"), integer(1)], '"auto" or a whole number from 1'),
  areaOfInterest: nullable(areaField),
  heights: oneOf(HEIGHT_TREATMENTS),
  confidence: flag,
});

/** Pixels, or square metres on the ground. */
const size = numberFrom(0, 1e15);

const crc32 = integer(0, 2 ** 32 - 1);

const written = optional(
  list(
    objectOf<WrittenPixels>({
      col: count,
      row: count,
      widthPx: side,
      heightPx: side,
      classIds: crc32,
      confidence: nullable(crc32),
    }),
    MOST_RECTANGLES,
  ),
);

export const checkpointField: Field<RunCheckpoint> = objectOf<RunCheckpoint>({
  strip: count,
  stripCount: integer(1),
  nextRow: count,
  windows: objectOf<WindowCount>({ run: count, skipped: count }),
  classPixels,
  nodataPixels: count,
  written,
});

const result = objectOf<RunResult>({
  modelId: text,
  modelVersion: text,
  graphSha256: text,
  settings,
  backend: objectOf<BackendFacts>({
    kind: oneOf(BACKEND_KINDS),
    adapter: text,
    reason: text,
    precision: oneOf(["fp32", "fp16"]),
  }),
  widthPx: side,
  heightPx: side,
  area: rectField,
  windowsRun: count,
  windowsSkipped: count,
  augmentations: integer(1, 8),
  batch: integer(1),
  classPixels,
  nodataPixels: count,
  written,
  timings: objectOf<RunTimings>({ statisticsMs: number, runMs: number, readMs: number, modelMs: number }),
  recoveries: count,
  gpuPeakBytes: optional(count),
  inputs: list(objectOf<RunResult["inputs"][number]>({ fileName: text, fileBytes: count }), 10),
  heightRange: nullable(objectOf<NonNullable<RunResult["heightRange"]>>({ min: number, max: number })),
  heightsMade: optional(
    objectOf<HeightsMade>({
      how: oneOf(["as-given", "minus-terrain", "from-surface", "flat", "absent"]),
      files: list(text, 10),
      closedShare: optional(numberFrom(0, 1)),
    }),
  ),
  windowCheck: optional(
    objectOf<WindowCheckFacts>({
      verdict: oneOf(["agree", "differ"]),
      windows: count,
      randomWindows: count,
      unsureWindows: count,
      wrongWindows: count,
      largestDifference: nullable(number),
      tolerance: number,
      equalShare: numberFrom(0, 1),
      escapedShare: nullable(numberFrom(0, 1)),
      reference: text,
      seconds: number,
    }),
  ),
  warnings: list(text, 1000),
  madeElsewhere: optional(objectOf<MadeElsewhere>({ fileName: text, notes: list(text, 100) })),
  cleaned: optional(
    objectOf<CleanedFacts>({
      of: text,
      cleaning: objectOf<Cleaning>({
        majorityPx: integer(1, 99),
        unit: oneOf(CLEANING_UNITS),
        holesBelow: size,
        patchesBelow: list(size, MOST_CLASSES),
      }),
      how: text,
      changedPixels: count,
      closedHoles: count,
      mergedPatches: count,
    }),
  ),
});

const outcome: Field<RunOutcome> = tagged("status", {
  done: { result, seconds: number },
  interrupted: { checkpoint: nullable(checkpointField), waits: optional(literal(true, "true")) },
});

const modelClass = objectOf<ModelClass>({ id: integer(0, MOST_CLASSES - 1), name: text, colour, scored: flag });

const matrix = objectOf<StoredMatrix>({
  counts: list(count, MOST_CLASSES ** 2),
  ignoredTruth: count,
  missingPrediction: count,
});

export const runField: Field<ProjectRun> = objectOf<ProjectRun>({
  id: runId,
  sceneId: text,
  modelId: text,
  modelName: text,
  graphSha256: nullable(sha256),
  classes: list(modelClass, MOST_CLASSES),
  windowPx: side,
  settings,
  inputs: optional(text),
  scores: optional(
    objectOf<RunScores>({
      classes: list(modelClass, MOST_CLASSES),
      withBoundary: matrix,
      noBoundary: matrix,
      boundaryPx: integer(0, 100),
      notes: list(text, 1000),
    }),
  ),
  edits: optional(editsField),
  outcome,
});
