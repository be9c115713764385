/** What the raster worker answers: plain facts and bytes, never open files. Served by `raster-handlers.ts`. */

import type { CleaningPx } from "../core/cleaning/cleaning";
import type { Corrected } from "../core/correction/correct-mask";
import type { EditsFile } from "../core/correction/edits-file";
import type { MaskEdit } from "../core/correction/mask-edit";
import type { NadirErrorFacts } from "../core/errors";
import type { HeightBase } from "../core/heights/height-base";
import type { ClassScheme } from "../core/labels/class-scheme";
import type { TruthValues } from "../core/labels/own-scheme";
import type { ModelClass, ModelManifest } from "../core/manifest/manifest";
import type { RunComparison } from "../core/metrics/compare-runs";
import type { ConfusionMatrix } from "../core/metrics/confusion-matrix";
import type { MapChanges } from "../core/metrics/map-changes";
import type { PolygonOptions } from "../core/polygons/polygon-options";
import type { Project } from "../core/project/project";
import type { BandCorrections } from "../core/raster/band-corrections";
import type { RasterFacts } from "../core/raster/raster";
import type { BandStatistics } from "../core/raster/statistics";
import type { GridSize, TileAddress } from "../core/raster/tile-grid";
import type { Remark } from "../core/remarks/remark";
import type { DatedSource } from "../core/results/result";
import type { WrittenPixels } from "../core/run/written-pixels";
import type { MapSample } from "../core/sampling/map-sample";
import type { SampleDesign } from "../core/sampling/sample-design";
import type { PixelPoint } from "../core/vector/stroke-on-photo";
import type { VectorLayer, VectorPolygon } from "../core/vector/vector-layer";
import type { PhotoDisplay } from "../core/view/photo-display";
import type { BandRole } from "../core/vocabulary/band-roles";
import type { Language } from "../core/vocabulary/languages";
import type { CleanedMask } from "../evaluation/clean-run";
import type { DecodedTruthFacts } from "../evaluation/decode-truth";
import type { AgreementRequest, CellAnswer, EvaluateRequest, FindCellRequest } from "../evaluation/evaluate-mask";
import type { LabelTable } from "../evaluation/label-meaning";
import type { ParcelStatistics } from "../evaluation/parcel-statistics";
import type { DecodedLabels } from "../evaluation/place-labels";
import type { PlacedPolygons } from "../evaluation/place-polygons";
import type { PlacedStrokes } from "../evaluation/place-strokes";
import type { MaskScore } from "../evaluation/score-mask";
import type { UnsurePlace, UnsureRequest } from "../evaluation/unsure-places";
import type { SeenInputs } from "../inference/see-inputs";
import type { DisplayStretch } from "../io/display-stretch";
import type { PlacedFile } from "../io/group-files";
import type { RasterFile } from "../io/remote-file";
import type { UnpackedArchive } from "../io/unpack-archive";
import type { ExportedFile } from "../outputs/export-run";
import type { HandedRun, HandedTile } from "../outputs/hand-over/handed";
import type { HandOverResult } from "../outputs/hand-over/write-hand-over";
import type { RunToWrite } from "../outputs/run-format";
import type { RunFormatId } from "../outputs/run-formats";
import type { ChangedPieces } from "../teaching/changed-pieces";
import type { FloodedArea } from "../teaching/flood-fill";
import type { TruthPieces } from "../teaching/truth-pieces";
import type { CallContext } from "./rpc";

export type { SeenInputs };

export interface OpenedRaster {
  readonly rasterId: string;
  readonly facts: RasterFacts;
  /** The file itself, for the engine to open again, and those that may explain it. */
  readonly file: RasterFile;
  readonly sideFiles: readonly File[];
  /** SHA-256 of its sampled content (`core/project/file-samples.ts`). */
  readonly sha256Sampled: string;
}

interface OpenAnswer {
  readonly opened: readonly OpenedRaster[];
  readonly refused: readonly { readonly fileName: string; readonly error: NadirErrorFacts }[];
}

