/** Evaluations of masks in the store: names in, names and plain results out. What is counted stands in `score-mask.ts`. */
import { measureAgreement } from "../core/metrics/agreement";
import { findBlobs, type Blob as PixelBlob } from "../core/metrics/blobs";
import type { PixelRect } from "../core/raster/raster";
import type { GridSize } from "../core/raster/tile-grid";
import { maskReader, writeMask } from "../io/open-masks";
import { type ClassTable, lookUp, lookUpTable, type MaskScore, type ScoreRequest, scoreMask } from "./score-mask";

/** A mask and how its ids become classes of the evaluation. */
export interface MappedMask {
  readonly maskId: string;
  readonly toClass: ClassTable;
}

export interface EvaluateRequest
  extends Pick<ScoreRequest, "size" | "classCount" | "averaged" | "boundaryPx" | "windowPx"> {
  readonly mask: MappedMask;
  readonly truth: MappedMask;
  readonly confidenceId: string | null;
}

export interface EvaluateAnswer extends MaskScore {
  /** The truth with its boundaries taken out, as a mask of its own. */
  readonly erodedTruthId: string;
  /** Mean IoU of each window as a mask of its own: 0–254 for 0–1, 255 where nothing is scored. */
  readonly windowMapId: string;
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
  const { size, mask, truth, confidenceId, boundaryPx, ...rest } = request;
  const erodedTruthId = `${truth.maskId}-eroded-${boundaryPx}`;
  const windowMapId = `windows-${mask.maskId}`;
  const [maskPixels, truthPixels, confidence] = await Promise.all([
    maskReader(mask.maskId, size),
    maskReader(truth.maskId, size),
    confidenceId === null ? null : maskReader(confidenceId, size),
  ]);
  const eroded = await writeMask(erodedTruthId, size);
  const windowMap = await writeMask(windowMapId, size);
  try {
    const score = await scoreMask(
      {
        ...rest,
        size,
        boundaryPx,
        mask: { pixels: maskPixels, toClass: mask.toClass },
        truth: { pixels: truthPixels, toClass: truth.toClass },
        confidence,
        erodedTruth: eroded.sink,
        windowMap: windowMap.sink,
      },
      signal,
    );
    return { ...score, erodedTruthId, windowMapId };
  } finally {
    await Promise.all([eroded.close(), windowMap.close()]);
  }
}

/** Pixels of one cell of the confusion matrix: how many, and where the largest groups lie. */
export async function countCell(request: FindCellRequest, signal: AbortSignal): Promise<CellAnswer> {
  const { size, mask, truth, truthClass, predictedClass } = request;
  const [maskBytes, truthBytes] = await Promise.all([maskReader(mask.maskId, size), maskReader(truth.maskId, size)]);
  const maskTable = lookUpTable(mask.toClass);
  const truthTable = lookUpTable(truth.toClass);
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
  const tables = masks.map(({ toClass }) => lookUpTable(toClass));
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

function slug(text: string): string {
  return text.replaceAll(/[^a-z0-9]+/gi, "-");
}
