/**
 * Confidence (largest class probability) as Cloud Optimised GeoTIFF: 32-bit float 0–1 with nodata NaN and predictor 3;
 * overviews by mean.
 *
 * Source of the float predictor: Adobe TIFF Technical Note 3.
 */
import type { CancelSignal } from "../core/cancel";
import { NODATA_CLASS_ID } from "../core/run/run-settings";
import type { ByteSink } from "./byte-sink";
import { reduceByMean } from "./cog/pyramid";
import type { MaskReader } from "./mask-store";
import { software } from "./write-class-map";
import { type CogProgress, type ExportGrid, writeCog } from "./write-cog";

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

export async function writeConfidenceCog(request: ConfidenceRequest): Promise<void> {
  const { confidence, mask, grid, sink, signal, onProgress } = request;
  await writeCog<Float32Array>({
    grid,
    sink,
    async readRows(row, count) {
      const rect = { col: 0, row, widthPx: grid.widthPx, heightPx: count };
      const [bytes, classIds] = [await confidence.read(rect), await mask.read(rect)];
      return Float32Array.from(bytes, (byte, index) => (classIds[index] === NODATA_CLASS_ID ? Number.NaN : byte / 255));
    },
    createRow: (length) => new Float32Array(length),
    reduce: reduceByMean,
    nodata: Number.NaN,
    encodeTile: applyFloatPredictor,
    sampleFields: [
      { tag: 258, type: "short", values: [32] },
      { tag: 262, type: "short", values: [1] },
      { tag: 317, type: "short", values: [3] },
      { tag: 339, type: "short", values: [3] },
      { tag: 42113, type: "ascii", text: "nan" },
    ],
    mainFields: [
      software(),
      {
        tag: 42112,
        type: "ascii",
        text: '<GDALMetadata>\n  <Item name="DESCRIPTION" sample="0" role="description">confidence</Item>\n</GDALMetadata>\n',
      },
    ],
    bytesPerSample: 4,
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onProgress }),
  });
}

/** Per row: bytes of equal significance side by side, most significant first, then differences. */
function applyFloatPredictor(tile: Float32Array, tilePx: number): Uint8Array {
  const out = new Uint8Array(tile.length * 4);
  const view = new DataView(tile.buffer, tile.byteOffset, tile.byteLength);
  const rowBytes = tilePx * 4;
  for (let row = 0; row < tile.length / tilePx; row++) {
    const start = row * rowBytes;
    for (let col = 0; col < tilePx; col++) {
      const bits = view.getUint32((row * tilePx + col) * 4, true);
      for (let byte = 0; byte < 4; byte++) out[start + byte * tilePx + col] = bits >>> (24 - byte * 8);
    }
    for (let at = start + rowBytes - 1; at > start; at--) out[at] = out[at]! - out[at - 1]!;
  }
  return out;
}
