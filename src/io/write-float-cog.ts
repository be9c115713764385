/**
 * Real numbers as Cloud Optimised GeoTIFF: one band of 32-bit float with nodata NaN and predictor 3, overviews by mean.
 *
 * Source of the float predictor: Adobe TIFF Technical Note 3.
 */
import { reduceByMean } from "./cog/pyramid";
import { software } from "./write-class-map";
import { type CogRequest, writeCog } from "./write-cog";

export interface FloatCogRequest
  extends Pick<CogRequest<Float32Array>, "grid" | "sink" | "readRows" | "signal" | "onProgress"> {
  /** What the band is, for its description. */
  readonly description: string;
  /** Unit of the values as GDAL writes it. */
  readonly unit?: string;
}

export async function writeFloatCog({ description, unit, ...request }: FloatCogRequest): Promise<void> {
  const items = [
    `<Item name="DESCRIPTION" sample="0" role="description">${description}</Item>`,
    ...(unit === undefined ? [] : [`<Item name="UNITTYPE" sample="0" role="unittype">${unit}</Item>`]),
  ];
  await writeCog<Float32Array>({
    ...request,
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
        text: `<GDALMetadata>\n${items.map((item) => `  ${item}\n`).join("")}</GDALMetadata>\n`,
      },
    ],
    bytesPerSample: 4,
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
