/**
 * The report of a scene and its runs, as JSON: everything the numbers rest on. One format from page and command line;
 * the same files and settings give the same report but for times and machine. Programs read it: whatever language the
 * documents have, its sentences are English.
 */
import { type CorrectionFacts, spellCorrection } from "../core/correction/mask-edit";
import type { AlignmentReport } from "../core/georef/alignment";
import type { ConfusionMatrix } from "../core/metrics/confusion-matrix";
import { type DatedChanges, shiftRemark } from "../core/metrics/map-changes";
import { averagedClasses, type Scores, scoreConfusion } from "../core/metrics/scores";
import type { RasterFacts } from "../core/raster/raster";
import type { Sentence } from "../core/remarks/remark";
import { spellInEnglish } from "../core/remarks/spell";
import type { RunResult } from "../core/run/run-result";
import type { ReportedSample } from "../core/sampling/map-sample";
import type { DecodedLabels } from "../evaluation/place-labels";

const REPORT_FORMAT = "nadir-report/2";

export interface ReportedRaster {
  readonly facts: Pick<RasterFacts, "fileName" | "fileBytes">;
  readonly alignment: AlignmentReport;
}

export interface ReportedScene {
  readonly name: string;
  /** Why these files belong together, one sentence each. */
  readonly pairing: readonly string[];
  readonly optical: Pick<ReportedRaster, "facts">;
  readonly auxiliary: ReportedRaster | null;
  /** Second rasters of other kinds. */
  readonly otherAuxiliaries?: readonly ReportedRaster[];
  readonly truth: ReportedRaster | null;
}

/** A mask counted against truth. */
export interface ReportedEvaluation {
  readonly classes: readonly { readonly name: string; readonly scored: boolean }[];
  readonly withBoundary: ConfusionMatrix;
  readonly noBoundary: ConfusionMatrix;
  readonly boundaryPx: number;
  readonly notes: readonly Sentence[];
}

export interface ReportedRun {
  readonly modelName: string;
  readonly result: RunResult;
  /** What was done to its map by hand: what is scored is what came of it. Absent or null for nothing. */
  readonly corrected?: CorrectionFacts | null;
  readonly evaluation: ReportedEvaluation | null;
  /** Of points drawn from its map; absent without any. */
  readonly sample?: ReportedSample;
  /** What became of its map at other dates; absent where nothing was compared. */
  readonly changes?: readonly DatedChanges[];
}

/** @param truth Null when there is none, or none that could be read. */
export function describeReport(scene: ReportedScene, truth: DecodedLabels | null, runs: readonly ReportedRun[]) {
  const { optical, auxiliary, otherAuxiliaries } = scene;
  return {
    format: REPORT_FORMAT,
    scene: {
      name: scene.name,
      pairing: scene.pairing,
      files: {
        optical: describeFile(optical),
        auxiliary: auxiliary && describeFile(auxiliary),
        ...(otherAuxiliaries && { otherAuxiliaries: otherAuxiliaries.map(describeFile) }),
        truth: scene.truth && describeFile(scene.truth),
      },
      alignment: { auxiliary: describeAlignment(auxiliary), truth: describeAlignment(scene.truth) },
    },
    truth: truth && describeLabels(truth),
    runs: runs.map(({ modelName, result, corrected, evaluation, sample, changes }) => ({
      model: modelName,
      ...describeResult(result),
      ...(corrected && describeCorrection(corrected)),
      evaluation: evaluation && describeEvaluation(evaluation),
      ...(sample && { sample }),
      ...(changes && { changes: changes.map(describeChanges) }),
    })),
  };
}

export function formatReport(report: object): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}

/** What was read from a label raster. */
export function describeLabels(labels: DecodedLabels) {
  const { classes, schemeName, classPixels, unknown, ignoredPixels, unseenPixels, tableOf, notes } = labels;
  return {
    scheme: schemeName,
    ...(tableOf !== undefined && { tableOf }),
    classes: classes.map(({ id, name }) => ({ id, name, pixels: classPixels[id] ?? 0 })),
    unknown,
    ignoredPixels,
    ...(unseenPixels !== undefined && { unseenPixels }),
    notes: notes.map(spellInEnglish),
  };
}

