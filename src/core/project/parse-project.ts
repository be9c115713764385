/** Reads a project file and says precisely what is wrong when it cannot. */
import { NadirError } from "../errors";
import {
  either,
  flag,
  integer,
  list,
  matching,
  nullable,
  number,
  object,
  oneOf,
  optional,
  type Shape,
  table,
  tagged,
  text,
  tuple,
} from "../json/shape";
import type { ClassScheme } from "../labels/class-scheme";
import type { ModelClass } from "../manifest/manifest";
import type { BandCorrections } from "../raster/band-corrections";
import { readNumber } from "../raster/parse-corrections";
import type { PixelRect } from "../raster/raster";
import type { AskedSettings } from "../run/asked-settings";
import type { RunCheckpoint, WindowCount } from "../run/run-checkpoint";
import type { RunResult, RunTimings } from "../run/run-result";
import type { BackendFacts, RunSettings } from "../run/run-settings";
import { AUGMENTATION_IDS } from "../vocabulary/augmentations";
import { RASTER_USES } from "../vocabulary/auxiliary-kinds";
import { BACKEND_CHOICES, BACKEND_KINDS } from "../vocabulary/backends";
import { BAND_ROLES, type BandRole } from "../vocabulary/band-roles";
import { BLEND_PROFILES } from "../vocabulary/blends";
import { HEIGHT_TREATMENTS } from "../vocabulary/height-treatments";
import {
  PROJECT_FORMAT,
  type Project,
  type ProjectFile,
  type ProjectRun,
  type ProjectScene,
  type RunOutcome,
} from "./project";

/** A project is text about files; a larger one is something else. */
export const MOST_PROJECT_BYTES = 16 << 20;

const MOST_FAULTS_NAMED = 5;
const MOST_PX = 10_000_000;

const blend = oneOf(...BLEND_PROFILES);
const backend = oneOf(...BACKEND_CHOICES);
const augmentation = oneOf(...AUGMENTATION_IDS);
const sha256 = matching(/^[0-9a-f]{64}$/, "64 hexadecimal digits");
/** Runs name files in the browser's storage: nothing that leads elsewhere. */
const runId = matching(/^[\w-]{1,80}$/, "a name of letters, digits and hyphens");
const side = integer(1, MOST_PX);
const count = integer(0);

const rectShape = object<PixelRect>({ col: count, row: count, widthPx: side, heightPx: side });

