/** A project file as a schema. A field that `project.ts` has and this has not does not compile. */
import {
  exactly,
  type Field,
  integer,
  list,
  matching,
  nullable,
  numberFrom,
  objectOf,
  oneOf,
  optional,
  sha256,
  table,
  text,
} from "../json/fields";
import { colour } from "../labels/scheme-fields";
import { manifestSchema } from "../manifest/manifest-schema";
import type { HandChoices } from "../pairing/choose-by-hand";
import { correctionsField, roleField } from "../raster/corrections-fields";
import type { AskedSettings } from "../run/asked-settings";
import { askedSettingsFields } from "../run/asked-settings-fields";
import { samplesField } from "../sampling/map-sample-fields";
import { strokesField } from "../vector/stroke-fields";
import { COMBINATIONS, GAMMA, type PhotoDisplay, STRETCHES } from "../view/photo-display";
import { AUXILIARY_KIND_IDS } from "../vocabulary/auxiliary-kinds";
import { coloursField, opacityField, paletteField } from "./legend-fields";
import {
  PROJECT_FORMAT,
  type Project,
  type ProjectBand,
  type ProjectClass,
  type ProjectDates,
  type ProjectFile,
  type ProjectGolden,
  type ProjectParcels,
  type ProjectScene,
  type ProjectTaught,
} from "./project";
import { areaField, runField, runId } from "./run-fields";

const MOST_SCENES = 10_000;
const MOST_RUNS = 10_000;
/** Side files of a scene, classes, makes of file. */
const MANY = 1000;

const fileFields = { name: text, folder: optional(text), bytes: integer(1), sha256Sampled: sha256 };

const file = objectOf<ProjectFile>({
  ...fileFields,
  address: optional(matching(/^https?:\/\//, "an address that begins with https://")),
  bands: optional(list(objectOf<ProjectBand>({ ...fileFields, role: roleField }), MANY)),
});

const sideFile = objectOf<ProjectScene["sideFiles"][number]>({
  name: text,
  folder: optional(text),
  bytes: integer(0),
});

const partKey = matching(new RegExp(`^(${[...AUXILIARY_KIND_IDS, "truth"].join("|")})$`), "by part of a scene");

const byHand: Field<HandChoices> = table(nullable(text), MANY, partKey);

const scene = objectOf<ProjectScene>({
  id: text,
  name: text,
  optical: file,
  auxiliary: nullable(file),
  otherAuxiliaries: optional(list(file, MANY)),
  truth: nullable(file),
  otherTruth: optional(file),
  area: optional(areaField),
  auxiliaryChoice: optional(oneOf(["only-where-it-lies", "leave-out"])),
  isNamed: optional(exactly(true)),
  byHand: optional(byHand),
  display: optional(
    objectOf<PhotoDisplay>({
      combination: optional(oneOf(COMBINATIONS)),
      band: optional(integer(0)),
      stretch: optional(oneOf(STRETCHES)),
      gamma: optional(numberFrom(GAMMA.least, GAMMA.most)),
    }),
  ),
  ticked: optional(exactly(true)),
  strokes: optional(strokesField),
  samples: optional(samplesField),
  sideFiles: list(sideFile, MANY),
});

const base64 = matching(/^[A-Za-z0-9+/]*={0,2}$/, "bytes as base64");

const taught = objectOf<ProjectTaught>({
  manifest: manifestSchema,
  version: integer(1),
  appended: nullable(base64),
  strokes: strokesField,
  epsg: nullable(integer(1)),
  golden: optional(
    objectOf<ProjectGolden>({
      classes: integer(1),
      values: integer(1),
      units: integer(0),
      parameters: base64,
      samplesSha256: sha256,
      committee: list(base64, 100),
    }),
  ),
});

const parcels = objectOf<ProjectParcels>({
  ...fileFields,
  layer: nullable(text),
  truths: list(objectOf<ProjectParcels["truths"][number]>({ photo: text, field: text }), MOST_SCENES),
  sideFiles: list(sideFile, MANY),
});

export const projectSchema: Field<Project> = objectOf<Project>({
  format: exactly(PROJECT_FORMAT),
  scenes: list(scene, MOST_SCENES),
  settings: objectOf<AskedSettings>(askedSettingsFields),
  evaluation: objectOf<Project["evaluation"]>({
    boundary: oneOf(["with", "without"]),
    boundaryPx: integer(0, 100),
    truthFile: optional(oneOf(["full", "eroded"])),
    classMapping: optional(table(nullable(text), MANY)),
  }),
  corrections: optional(table(correctionsField, MANY)),
  legend: objectOf<Project["legend"]>({
    opacity: opacityField,
    hidden: list(text, MANY),
    palette: paletteField,
    colours: optional(coloursField),
  }),
  newClasses: optional(list(objectOf<ProjectClass>({ name: text, colour }), MANY)),
  taught: optional(list(taught, MANY)),
  parcels: optional(list(parcels, MANY)),
  dates: optional(
    objectOf<ProjectDates>({
      beforeRunId: nullable(runId),
      afterRunId: nullable(runId),
      least: numberFrom(0, Number.MAX_SAFE_INTEGER),
    }),
  ),
  runs: list(runField, MOST_RUNS),
  view: text,
});