/** Both boundary rules, each with means over the scored classes and over all. */
export function describeEvaluation({ classes, withBoundary, noBoundary, boundaryPx, notes }: ReportedEvaluation) {
  return {
    classes: classes.map(({ name, scored }) => ({ name, scored })),
    boundaryPx,
    notes: notes.map(spellInEnglish),
    withBoundary: describeMatrix(withBoundary, classes),
    noBoundary: describeMatrix(noBoundary, classes),
  };
}

export type DescribedMatrix = ReturnType<typeof describeMatrix>;

/** The fields of a result one by one: what a door keeps beside them (names in its store) is no part of a report. */
function describeResult(result: RunResult): RunResult {
  return {
    modelId: result.modelId,
    modelVersion: result.modelVersion,
    graphSha256: result.graphSha256,
    settings: result.settings,
    backend: result.backend,
    widthPx: result.widthPx,
    heightPx: result.heightPx,
    area: result.area,
    windowsRun: result.windowsRun,
    windowsSkipped: result.windowsSkipped,
    augmentations: result.augmentations,
    batch: result.batch,
    classPixels: result.classPixels,
    nodataPixels: result.nodataPixels,
    timings: result.timings,
    recoveries: result.recoveries,
    ...(result.gpuPeakBytes !== undefined && { gpuPeakBytes: result.gpuPeakBytes }),
    inputs: result.inputs,
    heightRange: result.heightRange,
    ...(result.heightsMade !== undefined && { heightsMade: result.heightsMade }),
    ...(result.windowCheck !== undefined && { windowCheck: result.windowCheck }),
    warnings: result.warnings,
    ...(result.madeElsewhere !== undefined && { madeElsewhere: result.madeElsewhere }),
    ...(result.cleaned !== undefined && { cleaned: result.cleaned }),
  };
}

/** Pixels of the classes are those of the corrected map. */
function describeCorrection(corrected: CorrectionFacts) {
  const { classPixels, ...correctedByHand } = corrected;
  return { classPixels, correctedByHand: { ...correctedByHand, text: spellCorrection(corrected) } };
}

/** The later map, and what `nadir changes --json` says of the two. */
function describeChanges({ sceneName, modelName, changes, placement }: DatedChanges) {
  return {
    later: { scene: sceneName, model: modelName, placement: placement && spellInEnglish(placement) },
    ...changes,
    notes: [spellInEnglish(shiftRemark(changes))],
  };
}

function describeMatrix(matrix: ConfusionMatrix, classes: ReportedEvaluation["classes"]) {
  const scores = (convention: "scored" | "all") =>
    nameScores(scoreConfusion(matrix, averagedClasses(classes, convention)), classes);
  return {
    /** Rows truth, columns prediction. */
    confusion: classes.map((_, row) => [
      ...matrix.counts.subarray(row * matrix.classCount, (row + 1) * matrix.classCount),
    ]),
    ignoredTruthPixels: matrix.ignoredTruth,
    missingPredictionPixels: matrix.missingPrediction,
    scoredClasses: scores("scored"),
    allClasses: scores("all"),
  };
}

function nameScores(scores: Scores, classes: ReportedEvaluation["classes"]) {
  return {
    ...scores,
    perClass: scores.perClass.map(({ classId, ...values }) => ({ name: classes[classId]!.name, ...values })),
  };
}

function describeAlignment(raster: ReportedRaster | null) {
  if (raster === null) return null;
  const { warnings, summary, ...figures } = raster.alignment;
  return { ...figures, warnings: warnings.map(spellInEnglish), summary: spellInEnglish(summary) };
}

function describeFile({ facts }: Pick<ReportedRaster, "facts">) {
  return { name: facts.fileName, bytes: facts.fileBytes };
}