const fileShape = object<ProjectFile>({
  name: text,
  bytes: integer(1),
  sha256Sampled: sha256,
  address: optional(matching(/^https?:\/\//, "an address that begins with https://")),
});

const sceneShape = object<ProjectScene>({
  id: text,
  name: text,
  optical: fileShape,
  auxiliary: nullable(fileShape),
  truth: nullable(fileShape),
  otherTruth: optional(fileShape),
  area: optional(rectShape),
  auxiliaryChoice: optional(oneOf("only-where-it-lies", "leave-out")),
  sideFiles: list(object<ProjectScene["sideFiles"][number]>({ name: text, bytes: count }), 1000),
});

const colour = tuple<ModelClass["colour"]>(3, integer(0, 255));

const classShape = object<ModelClass>({ id: integer(0, 254), name: text, colour, scored: flag });

const schemeShape = object<ClassScheme>({
  id: text,
  name: text,
  classes: list(object<ClassScheme["classes"][number]>({ id: integer(0), name: text, colour, scored: flag }), 1000),
  aliases: optional(
    list(
      object<NonNullable<ClassScheme["aliases"]>[number]>({
        id: integer(0),
        colour: optional(colour),
        value: optional(number),
      }),
    ),
  ),
  ignoreColours: list(colour),
  ignoreIds: list(number),
});

/** NaN and infinities are text in JSON. */
const storedNumber: Shape<number> = (value, path, faults) => {
  const read = readNumber(value);
  return typeof read === "number" ? read : number(read, path, faults);
};

const correctionsShape = object<BandCorrections>({
  use: optional(oneOf(...RASTER_USES)),
  roles: optional(byBand(oneOf(...(Object.keys(BAND_ROLES) as BandRole[])))),
  nodata: optional(byBand(nullable(storedNumber))),
  scheme: optional(nullable(schemeShape)),
});

const askedShape = object<AskedSettings>({
  modelIds: list(text, 1000),
  backend,
  overlapFraction: number,
  blend,
  testTimeAugmentation: augmentation,
  confidence: flag,
  papers: flag,
});

const settingsShape = object<RunSettings>({
  modelId: text,
  backend,
  stridePx: integer(1),
  blend,
  testTimeAugmentation: augmentation,
  batch: either("auto", integer(1)),
  areaOfInterest: nullable(rectShape),
  heights: oneOf(...HEIGHT_TREATMENTS),
  confidence: flag,
});

const windowsShape = object<WindowCount>({ run: count, skipped: count });

const checkpointShape = object<RunCheckpoint>({
  strip: count,
  stripCount: integer(1),
  nextRow: count,
  windows: windowsShape,
  classPixels: list(count, 255),
  nodataPixels: count,
});

const resultShape = object<RunResult>({
  modelId: text,
  modelVersion: text,
  graphSha256: text,
  settings: settingsShape,
  backend: object<BackendFacts>({
    kind: oneOf(...BACKEND_KINDS),
    adapter: text,
    reason: text,
    precision: oneOf("fp32", "fp16"),
  }),
  widthPx: side,
  heightPx: side,
  area: rectShape,
  windowsRun: count,
  windowsSkipped: count,
  augmentations: integer(1, 8),
  batch: integer(1),
  classPixels: list(count, 255),
  nodataPixels: count,
  timings: object<RunTimings>({ statisticsMs: number, runMs: number, readMs: number, modelMs: number }),
  recoveries: count,
  gpuPeakBytes: optional(count),
  inputs: list(object<RunResult["inputs"][number]>({ fileName: text, fileBytes: count }), 10),
  heightRange: nullable(object<NonNullable<RunResult["heightRange"]>>({ min: number, max: number })),
  warnings: list(text, 1000),
});

const outcomeShape: Shape<RunOutcome> = tagged<RunOutcome>("status", {
  done: object<RunOutcome & { status: "done" }>({ status: oneOf("done"), result: resultShape, seconds: number }),
  interrupted: object<RunOutcome & { status: "interrupted" }>({
    status: oneOf("interrupted"),
    checkpoint: nullable(checkpointShape),
  }),
});

const runShape = object<ProjectRun>({
  id: runId,
  sceneId: text,
  modelId: text,
  modelName: text,
  graphSha256: nullable(sha256),
  classes: list(classShape, 255),
  windowPx: integer(1, MOST_PX),
  settings: settingsShape,
  inputs: optional(text),
  outcome: outcomeShape,
});

const projectShape = object<Project>({
  format: oneOf(PROJECT_FORMAT),
  scenes: list(sceneShape, 10_000),
  settings: askedShape,
  evaluation: object<Project["evaluation"]>({
    boundary: oneOf("with", "without"),
    boundaryPx: integer(0, 100),
    truthFile: optional(oneOf("full", "eroded")),
    classMapping: optional(table(nullable(text))),
  }),
  corrections: optional(table(correctionsShape)),
  legend: object<Project["legend"]>({
    opacity: number,
    hidden: list(text, 1000),
    palette: oneOf("isprs", "soft"),
  }),
  runs: list(runShape, 10_000),
  view: text,
});

/**
 * @param content Text of unknown origin.
 * @param subject File name for the message.
 * @throws {NadirError} `bad-project`, naming the fields that are missing or wrong.
 */
export function parseProject(content: string, subject: string): Project {
  let json: unknown;
  try {
    json = JSON.parse(content);
  } catch (cause) {
    throw new NadirError(badProject(subject, `The file is no JSON (${(cause as Error).message}).`), { cause });
  }
  const format = (json as { format?: unknown } | null)?.format;
  if (format !== PROJECT_FORMAT) {
    const found = format === undefined ? "The file names no format." : `Its format is ${JSON.stringify(format)}.`;
    throw new NadirError(badProject(subject, found));
  }
  const faults: string[] = [];
  const project = projectShape(json, "", faults);
  if (faults.length === 0) {
    checkReferences(project, faults);
  }
  if (faults.length > 0) {
    const named = faults.slice(0, MOST_FAULTS_NAMED).join("; ");
    const rest = faults.length > MOST_FAULTS_NAMED ? `; and ${faults.length - MOST_FAULTS_NAMED} more` : "";
    const many = faults.length === 1 ? "a fault" : `${faults.length} faults`;
    throw new NadirError(badProject(subject, `This project has ${many}: ${named}${rest}.`));
  }
  return project;
}

function checkReferences({ scenes, runs, settings, legend }: Project, faults: string[]): void {
  const sceneIds = new Set(scenes.map(({ id }) => id));
  if (sceneIds.size < scenes.length) {
    faults.push("two scenes have the same id");
  }
  if (new Set(runs.map(({ id }) => id)).size < runs.length) {
    faults.push("two runs have the same id");
  }
  for (const [index, { sceneId }] of runs.entries()) {
    if (!sceneIds.has(sceneId)) {
      faults.push(`runs[${index}].sceneId names no scene of the project`);
    }
  }
  if (!(settings.overlapFraction >= 0 && settings.overlapFraction <= 0.9)) {
    faults.push(`settings.overlapFraction must be 0–0.9, is ${settings.overlapFraction}`);
  }
  if (!(legend.opacity >= 0 && legend.opacity <= 1)) {
    faults.push(`legend.opacity must be 0–1, is ${legend.opacity}`);
  }
}

/** A table by 0-based band. */
function byBand<T>(shape: Shape<T>): Shape<Record<number, T>> {
  const plain = table(shape);
  return (value, path, faults) => {
    const read = plain(value, path, faults);
    for (const key of Object.keys(read).filter((name) => !/^\d{1,4}$/.test(name))) {
      faults.push(`${path} must be by number of a band, has ${JSON.stringify(key.slice(0, 40))}`);
    }
    return read;
  };
}

function badProject(subject: string, found: string) {
  return {
    code: "bad-project" as const,
    subject,
    found,
    needed: `A project saved by the studio (format "${PROJECT_FORMAT}") is needed.`,
    next: "Save the project again, or open its rasters by themselves.",
  };
}
