/**
 * One mask counted against one truth, band of rows by band of rows, so that no raster has to fit into memory at once.
 * Both doors count here; they bring readers and sinks and decide where those keep their bytes.
 */
import { erodeBoundary } from "../core/metrics/boundary";
import {
  type ConfusionMatrix,
  countConfusion,
  emptyConfusionMatrix,
  sumConfusion,
} from "../core/metrics/confusion-matrix";
import { type ConfidenceHistogram, countConfidence, sumConfidence } from "../core/metrics/reliability";
import { scoreConfusion } from "../core/metrics/scores";
import type { PixelRect } from "../core/raster/raster";
import type { GridSize } from "../core/raster/tile-grid";
import { NODATA_CLASS_ID } from "../core/run/run-settings";
import type { MaskReader, MaskSink } from "../io/mask-store";
import { type LeftOutStroke, leaveOut } from "./left-out";

/** Index = id in a mask; its class in the evaluation, or null when it is left out. */
export type ClassTable = readonly (number | null)[];

/** Pixels of a mask and what its ids are in the evaluation. */
interface ClassifiedMask {
  readonly pixels: Pick<MaskReader, "read">;
  readonly toClass: ClassTable;
}

export interface ScoreRequest {
  readonly size: GridSize;
  readonly mask: ClassifiedMask;
  readonly truth: ClassifiedMask;
  readonly confidence: Pick<MaskReader, "read"> | null;
  readonly classCount: number;
  /** Classes in the mean IoU of a window. */
  readonly averaged: readonly number[];
  /** Radius of the disc that takes class boundaries out of the truth. */
  readonly boundaryPx: number;
  /** Side of the squares that are counted one by one. */
  readonly windowPx: number;
  /** Strokes whose pixels do not count; boundaries are found before they are taken out. */
  readonly leftOut?: readonly LeftOutStroke[];
  /** Takes the truth's own ids with its boundaries taken out. */
  readonly erodedTruth?: MaskSink;
  /** Takes the mean IoU of each window: 0–254 for 0–1, 255 where nothing is scored. */
  readonly windowMap?: MaskSink;
}

export interface MaskScore {
  readonly withBoundary: ConfusionMatrix;
  readonly noBoundary: ConfusionMatrix;
  readonly windows: readonly WindowScore[];
  readonly confidence: ConfidenceHistogram | null;
  /** Labelled pixels under strokes. */
  readonly leftOutPixels: number;
}

export interface WindowScore {
  readonly rect: PixelRect;
  readonly matrix: ConfusionMatrix;
}

export async function scoreMask(request: ScoreRequest, signal: AbortSignal): Promise<MaskScore> {
  const { size, mask, truth, classCount, windowPx, boundaryPx, leftOut = [] } = request;
  let leftOutPixels = 0;
  const maskTable = lookUpTable(mask.toClass);
  const truthTable = lookUpTable(truth.toClass);
  let withBoundary = emptyConfusionMatrix(classCount);
  let noBoundary = emptyConfusionMatrix(classCount);
  let confidence: ConfidenceHistogram | null = null;
  const windows: WindowScore[] = [];
  for (let row = 0; row < size.heightPx; row += windowPx) {
    signal.throwIfAborted();
    const rect = { col: 0, row, widthPx: size.widthPx, heightPx: Math.min(windowPx, size.heightPx - row) };
    const prediction = lookUp(await mask.pixels.read(rect), maskTable);
    // Eroded in the truth's own classes: a merge afterwards must not bring boundaries back.
    const rawTruth = await readEroded(truth.pixels, rect, size.heightPx, boundaryPx);
    const truthRows = lookUp(rawTruth.plain, truthTable);
    const erodedRows = lookUp(rawTruth.eroded, truthTable);
    leftOutPixels += leaveOut(leftOut, truthRows, rect);
    leaveOut(leftOut, erodedRows, rect);
    withBoundary = sumConfusion([withBoundary, countConfusion(truthRows, prediction, classCount)]);
    noBoundary = sumConfusion([noBoundary, countConfusion(erodedRows, prediction, classCount)]);
    await request.erodedTruth?.writeRows({ ...rect, values: rawTruth.eroded });
    const scored = windowScores(truthRows, prediction, rect, windowPx, classCount);
    windows.push(...scored);
    await request.windowMap?.writeRows({ ...rect, values: paintWindows(scored, rect, request.averaged) });
    if (request.confidence !== null) {
      const counted = countConfidence(truthRows, prediction, await request.confidence.read(rect), classCount);
      confidence = confidence === null ? counted : sumConfidence([confidence, counted]);
    }
  }
  return { withBoundary, noBoundary, windows, confidence, leftOutPixels };
}

/** Look-up table of 256 entries; ids without a class become 255. */
export function lookUpTable(toClass: ClassTable): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, id) => toClass[id] ?? NODATA_CLASS_ID);
}

export function lookUp(values: Uint8Array, table: Uint8Array): Uint8Array {
  return values.map((value) => table[value]!);
}

/** Rows of the truth and the same rows eroded, with enough rows around them that the erosion sees its neighbours. */
async function readEroded(truth: Pick<MaskReader, "read">, rect: PixelRect, endRow: number, radiusPx: number) {
  const top = Math.max(0, rect.row - radiusPx);
  const bottom = Math.min(endRow, rect.row + rect.heightPx + radiusPx);
  const around = await truth.read({ ...rect, row: top, heightPx: bottom - top });
  const cut = (values: Uint8Array) =>
    values.slice((rect.row - top) * rect.widthPx, (rect.row - top + rect.heightPx) * rect.widthPx);
  return { plain: cut(around), eroded: cut(erodeBoundary(around, rect.widthPx, bottom - top, radiusPx)) };
}

/** One matrix per square of a band of rows; squares without any scored pixel are left out. */
function windowScores(
  truth: Uint8Array,
  prediction: Uint8Array,
  rect: PixelRect,
  windowPx: number,
  classCount: number,
): WindowScore[] {
  const scores: WindowScore[] = [];
  for (let col = 0; col < rect.widthPx; col += windowPx) {
    const widthPx = Math.min(windowPx, rect.widthPx - col);
    const cut = (values: Uint8Array) => {
      const out = new Uint8Array(widthPx * rect.heightPx);
      for (let row = 0; row < rect.heightPx; row++) {
        const from = row * rect.widthPx + col;
        out.set(values.subarray(from, from + widthPx), row * widthPx);
      }
      return out;
    };
    const matrix = countConfusion(cut(truth), cut(prediction), classCount);
    if (matrix.counts.some((count) => count > 0)) {
      scores.push({ rect: { col, row: rect.row, widthPx, heightPx: rect.heightPx }, matrix });
    }
  }
  return scores;
}

/** The windows' mean IoU as bytes, painted over their rectangles. */
function paintWindows(windows: readonly WindowScore[], band: PixelRect, averaged: readonly number[]): Uint8Array {
  const values = new Uint8Array(band.widthPx * band.heightPx).fill(NODATA_CLASS_ID);
  for (const { rect, matrix } of windows) {
    const { meanIou } = scoreConfusion(matrix, averaged);
    if (meanIou !== null) {
      for (let row = 0; row < rect.heightPx; row++) {
        const from = row * band.widthPx + rect.col;
        values.fill(Math.round(meanIou * 254), from, from + rect.widthPx);
      }
    }
  }
  return values;
}
