/** Evaluations of masks in the store: names in, names and plain results out. What is counted stands in `score-mask.ts`. */
import { measureAgreement } from "../core/metrics/agreement";
import { findBlobs, type Blob as PixelBlob } from "../core/metrics/blobs";
import { rowBands } from "../core/raster/row-bands";
import type { GridSize } from "../core/raster/tile-grid";
import type { Masks } from "../io/open-masks";
import { type LeftOutStroke, leaveOut } from "./left-out";
import { type ClassTable, lookUp, lookUpTable, type MaskScore, type ScoreRequest, scoreMask } from "./score-mask";

/** A mask and how its ids become classes of the evaluation. */
export interface MappedMask {
  readonly maskId: string;
  readonly toClass: ClassTable;
}

export interface EvaluateRequest
  extends Pick<ScoreRequest, "size" | "classCount" | "averaged" | "boundaryPx" | "windowPx" | "leftOut"> {
  readonly mask: MappedMask;
  readonly truth: MappedMask;
  readonly confidenceId: string | null;
  /** Masks to be written besides; null where they are there already. The truth with its boundaries taken out. */
  readonly erodedTruthId: string | null;
  /** Mean IoU of each window: 0–254 for 0–1, 255 where nothing is scored. */
  readonly windowMapId: string | null;
}

export interface CellAnswer {
  readonly pixels: number;
  readonly blobs: readonly PixelBlob[];
}

export interface FindCellRequest {
  readonly size: GridSize;
  readonly mask: MappedMask;
  readonly truth: MappedMask;
  readonly leftOut?: readonly LeftOutStroke[];
  readonly truthClass: number;
  readonly predictedClass: number;
}

export interface AgreementRequest {
  readonly size: GridSize;
  readonly masks: readonly MappedMask[];
  readonly classCount: number;
  /** Masks to be written. */
  readonly agreementId: string;
  readonly entropyId: string;
}

/** Blobs listed for one cell; more cannot be stepped through anyway. */
const MOST_BLOBS = 500;

export async function evaluateMask(masks: Masks, request: EvaluateRequest, signal: AbortSignal): Promise<MaskScore> {
  const { size, mask, truth, confidenceId, erodedTruthId, windowMapId, ...rest } = request;
  return masks.derive([erodedTruthId, windowMapId], size, async ([erodedTruth, windowMap]) =>
    scoreMask(
      {
        ...rest,
        size,
        mask: { pixels: await masks.reader(mask.maskId, size), toClass: mask.toClass },
        truth: { pixels: await masks.reader(truth.maskId, size), toClass: truth.toClass },
        confidence: confidenceId === null ? null : await masks.reader(confidenceId, size),
        ...(erodedTruth && { erodedTruth }),
        ...(windowMap && { windowMap }),
      },
      signal,
    ),
  );
}

/** Pixels of one cell of the confusion matrix: how many, and where the largest groups lie. */
export async function countCell(masks: Masks, request: FindCellRequest, signal: AbortSignal): Promise<CellAnswer> {
  const { size, mask, truth, truthClass, predictedClass, leftOut = [] } = request;
  const [maskBytes, truthBytes] = [await masks.reader(mask.maskId, size), await masks.reader(truth.maskId, size)];
  const maskTable = lookUpTable(mask.toClass);
  const truthTable = lookUpTable(truth.toClass);
  const selected = new Uint8Array(size.widthPx * size.heightPx);
  let pixels = 0;
  for await (const rect of rowBands(size, signal)) {
    const at = rect.row * rect.widthPx;
    const predicted = lookUp(await maskBytes.read(rect), maskTable);
    const labelled = lookUp(await truthBytes.read(rect), truthTable);
    leaveOut(leftOut, labelled, rect);
    for (let pixel = 0; pixel < predicted.length; pixel++) {
      if (predicted[pixel] === predictedClass && labelled[pixel] === truthClass) {
        selected[at + pixel] = 1;
        pixels++;
      }
    }
  }
  return { pixels, blobs: findBlobs(selected, size.widthPx, size.heightPx, MOST_BLOBS) };
}

export async function measureMaskAgreement(
  store: Masks,
  request: AgreementRequest,
  signal: AbortSignal,
): Promise<void> {
  const { size, masks, classCount, agreementId, entropyId } = request;
  const tables = masks.map(({ toClass }) => lookUpTable(toClass));
  await store.derive([agreementId, entropyId], size, async ([agreement, entropy]) => {
    const readers = await Promise.all(masks.map(({ maskId }) => store.reader(maskId, size)));
    for await (const rect of rowBands(size, signal)) {
      const votes = await Promise.all(
        readers.map(async (reader, index) => lookUp(await reader.read(rect), tables[index]!)),
      );
      const measured = measureAgreement(votes, classCount);
      await agreement!.writeRows({ ...rect, values: measured.agreement });
      await entropy!.writeRows({ ...rect, values: measured.entropy });
    }
  });
}
