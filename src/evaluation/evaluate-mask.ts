/** Counts masks against truth, band of rows by band of rows, so that no raster has to fit into memory at once. */
import { measureAgreement } from "../core/metrics/agreement";
import { findBlobs, type Blob as PixelBlob } from "../core/metrics/blobs";
import { erodeBoundary } from "../core/metrics/boundary";
import {
  type ConfusionMatrix,
  countConfusion,
  emptyConfusionMatrix,
  sumConfusion,
} from "../core/metrics/confusion-matrix";
import { type ConfidenceHistogram, countConfidence } from "../core/metrics/reliability";
import { scoreConfusion } from "../core/metrics/scores";
import type { PixelRect } from "../core/raster/raster";
import type { GridSize } from "../core/raster/tile-grid";
import { NODATA_CLASS_ID } from "../core/run/run-settings";
import type { MaskReader } from "../io/mask-store";
import { maskReader, writeMask } from "../io/open-masks";

/** A mask and how its ids become classes of the evaluation. */
export interface MappedMask {
  readonly maskId: string;
  readonly toClass: readonly (number | null)[];
}

export interface EvaluateRequest {
  readonly size: GridSize;
  readonly mask: MappedMask;
  readonly truth: MappedMask;
  readonly confidenceId: string | null;
  readonly classCount: number;
  /** Classes in the mean IoU of a window. */
  readonly averaged: readonly number[];
  readonly boundaryPx: number;
  /** Side of the cells of the per-window map. */
  readonly windowPx: number;
}

export interface EvaluateAnswer {
  readonly withBoundary: ConfusionMatrix;
  readonly noBoundary: ConfusionMatrix;
  /** The truth with its boundaries taken out, as a mask of its own. */
  readonly erodedTruthId: string;
  readonly windows: readonly WindowScore[];
  /** Mean IoU of each window as a mask of its own: 0–254 for 0–1, 255 where nothing is scored. */
  readonly windowMapId: string;
  readonly confidence: ConfidenceHistogram | null;
}

export interface WindowScore {
  readonly rect: PixelRect;
  readonly matrix: ConfusionMatrix;
}

export interface CellAnswer {
  readonly pixels: number;
  readonly blobs: readonly PixelBlob[];
}

export interface FindCellRequest {
  readonly size: GridSize;
  readonly mask: MappedMask;
  readonly truth: MappedMask;
  readonly truthClass: number;
  readonly predictedClass: number;
}

export interface AgreementRequest {
  readonly size: GridSize;
  readonly masks: readonly MappedMask[];
  readonly classCount: number;
  readonly key: string;
}

/** Blobs listed for one cell; more cannot be stepped through anyway. */
const MOST_BLOBS = 500;

export async function evaluateMask(request: EvaluateRequest, signal: AbortSignal): Promise<EvaluateAnswer> {
  const { size, classCount, windowPx, boundaryPx, truth } = request;
  const erodedTruthId = `${truth.maskId}-eroded-${boundaryPx}`;
  const [maskBytes, truthBytes] = await Promise.all([
    maskReader(request.mask.maskId, size),
    maskReader(truth.maskId, size),
  ]);
  const confidenceBytes = request.confidenceId === null ? null : await maskReader(request.confidenceId, size);
  const eroded = await writeMask(erodedTruthId, size);
  const windowMapId = `windows-${request.mask.maskId}`;
  const windowMap = await writeMask(windowMapId, size);
  const maskTable = tableOf(request.mask.toClass);
  const truthTable = tableOf(truth.toClass);

  let withBoundary = emptyConfusionMatrix(classCount);
  let noBoundary = emptyConfusionMatrix(classCount);
  let confidence: ConfidenceHistogram | null = null;
  const windows: WindowScore[] = [];
  for (let row = 0; row < size.heightPx; row += windowPx) {
    signal.throwIfAborted();
    const rect = { col: 0, row, widthPx: size.widthPx, heightPx: Math.min(windowPx, size.heightPx - row) };
    const prediction = lookUp(await maskBytes.read(rect), maskTable);
    const rawTruth = await readEroded(truthBytes, rect, boundaryPx);
    const truthRows = lookUp(rawTruth.plain, truthTable);
    withBoundary = sumConfusion([withBoundary, countConfusion(truthRows, prediction, classCount)]);
    noBoundary = sumConfusion([
      noBoundary,
      countConfusion(lookUp(rawTruth.eroded, truthTable), prediction, classCount),
    ]);
    await eroded.sink.writeRows({ ...rect, values: rawTruth.eroded });
    const scored = windowScores(truthRows, prediction, rect, windowPx, classCount);
    windows.push(...scored);
    await windowMap.sink.writeRows({ ...rect, values: paintWindows(scored, rect, request.averaged) });
    if (confidenceBytes !== null) {
      const counted = countConfidence(truthRows, prediction, await confidenceBytes.read(rect), classCount);
      confidence = confidence === null ? counted : addHistograms(confidence, counted);
    }
  }
  await Promise.all([eroded.close(), windowMap.close()]);
  return { withBoundary, noBoundary, erodedTruthId, windows, windowMapId, confidence };
}

