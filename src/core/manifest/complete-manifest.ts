/** The manifest that a completed draft and the files of a graph make, as JSON for `parseManifest`. */
import { kindOfBand } from "../vocabulary/auxiliary-kinds";
import { isAuxiliaryBand } from "../vocabulary/band-roles";
import { FIXED_HEIGHT_METRES, type ModelDraft } from "./draft-manifest";
import type { OnnxFacts } from "./read-onnx";

export interface ManifestFile {
  readonly file: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** `TensorProto.DataType` of ONNX. */
const FLOAT16 = 10;

/** @param externalData Each with the path that the graph calls it by. */
export function completeManifest(
  draft: ModelDraft,
  facts: OnnxFacts,
  graph: ManifestFile,
  externalData: readonly (ManifestFile & { readonly path: string })[],
): unknown {
  const paddedPx = draft.windowPx;
  const outputPx = paddedPx / draft.output.stride;
  const precision = facts.inputs[0]?.elementType === FLOAT16 ? "fp16" : "fp32";
  return {
    format: "nadir-model/1",
    id: draft.name.toLowerCase().replaceAll(/[^a-z0-9._-]+/g, "-"),
    name: draft.name,
    version: "0",
    description: `Your own model, from ${graph.file}.`,
    scores: [],
    graph: {
      ...graph,
      opset: Math.max(7, facts.opset),
      precision,
      weights: precision,
    },
    externalData,
    inputs: draft.inputs.map((input) => {
      const auxiliary = input.bands.filter(isAuxiliaryBand);
      const role = auxiliary.length === 0 ? "optical" : auxiliary.length < input.bands.length ? "stack" : "auxiliary";
      const kind = auxiliary[0] === "height" ? input.heights : auxiliary[0] && kindOfBand(auxiliary[0]);
      return {
        name: input.name,
        role,
        kind: { optical: "optical", auxiliary: kind, stack: `optical+${kind}` }[role],
        bands: input.bands,
        shape: ["batch", input.channels, paddedPx, paddedPx],
        scale: {
          kind: input.scale,
          ...(input.scale === "min-max" && { scope: "raster" }),
          ...(input.scale === "fixed" && FIXED_HEIGHT_METRES),
        },
        mean: input.mean,
        std: input.std,
        nodataFill: 0,
      };
    }),
    output: {
      name: draft.output.name,
      kind: draft.output.kind,
      stride: draft.output.stride,
      shape: ["batch", draft.classes.length, outputPx, outputPx],
    },
    window: { sizePx: paddedPx, padPx: 0, suggestedStridePx: Math.max(1, Math.round(paddedPx * 0.75)), fixed: true },
    groundSamplingDistanceMetres: {
      min: draft.groundSamplingDistanceMetres / 2,
      max: draft.groundSamplingDistanceMetres * 2,
      best: draft.groundSamplingDistanceMetres,
    },
    classes: draft.classes,
    stitch: { accumulate: "sum-logits", blend: "trapezoid", papersStridePx: null },
    golden: null,
  };
}