/** A scene as the raster worker needs it: ids of opened rasters. */
export interface SceneIds {
  readonly opticalId: string;
  readonly auxiliaryId: string | null;
}

/** The ramp of heights above the ground is the same in every scene, that of other heights spans the scene's. */
export type ReliefStyle = "hillshade" | "ramp" | "above-ground" | "holes";

export interface HeightRange {
  readonly low: number;
  readonly high: number;
  readonly statistics: BandStatistics;
}

interface ProbeAnswer {
  readonly height: number | null;
  readonly aboveGround: number | null;
  readonly optical: readonly number[];
  /** Byte of each asked mask at the pixel, in order. */
  readonly bytes: readonly number[];
}

/** Open rasters, or heights above the ground under their own id. */
export interface PolygonHeightIds {
  readonly aboveGroundId: string;
  readonly surfaceId: string;
}

interface ExportRequest extends Pick<RunToWrite, "classes" | "labels" | "polygons" | "edits"> {
  /** Null without, and for formats without polygons. */
  readonly heights: PolygonHeightIds | null;
  readonly format: RunFormatId;
  readonly maskId: string;
  readonly confidenceId: string | null;
  readonly opticalId: string;
  /** Without extension. */
  readonly name: string;
}

/** A run whose masks are in the store. */
export interface StoredRun extends HandedRun, Pick<RunToWrite, "labels" | "edits"> {
  readonly maskId: string;
  /** What the run itself wrote. */
  readonly ownMaskId: string;
  readonly confidenceId: string | null;
  readonly opticalId: string;
}

/** With its truth's ids in the store; null without truth that could be read. */
export interface StoredTile extends HandedTile<StoredRun> {
  readonly opticalId: string;
  readonly truthMaskId: string | null;
}

interface HandOverRequest {
  readonly tiles: readonly StoredTile[];
  readonly formats: readonly RunFormatId[];
  readonly polygons: PolygonOptions;
  /** For polygons, by the id of the photo. */
  readonly heights: Readonly<Record<string, PolygonHeightIds | null>>;
  /** Without extension: the archive's, and the folder's in it. */
  readonly name: string;
  /** Null for an archive. */
  readonly folder: FileSystemDirectoryHandle | null;
  /** Of the report. */
  readonly language: Language;
}

interface CleanedMasks {
  readonly maskId: string;
  readonly confidenceId: string | null;
}

interface ParcelFiles {
  readonly files: readonly File[];
  /** Of a GeoPackage; null for the first of polygons. */
  readonly layer: string | null;
  readonly opticalId: string;
}

interface ReadParcels extends Pick<VectorLayer, "name" | "notes" | "layers"> {
  /** Of its coordinate system. */
  readonly systemName: string;
  readonly properties: readonly VectorPolygon["properties"][];
  /** Parts of each in pixels. */
  readonly outlines: PlacedPolygons["parts"];
}

interface DatedMapIds extends Omit<DatedSource, "runId"> {
  readonly classes: readonly ModelClass[];
}

type DrawnSample = Pick<MapSample, "points" | "squareMetres">;

