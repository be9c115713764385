/**
 * A project: everything the studio knows except pixels. Rasters are named by name, size and fingerprint, results by
 * the masks that this browser may still hold. Saved as `.nadir` (JSON) and kept between visits.
 */

import type { MaskEdit } from "../correction/mask-edit";
import { keepNonFinite } from "../json/non-finite";
import type { ColourChoice, Palette } from "../labels/class-colours";
import type { Colour } from "../labels/class-scheme";
import type { ModelClass, ModelManifest } from "../manifest/manifest";
import type { HandChoices } from "../pairing/choose-by-hand";
import type { BandCorrections } from "../raster/band-corrections";
import type { AskedSettings } from "../run/asked-settings";
import type { RunCheckpoint } from "../run/run-checkpoint";
import type { RunResult } from "../run/run-result";
import type { AreaOfInterest, RunSettings } from "../run/run-settings";
import type { MapSample } from "../sampling/map-sample";
import type { AuxiliaryChoice } from "../scene/scene";
import type { Stroke } from "../vector/stroke";
import type { PhotoDisplay } from "../view/photo-display";
import type { BandRole } from "../vocabulary/band-roles";
import type { RunScores } from "./run-scores";

export const PROJECT_FORMAT = "nadir-project/3";

export interface Project {
  readonly format: typeof PROJECT_FORMAT;
  readonly scenes: readonly ProjectScene[];
  readonly settings: AskedSettings;
  readonly evaluation: {
    readonly boundary: "with" | "without";
    readonly boundaryPx: number;
    readonly truthFile?: "full" | "eroded";
    /** Truth class by model class, as the user decided; null: none. */
    readonly classMapping?: Readonly<Record<string, string | null>>;
  };
  /** What the user set right about the files: use, bands, nodata, what the truth's values mean; by `correctionKey`. */
  readonly corrections?: Readonly<Record<string, BandCorrections>>;
  readonly legend: {
    readonly opacity: number;
    readonly hidden: readonly string[];
    readonly palette: Palette;
    readonly colours?: ColourChoice["colours"];
  };
  /** Classes that strokes name and no model knows. */
  readonly newClasses?: readonly ProjectClass[];
  /** Models taught by strokes. */
  readonly taught?: readonly ProjectTaught[];
  /** Layers of polygons. */
  readonly parcels?: readonly ProjectParcels[];
  /** Which maps are compared as two dates; absent for the newest ones. */
  readonly dates?: ProjectDates;
  readonly runs: readonly ProjectRun[];
  /** What was on the screen, as the fragment of a link (`core/view/view-link.ts`); empty for nothing in particular. */
  readonly view: string;
}

/** Runs by their ids; null for the newest. */
export interface ProjectDates {
  readonly beforeRunId: string | null;
  readonly afterRunId: string | null;
  /** Least size of objects, in square metres, or in pixels where those are not known. */
  readonly least: number;
}

/** A layer of polygons by its file. */
export interface ProjectParcels extends Pick<ProjectFile, "name" | "folder" | "bytes" | "sha256Sampled"> {
  /** Of a GeoPackage; null for the first of polygons. */
  readonly layer: string | null;
  /** Names of photos whose ground truth it is, and the attribute that says the class. */
  readonly truths: readonly { readonly photo: string; readonly field: string }[];
  /** What explains it: `.dbf`, `.prj`, `.cpg`. */
  readonly sideFiles: readonly Pick<ProjectFile, "name" | "folder" | "bytes">[];
}

export interface ProjectClass {
  readonly name: string;
  readonly colour: Colour;
}

/** A model taught by strokes: what makes it of its base, and what was left out of its scores. */
export interface ProjectTaught {
  /** Its id is that in the list of models. */
  readonly manifest: ModelManifest;
  /** Counts up over those of one base. */
  readonly version: number;
  /** What stands behind the base's bytes in its graph, as base64; null where its files were dropped. */
  readonly appended: string | null;
  /** Of all its scenes, each with the name of its photo. */
  readonly strokes: readonly Stroke[];
  /** EPSG code of their coordinates; null where it is each photo's own. */
  readonly epsg: number | null;
  /** Makes its golden pair of the base's; absent where its files were dropped. */
  readonly golden?: ProjectGolden;
}

