/** A class map against its truth, streamed in bands of rows: one confusion matrix, with and without boundaries. */
import { NadirError } from "../core/errors";
import { type ClassMapping, mappingTables, proposeClassMapping } from "../core/labels/class-mapping";
import type { ClassScheme } from "../core/labels/class-scheme";
import { erodeBoundary, ISPRS_BOUNDARY_RADIUS_PX } from "../core/metrics/boundary";
import { type ConfusionMatrix, countConfusion, sumConfusion } from "../core/metrics/confusion-matrix";
import { type Scores, scoreConfusion } from "../core/metrics/scores";
import type { PixelRect } from "../core/raster/raster";
import type { TruthReader } from "./decode-truth";

/** Pixels held at once. */
const BAND_PIXELS = 1 << 24;

export interface ClassMap {
  readonly fileName: string;
  readonly widthPx: number;
  readonly heightPx: number;
  /** Id and name of each class in it. */
  readonly classes: readonly { readonly id: number; readonly name: string }[];
  read(rect: PixelRect): Promise<Uint8Array>;
}

export interface MaskScore {
  readonly classes: readonly { readonly name: string; readonly scored: boolean }[];
  readonly whole: ConfusionMatrix;
  readonly noBoundary: ConfusionMatrix;
  /** Colours or values of the truth that belong to no class, with their pixel counts. */
  readonly unknownLabels: Readonly<Record<string, number>>;
}

/** @throws {NadirError} `size-mismatch` when truth and class map differ in size. */
export async function scoreMask(
  map: ClassMap,
  truth: TruthReader & { readonly widthPx: number; readonly heightPx: number },
  mapping: ClassMapping | null,
  signal: AbortSignal,
): Promise<MaskScore> {
  const { widthPx, heightPx } = map;
  if (truth.widthPx !== widthPx || truth.heightPx !== heightPx) {
    throw new NadirError({
      code: "size-mismatch",
      subject: map.fileName,
      found: `The truth is ${truth.widthPx} × ${truth.heightPx} px, the class map ${widthPx} × ${heightPx} px.`,
      needed: "Both must lie on one grid.",
      next: "Resample the truth to the orthophoto's grid (gdalwarp -r near).",
    });
  }
  const chosen = mapping ?? proposeClassMapping(map.classes, truth.scheme.classes);
  const { modelToScored, truthToScored } = mappingTables(chosen, map.classes);
  const classCount = chosen.truthClasses.length;
  const halo = ISPRS_BOUNDARY_RADIUS_PX;
  const rowsPerBand = Math.max(1, Math.floor(BAND_PIXELS / widthPx));
  const whole: ConfusionMatrix[] = [];
  const noBoundary: ConfusionMatrix[] = [];
  for (let row = 0; row < heightPx; row += rowsPerBand) {
    signal.throwIfAborted();
    const endRow = Math.min(heightPx, row + rowsPerBand);
    const readRow = Math.max(0, row - halo);
    const readRect = { col: 0, row: readRow, widthPx, heightPx: Math.min(heightPx, endRow + halo) - readRow };
    const inner = (ids: Uint8Array) => ids.subarray((row - readRow) * widthPx, (endRow - readRow) * widthPx);
    const truthIds = await truth.read(readRect);
    // Eroded in the truth's own classes: a merge afterwards must not bring boundaries back.
    const eroded = erodeBoundary(truthIds, widthPx, readRect.heightPx, halo);
    const predicted = lookUp(await map.read({ col: 0, row, widthPx, heightPx: endRow - row }), modelToScored);
    whole.push(countConfusion(lookUp(inner(truthIds), truthToScored), predicted, classCount));
    noBoundary.push(countConfusion(lookUp(inner(eroded), truthToScored), predicted, classCount));
  }
  return {
    classes: chosen.truthClasses.map(({ name }) => ({ name, scored: isScored(truth.scheme, name) })),
    whole: sumConfusion(whole),
    noBoundary: sumConfusion(noBoundary),
    unknownLabels: Object.fromEntries(truth.counts.unknown),
  };
}

/** Scores of pooled pairs as a report: both boundary rules, means with and without clutter. */
export function describeScores(parts: readonly MaskScore[]): object {
  const { classes } = parts[0]!;
  const unknownLabels: Record<string, number> = {};
  for (const part of parts) {
    for (const [value, pixels] of Object.entries(part.unknownLabels)) {
      unknownLabels[value] = (unknownLabels[value] ?? 0) + pixels;
    }
  }
  const rule = (matrix: ConfusionMatrix) => ({
    confusion: Array.from({ length: matrix.classCount }, (_, truth) => [
      ...matrix.counts.subarray(truth * matrix.classCount, (truth + 1) * matrix.classCount),
    ]),
    ignoredTruthPixels: matrix.ignoredTruth,
    missingPredictionPixels: matrix.missingPrediction,
    scoredClasses: nameScores(
      scoreConfusion(
        matrix,
        classes.flatMap(({ scored }, id) => (scored ? [id] : [])),
      ),
      classes,
    ),
    allClasses: nameScores(scoreConfusion(matrix), classes),
  });
  return {
    classes,
    withBoundary: rule(sumConfusion(parts.map((part) => part.whole))),
    noBoundary: { radiusPx: ISPRS_BOUNDARY_RADIUS_PX, ...rule(sumConfusion(parts.map((part) => part.noBoundary))) },
    unknownLabels,
  };
}

function nameScores(scores: Scores, classes: MaskScore["classes"]): object {
  return {
    ...scores,
    perClass: scores.perClass.map(({ classId, ...values }) => ({ name: classes[classId]!.name, ...values })),
  };
}

function lookUp(ids: Uint8Array, table: Uint8Array): Uint8Array {
  return ids.map((id) => table[id]!);
}

function isScored(scheme: ClassScheme, name: string): boolean {
  return scheme.classes.find((entry) => entry.name === name)?.scored ?? true;
}
