/** Manifests of the networks in `fixtures/`, and run settings to start from. */
import type { InputScale, ModelInput, ModelManifest } from "../core/manifest/manifest";
import type { RunSettings } from "../core/run/run-settings";

export const TINY_WINDOW_PX = 64;

export type TinyModel =
  | "identity"
  | "identity-dsm"
  | "placed"
  | "low-resolution"
  | "not-finite"
  | "constant"
  | "padded";

const CLASS_COUNT: Record<TinyModel, number> = {
  identity: 3,
  "identity-dsm": 4,
  placed: 5,
  "low-resolution": 3,
  "not-finite": 3,
  constant: 3,
  padded: 4,
};

export function tinyManifest(model: TinyModel, change: Partial<ModelManifest> = {}): ModelManifest {
  const classCount = CLASS_COUNT[model];
  const stride = model === "low-resolution" ? 4 : 1;
  const withHeights = model === "identity-dsm" || model === "placed";
  return {
    format: "nadir-model/1",
    id: model,
    name: model,
    version: "1.0.0",
    description: "test network",
    scores: [],
    graph: { file: `${model}.onnx`, sha256: "", bytes: 0, opset: 18, precision: "fp32", weights: "fp32" },
    externalData: [],
    inputs: [
      tensor("optical", "optical", ["red", "green", "blue"], { kind: "declared-type" }),
      ...(withHeights ? [tensor("dsm", "auxiliary", ["height"], { kind: "min-max", scope: "raster" })] : []),
    ],
    output: {
      name: "logits",
      kind: "logits",
      stride,
      shape: ["batch", classCount, TINY_WINDOW_PX / stride, TINY_WINDOW_PX / stride],
    },
    window: { sizePx: TINY_WINDOW_PX, padPx: 0, suggestedStridePx: 48, fixed: true },
    groundSamplingDistanceMetres: { min: 0.01, max: 10 },
    classes: Array.from({ length: classCount }, (_, id) => ({
      id,
      name: `class ${id}`,
      colour: [id, id, id] as const,
      scored: true,
    })),
    stitch: { accumulate: "sum-logits", blend: "trapezoid", papersStridePx: 16 },
    golden: null,
    ...change,
  };
}

export function tensor(
  name: string,
  role: ModelInput["role"],
  bands: ModelInput["bands"],
  scale: InputScale,
  change: Partial<ModelInput> = {},
): ModelInput {
  return {
    name,
    role,
    kind: role === "optical" ? "optical" : "dsm",
    bands,
    shape: ["batch", bands.length, TINY_WINDOW_PX, TINY_WINDOW_PX],
    scale,
    mean: bands.map(() => 0),
    std: bands.map(() => 1),
    nodataFill: 0,
    ...change,
  };
}

export function runSettings(change: Partial<RunSettings> = {}): RunSettings {
  return {
    modelId: "test",
    backend: "auto",
    stridePx: 48,
    blend: "trapezoid",
    testTimeAugmentation: "none",
    batch: "auto",
    areaOfInterest: null,
    heights: "as-is",
    confidence: false,
    ...change,
  };
}