/** Rows of the truth and the same rows eroded, with enough rows around them that the erosion sees its neighbours. */
async function readEroded(truth: MaskReader, rect: PixelRect, radiusPx: number) {
  const top = Math.max(0, rect.row - radiusPx);
  const bottom = Math.min(truth.heightPx, rect.row + rect.heightPx + radiusPx);
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

/** Pixels of one cell of the confusion matrix: how many, and where the largest groups lie. */
export async function countCell(request: FindCellRequest, signal: AbortSignal): Promise<CellAnswer> {
  const { size, mask, truth, truthClass, predictedClass } = request;
  const [maskBytes, truthBytes] = await Promise.all([maskReader(mask.maskId, size), maskReader(truth.maskId, size)]);
  const maskTable = tableOf(mask.toClass);
  const truthTable = tableOf(truth.toClass);
  const selected = new Uint8Array(size.widthPx * size.heightPx);
  let pixels = 0;
  for await (const { rect, at } of rowBands(size, signal)) {
    const predicted = lookUp(await maskBytes.read(rect), maskTable);
    const labelled = lookUp(await truthBytes.read(rect), truthTable);
    for (let pixel = 0; pixel < predicted.length; pixel++) {
      if (predicted[pixel] === predictedClass && labelled[pixel] === truthClass) {
        selected[at + pixel] = 1;
        pixels++;
      }
    }
  }
  return { pixels, blobs: findBlobs(selected, size.widthPx, size.heightPx, MOST_BLOBS) };
}

export async function measureMaskAgreement(request: AgreementRequest, signal: AbortSignal) {
  const { size, masks, classCount, key } = request;
  const readers = await Promise.all(masks.map(({ maskId }) => maskReader(maskId, size)));
  const tables = masks.map(({ toClass }) => tableOf(toClass));
  const ids = { agreementId: `agreement-${slug(key)}`, entropyId: `entropy-${slug(key)}` };
  const agreement = await writeMask(ids.agreementId, size);
  const entropy = await writeMask(ids.entropyId, size);
  for await (const { rect } of rowBands(size, signal)) {
    const votes = await Promise.all(
      readers.map(async (reader, index) => lookUp(await reader.read(rect), tables[index]!)),
    );
    const measured = measureAgreement(votes, classCount);
    await agreement.sink.writeRows({ ...rect, values: measured.agreement });
    await entropy.sink.writeRows({ ...rect, values: measured.entropy });
  }
  await Promise.all([agreement.close(), entropy.close()]);
  return ids;
}

const BAND_ROWS = 512;

async function* rowBands(size: GridSize, signal: AbortSignal): AsyncGenerator<{ rect: PixelRect; at: number }> {
  for (let row = 0; row < size.heightPx; row += BAND_ROWS) {
    signal.throwIfAborted();
    const heightPx = Math.min(BAND_ROWS, size.heightPx - row);
    yield { rect: { col: 0, row, widthPx: size.widthPx, heightPx }, at: row * size.widthPx };
  }
}

/** Look-up table of 256 entries; ids without a class become 255. */
function tableOf(toClass: MappedMask["toClass"]): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, id) => toClass[id] ?? NODATA_CLASS_ID);
}

function lookUp(values: Uint8Array, table: Uint8Array): Uint8Array {
  return values.map((value) => table[value]!);
}

function addHistograms(left: ConfidenceHistogram, right: ConfidenceHistogram): ConfidenceHistogram {
  const add = (a: Float64Array, b: Float64Array) => a.map((count, index) => count + b[index]!);
  return { all: add(left.all, right.all), correct: add(left.correct, right.correct) };
}

function slug(text: string): string {
  return text.replaceAll(/[^a-z0-9]+/gi, "-");
}