/** What a taught model's golden pair is made of besides its base. */
export interface ProjectGolden {
  readonly classes: number;
  readonly values: number;
  /** Hidden units. */
  readonly units: number;
  /** Weights and biases of the head one after the other (`parameterParts`), little-endian float64 as base64. */
  readonly parameters: string;
  /** Of the nodes that give what the head works on. */
  readonly samplesSha256: string;
  /** Parameters of heads that were taught without some of the strokes, of the same sizes. */
  readonly committee: readonly string[];
}

/** A raster as it can be found again. */
export interface ProjectFile {
  readonly name: string;
  /** Where it lay in what was dropped (`RasterFacts.folder`); absent for a file given by itself. */
  readonly folder?: string;
  readonly bytes: number;
  /** Of sampled content, see `file-samples.ts`; of its address when it has one. 64 lower-case hexadecimal digits. */
  readonly sha256Sampled: string;
  /** Where it is read from; absent for files on disk. Nothing is ever asked there unless the user opens it. */
  readonly address?: string;
  /** The files of a photo that was joined from one file per band; it is joined again when they are open. */
  readonly bands?: readonly ProjectBand[];
}

/** A file with one band of a photo. */
export interface ProjectBand extends Pick<ProjectFile, "name" | "folder" | "bytes" | "sha256Sampled"> {
  readonly role: BandRole;
}

export interface ProjectScene {
  /** Unique in the project; runs refer to it. */
  readonly id: string;
  readonly name: string;
  readonly optical: ProjectFile;
  readonly auxiliary: ProjectFile | null;
  /** Second rasters of other kinds beside it. */
  readonly otherAuxiliaries?: readonly ProjectFile[];
  readonly truth: ProjectFile | null;
  /** The second truth file of a scene that has a full and an eroded one. */
  readonly otherTruth?: ProjectFile;
  /** Absent for the whole image. */
  readonly area?: AreaOfInterest;
  readonly auxiliaryChoice?: AuxiliaryChoice;
  /** Its name is the user's. */
  readonly isNamed?: true;
  /** Rasters that the user gave it, in place of what was found. */
  readonly byHand?: HandChoices;
  /** How its photo is shown; absent: as suits it. */
  readonly display?: PhotoDisplay;
  /** Part of the test set. */
  readonly ticked?: true;
  /** What the user said of its places, in the order in which it was said. */
  readonly strokes?: readonly Stroke[];
  /** Points drawn from its maps, with what was answered. */
  readonly samples?: readonly MapSample[];
  /** World files, `.prj`, `.aux.xml`, … that explained the rasters. */
  readonly sideFiles: readonly Pick<ProjectFile, "name" | "folder" | "bytes">[];
}

export interface ProjectRun {
  /** Its masks are named by it (`core/run/mask-names.ts`). */
  readonly id: string;
  readonly sceneId: string;
  readonly modelId: string;
  readonly modelName: string;
  /** Hash of the graph: only the same one may go on an interrupted run. Null for a model that was not loaded. */
  readonly graphSha256: string | null;
  readonly classes: readonly ModelClass[];
  readonly windowPx: number;
  readonly settings: RunSettings;
  /** Which bands of which files it read, in one line (`describeInputs`). */
  readonly inputs?: string;
  /** In projects that are handed on. */
  readonly scores?: RunScores;
  /** What was corrected in its mask by hand, in the order in which it was. */
  readonly edits?: readonly MaskEdit[];
  readonly outcome: RunOutcome;
}

export type RunOutcome =
  | { readonly status: "done"; readonly result: RunResult; readonly seconds: number }
  /** Null checkpoint: nothing of it was finished. */
  | {
      readonly status: "interrupted";
      readonly checkpoint: RunCheckpoint | null;
      /** Was cancelled, or has failed: it goes on only when somebody says so. */
      readonly waits?: true;
    };

/** The scene's rasters. */
export function projectFiles(scene: ProjectScene): ProjectFile[] {
  const { optical, auxiliary, otherAuxiliaries = [], truth, otherTruth } = scene;
  return [optical, auxiliary, ...otherAuxiliaries, truth, otherTruth ?? null].filter((file) => file !== null);
}

/** By name, size and the hash of sampled content, and by the folder unless one of them was given by itself. */
export function isSameFile(one: ProjectFile, other: ProjectFile): boolean {
  return (
    one.name === other.name &&
    one.bytes === other.bytes &&
    one.sha256Sampled === other.sha256Sampled &&
    (one.folder ?? other.folder) === (other.folder ?? one.folder)
  );
}

/** The text of a `.nadir` file. */
export function formatProject(project: Project): string {
  return `${JSON.stringify(project, keepNonFinite, 2)}\n`;
}
