/** Confidence (largest class probability) as Cloud Optimised GeoTIFF of real numbers, 0–1. */
import type { CancelSignal } from "../core/cancel";
import { NODATA_CLASS_ID } from "../core/run/run-settings";
import type { ByteSink } from "./byte-sink";
import type { MaskReader } from "./mask-store";
import type { CogProgress, ExportGrid } from "./write-cog";
import { writeFloatCog } from "./write-float-cog";

export interface ConfidenceRequest {
  /** Confidence × 255. */
  readonly confidence: Pick<MaskReader, "read">;
  /** Says where nothing was predicted: confidence 255 is a value, class id 255 is not. */
  readonly mask: Pick<MaskReader, "read">;
  readonly grid: ExportGrid;
  readonly sink: ByteSink;
  readonly signal?: CancelSignal;
  readonly onProgress?: (progress: CogProgress) => void;
}

export async function writeConfidenceCog({ confidence, mask, ...request }: ConfidenceRequest): Promise<void> {
  await writeFloatCog({
    ...request,
    description: "confidence",
    async readRows(row, count) {
      const rect = { col: 0, row, widthPx: request.grid.widthPx, heightPx: count };
      const [bytes, classIds] = [await confidence.read(rect), await mask.read(rect)];
      return Float32Array.from(bytes, (byte, index) => (classIds[index] === NODATA_CLASS_ID ? Number.NaN : byte / 255));
    },
  });
}
