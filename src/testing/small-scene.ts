/** A scene of a few windows and its model on disk, for tests that break things on purpose. */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { noise } from "./array-raster";
import { plainTiff } from "./plain-tiff";
import { tinyManifest } from "./tiny-models";

export interface SmallScene {
  readonly optical: string;
  readonly dsm: string;
  /** Stripes in the colours of the ISPRS benchmarks. */
  readonly truth: string;
  readonly model: string;
  /** Arguments of `nadir segment` but for the output. */
  readonly args: readonly string[];
}

/** 100 × 400 pixels: eight rows of windows of 64 px. */
export const SMALL_WIDTH_PX = 100;
export const SMALL_HEIGHT_PX = 400;

const STRIPES = [
  [255, 255, 255],
  [0, 0, 255],
  [0, 255, 255],
  [0, 255, 0],
] as const;

export function writeSmallScene(
  folder: string,
  { widthPx, heightPx } = { widthPx: SMALL_WIDTH_PX, heightPx: SMALL_HEIGHT_PX },
): SmallScene {
  mkdirSync(folder, { recursive: true });
  const [optical, dsm] = [join(folder, "scene_RGB.tif"), join(folder, "scene_dsm.tif")];
  const truth = join(folder, "scene_label.tif");
  const size = { widthPx, heightPx, pixelSizeMetres: 0.1 };
  const pixels = widthPx * heightPx;
  const samples = Uint8Array.from({ length: 3 * pixels }, (_, at) => noise(1, at % 3, at, 0) % 256);
  writeFileSync(optical, plainTiff({ ...size, samples }));
  const heights = Float32Array.from({ length: pixels }, (_, at) => (at % 97) / 4);
  writeFileSync(dsm, plainTiff({ ...size, samples: heights }));
  const colours = Uint8Array.from(
    { length: 3 * pixels },
    (_, at) => STRIPES[Math.floor(at / 3 / widthPx / 8) % 4]![at % 3]!,
  );
  writeFileSync(truth, plainTiff({ ...size, samples: colours }));
  const plain = tinyManifest("placed");
  const graph = readFileSync(new URL("./fixtures/placed.onnx", import.meta.url));
  const sha256 = createHash("sha256").update(graph).digest("hex");
  const model = join(folder, "placed.nadir.json");
  writeFileSync(join(folder, plain.graph.file), graph);
  writeFileSync(model, JSON.stringify({ ...plain, graph: { ...plain.graph, bytes: graph.length, sha256 } }));
  const args = ["segment", "--optical", optical, "--dsm", dsm, "--model", model, "--backend", "cpu", "--threads", "1"];
  return { optical, dsm, truth, model, args };
}