export type RasterHandlers = {
  open(
    args: {
      readonly files: readonly PlacedFile[];
      /** Shift grids that open rasters use already. */
      readonly grids: readonly File[];
      readonly sessionId: string;
      /** By `correctionKey`. */
      readonly corrections: Readonly<Record<string, BandCorrections>>;
    },
    context: CallContext,
  ): Promise<OpenAnswer>;
  /** What a `.zip` archive holds. @throws {NadirError} When it is none, or damaged. */
  unpack(args: { readonly archive: File }): Promise<UnpackedArchive>;
  /** A raster at an address the user typed. */
  openAddress(args: {
    readonly address: string;
    /** As `open`'s. */
    readonly grids: readonly File[];
    readonly sessionId: string;
    readonly corrections: Readonly<Record<string, BandCorrections>>;
  }): Promise<OpenedRaster>;
  /** Open rasters of one band each as one raster, under a new id; they are closed. */
  join(args: {
    readonly parts: readonly { readonly rasterId: string; readonly role: BandRole }[];
    readonly fileName: string;
    readonly sessionId: string;
    readonly corrections: Readonly<Record<string, BandCorrections>>;
  }): Promise<OpenedRaster>;
  /** The same file read with other corrections or side files, under a new id; the old one is closed. */
  reopen(args: {
    readonly rasterId: string;
    readonly sessionId: string;
    /** Those it had, unless given. */
    readonly sideFiles?: readonly File[];
    readonly corrections: BandCorrections;
  }): Promise<OpenedRaster>;
  /**
   * A raster that an ended worker had open, under the id it had there; or one whose file can no longer be read, from
   * the file that takes its place.
   *
   * @throws {NadirError} When it can no longer be opened.
   */
  takeOver(
    args: Pick<OpenedRaster, "rasterId" | "file" | "sideFiles" | "sha256Sampled"> & {
      readonly folder: string;
      /** Highest number in the ids given out so far: none is given twice. */
      readonly lastNumber: number;
      readonly corrections: BandCorrections;
    },
  ): Promise<void>;
  close(args: { readonly rasterIds: readonly string[] }): Promise<void>;
  /** Where results are kept; in "memory" they end with the page. */
  storage(args: Record<string, never>): Promise<"opfs" | "memory">;
  /** Ids of all masks in the storage, those of other tabs among them. */
  listMasks(args: Record<string, never>): Promise<string[]>;
  /** True when all of them are in the storage, with that many pixels. */
  hasMasks(args: { readonly maskIds: readonly string[]; readonly size: GridSize }): Promise<boolean>;
  /**
   * Reads a run's masks once more, class ids first, then confidence where it kept it.
   *
   * @throws {NadirError} `damaged-result` when they do not hold what was written, `storage` when they are not there.
   */
  checkMasks(args: {
    readonly maskIds: readonly string[];
    readonly size: GridSize;
    readonly written: readonly WrittenPixels[];
  }): Promise<void>;
  /**
   * A run's masks tidied up, under other names; the confidence is the run's own. Tells how much of it is done, 0–1.
   *
   * @throws {NadirError} `damaged-result` when the run's masks do not hold what was written.
   */
  cleanMask(
    args: {
      readonly from: CleanedMasks;
      readonly to: CleanedMasks;
      readonly size: GridSize;
      readonly cleaning: CleaningPx;
    },
    context: CallContext,
  ): Promise<CleanedMask>;
  copyMasks(args: {
    readonly pairs: readonly { readonly from: string; readonly to: string }[];
    readonly size: GridSize;
  }): Promise<void>;
  /** Reads a project file; of one that was handed on the masks, too, which are kept under their names. */
  readProject(args: { readonly file: File }): Promise<Project>;
  /**
   * Strokes from a file, each on the first of these photos that it lies on and may lie on by its name, in that photo's
   * map coordinates.
   *
   * @throws {NadirError} `bad-strokes`.
   */
  readStrokes(args: { readonly file: File; readonly opticalIds: readonly string[] }): Promise<PlacedStrokes>;
  /**
   * A share of a truth as strokes in pixels of its photo (`teaching/truth-pieces.ts`).
   *
   * @param args.maskId Of the truth's class ids.
   */
  truthPieces(
    args: { readonly maskId: string; readonly opticalId: string; readonly share: number },
    context: CallContext,
  ): Promise<TruthPieces>;
  /** A project with masks of its runs, to be handed on. @param text Of the project file. */
  shareProject(args: {
    readonly fileName: string;
    readonly text: string;
    readonly masks: readonly { readonly maskId: string; readonly size: GridSize }[];
  }): Promise<ExportedFile>;
  deleteMasks(args: { readonly maskIds: readonly string[] }): Promise<void>;
  decodeTruth(
    args: {
      readonly opticalId: string;
      readonly truthId: string;
      /** Null: the scheme whose colours explain most of it. */
      readonly scheme: ClassScheme | null;
    },
    context: CallContext,
  ): Promise<DecodedTruthFacts>;
  /** A prediction made elsewhere as a mask of that name on the orthophoto's grid. */
  decodePrediction(
    args: {
      readonly opticalId: string;
      readonly predictionId: string;
      readonly maskId: string;
      readonly table: LabelTable;
    },
    context: CallContext,
  ): Promise<DecodedLabels>;
  /** Every value a truth raster holds, for a table of one's own. */
  truthValues(args: { readonly truthId: string }, context: CallContext): Promise<TruthValues>;
  /**
   * What a model sees of a scene, as a run would read it. The second raster is one that is open, or heights above the
   * ground under their own id; null where the run would read none.
   *
   * @throws {NadirError} As the run would.
   */
  seeInputs(args: SceneIds & { readonly manifest: ModelManifest }, context: CallContext): Promise<SeenInputs>;
  /** Which bands are shown as asked, and the values that are drawn as black and white. */
  opticalDisplay(
    args: { readonly opticalId: string; readonly display: PhotoDisplay },
    context: CallContext,
  ): Promise<Pick<DisplayStretch, "shown" | "low" | "high">>;
  /**
   * Makes heights above the ground, a raster of that id from then on: shown and probed like the auxiliary one, closed
   * like it. Its pixels are worked out as they are read.
   */
  makeAboveGround(
    args: { readonly id: string; readonly surfaceId: string; readonly terrainId: string | null },
    context: CallContext,
  ): Promise<HeightBase>;
  /** As GeoTIFF. @throws AbortError when it was closed. */
  exportAboveGround(
    args: { readonly id: string; readonly fileName: string },
    context: CallContext,
  ): Promise<ExportedFile>;
  heightRange(args: SceneIds, context: CallContext): Promise<HeightRange>;
  opticalTile(
    args: { readonly opticalId: string; readonly display?: PhotoDisplay; readonly tile: TileAddress },
    context: CallContext,
  ): Promise<Uint8Array>;
  /** Connected pixels of the photo as it is shown that look like one of it; null where that one has no data. */
  floodPhoto(
    args: {
      readonly opticalId: string;
      readonly display?: PhotoDisplay;
      /** A whole pixel. */
      readonly at: PixelPoint;
      /** Of red, green and blue, 0–255. */
      readonly tolerance: number;
    },
    context: CallContext,
  ): Promise<FloodedArea | null>;
  reliefTile(
    args: SceneIds & { readonly style: ReliefStyle; readonly tile: TileAddress },
    context: CallContext,
  ): Promise<Uint8Array>;
  classTile(
    args: { readonly maskId: string; readonly size: GridSize; readonly tile: TileAddress },
    context: CallContext,
  ): Promise<Uint8Array>;
  probe(
    args: SceneIds & {
      /** Heights above the ground; null where there are none. */
      readonly aboveGroundId?: string | null;
      readonly col: number;
      readonly row: number;
      readonly maskIds: readonly string[];
    },
  ): Promise<ProbeAnswer>;
  evaluate(args: EvaluateRequest, context: CallContext): Promise<MaskScore>;
  /** Pixels of one cell of the confusion matrix and their largest blobs. */
  findCell(args: FindCellRequest, context: CallContext): Promise<CellAnswer>;
  /** Where a map is least sure, for strokes. */
  unsurePlaces(args: UnsureRequest, context: CallContext): Promise<readonly UnsurePlace[]>;
  /** Agreement and entropy of several runs as masks of their own. */
  agreement(args: AgreementRequest, context: CallContext): Promise<void>;
  compare(args: {
    readonly windowsA: readonly ConfusionMatrix[];
    readonly windowsB: readonly ConfusionMatrix[];
    readonly averaged: readonly number[];
  }): RunComparison | null;
  histogram(args: { readonly maskId: string; readonly size: GridSize }): Promise<readonly number[]>;
  /** @throws {NadirError} `bad-edits`, with every fault by its place. */
  readEdits(args: { readonly file: File }): Promise<EditsFile>;
  /**
   * A run's mask with edits, as a mask of its own.
   *
   * @param args.fromId The run's own mask, or what the edits before these have made of it.
   * @throws {NadirError} `bad-edits` when the run has no class of a name.
   */
  correctMask(
    args: {
      readonly ownId: string;
      readonly fromId: string;
      readonly correctedId: string;
      readonly opticalId: string;
      readonly edits: readonly MaskEdit[];
      readonly classes: readonly ModelClass[];
    },
    context: CallContext,
  ): Promise<Corrected>;
  /** What was changed in a map, as strokes in pixels of its photo. */
  changedPieces(
    args: { readonly ownId: string; readonly correctedId: string; readonly opticalId: string },
    context: CallContext,
  ): Promise<ChangedPieces>;
  /** Square metres per class id; null where the scene's coordinates have no known unit. */
  areas(
    args: { readonly maskId: string; readonly opticalId: string },
    context: CallContext,
  ): Promise<readonly number[] | null>;
  /** Whether a GeoJSON holds strokes, and not other polygons. */
  isStrokes(args: { readonly file: File }): Promise<boolean>;
  /** A layer of polygons, and where each lies on the photo. @param files The one that is read, then those beside it. */
  readParcels(args: ParcelFiles, context: CallContext): Promise<ReadParcels>;
  /** What lies in each polygon of the layer. @param heightsId Heights above the ground; null for none. */
  countParcels(
    args: ParcelFiles & { readonly maskId: string; readonly heightsId: string | null },
    context: CallContext,
  ): Promise<readonly ParcelStatistics[]>;
  /** The layer as labels on the photo's grid, as `nadir evaluate` burns it. @param field Attribute that says the class. */
  burnParcels(
    args: ParcelFiles & { readonly field: string; readonly fileName: string },
    context: CallContext,
  ): Promise<ExportedFile>;
  /** The layer with columns joined; its name's ending says as what. */
  saveParcels(
    args: Pick<ParcelFiles, "files" | "layer"> & {
      readonly fileName: string;
      readonly statistics: readonly ParcelStatistics[];
      readonly classes: readonly ModelClass[];
    },
    context: CallContext,
  ): Promise<ExportedFile>;
  /**
   * Two maps of one place, the later one brought to the earlier one's grid.
   *
   * @param maskIds  Of the rasters that come of it: the later class where it is another, pairs of classes, heights gained
   *   (null where one of the dates has no heights).
   * @throws {NadirError} `no-overlap` when they do not lie on one place.
   */
  compareDates(
    args: {
      readonly before: DatedMapIds;
      readonly after: DatedMapIds;
      readonly maskIds: readonly [changedId: string, pairsId: string, heightChangeId: string | null];
      readonly least: number;
    },
    context: CallContext,
  ): Promise<{ readonly changes: MapChanges; readonly placement: Remark | null }>;
  /** Later minus earlier height as GeoTIFF. */
  exportHeightChange(
    args: {
      readonly before: Pick<DatedSource, "opticalId" | "heightsId">;
      readonly after: Pick<DatedSource, "opticalId" | "heightsId">;
      readonly fileName: string;
    },
    context: CallContext,
  ): Promise<ExportedFile>;
  /** Random points of a map, and square metres by class id (null without a known unit). */
  drawSample(
    args: {
      readonly maskId: string;
      readonly opticalId: string;
      /** By class id. */
      readonly classPixels: readonly number[];
      readonly design: SampleDesign;
    },
    context: CallContext,
  ): Promise<DrawnSample>;
  /** Points of a map from a file. @throws {NadirError} `unknown-labels` when it is none, or of another map. */
  readSample(
    args: { readonly file: File; readonly maskId: string; readonly opticalId: string },
    context: CallContext,
  ): Promise<DrawnSample>;
  /** A run in one of the formats of `outputs/run-formats.ts`. */
  exportRun(args: ExportRequest, context: CallContext): Promise<readonly ExportedFile[]>;
  /** Everything of a test set, into a folder or an archive; progress as `HandOverProgress`. */
  handOver(
    args: HandOverRequest,
    context: CallContext,
  ): Promise<HandOverResult & { readonly archive: ExportedFile | null }>;
  /** The report of tiles as an HTML document. */
  report(
    args: { readonly tiles: readonly StoredTile[]; readonly language: Language },
    context: CallContext,
  ): Promise<string>;
};
