/**
 * The model manifest: the only contract between `models/` and the studio. See `docs/manifest.md`.
 */

import type { BandName } from "../vocabulary/band-roles";
import type { BlendProfile } from "../vocabulary/blends";

export interface ModelManifest {
  readonly format: "nadir-model/1";
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly network?: {
    readonly family: string;
    readonly variant: string;
    readonly parameters?: number;
    readonly macsPerWindow?: number;
  };
  readonly paper?: { readonly title: string; readonly url: string };
  readonly licence?: string;
  readonly trainedOn?: string;
  readonly scores: readonly ModelScore[];
  readonly graph: {
    readonly file: string;
    /** Lower-case hex. */
    readonly sha256: string;
    readonly bytes: number;
    readonly opset: number;
    /** Arithmetic of the graph; `weights` says how they are stored. */
    readonly precision: "fp32" | "fp16";
    readonly weights: "fp32" | "fp16";
  };
  readonly externalData: readonly {
    readonly file: string;
    /** Name the graph refers to. */
    readonly path: string;
    readonly sha256: string;
    readonly bytes: number;
  }[];
  readonly inputs: readonly ModelInput[];
  readonly output: {
    readonly name: string;
    readonly kind: "logits" | "probabilities";
    /** > 1: values come at 1/stride of the padded window. */
    readonly stride: number;
    readonly shape: TensorShape;
  };
  readonly window: {
    readonly sizePx: number;
    /** Zeros added right and bottom after normalisation. */
    readonly padPx: number;
    readonly suggestedStridePx: number;
    readonly fixed: boolean;
  };
  readonly groundSamplingDistanceMetres: { readonly min: number; readonly max: number };
  readonly classes: readonly ModelClass[];
  readonly stitch: {
    readonly accumulate: "sum-logits";
    readonly blend: BlendProfile;
    /** Stride of the reference scripts; null when the network's scripts do not stitch. */
    readonly papersStridePx: number | null;
  };
  readonly golden: { readonly file: string; readonly tolerance: number } | null;
}

export type TensorShape = readonly ["batch", number, number, number];

export type InputScale =
  | { readonly kind: "declared-type" }
  | { readonly kind: "min-max"; readonly scope: "raster" }
  | { readonly kind: "fixed"; readonly min: number; readonly max: number }
  | { readonly kind: "none" };

export interface ModelInput {
  readonly name: string;
  readonly role: "optical" | "auxiliary" | "stack";
  readonly kind: string;
  readonly bands: readonly BandName[];
  readonly shape: TensorShape;
  readonly scale: InputScale;
  readonly mean: readonly number[];
  readonly std: readonly number[];
  readonly nodataFill: number;
}

export interface ModelClass {
  readonly id: number;
  readonly name: string;
  readonly colour: readonly [red: number, green: number, blue: number];
  readonly scored: boolean;
}

interface ModelScore {
  readonly dataset: string;
  readonly split: string;
  readonly convention: string;
  readonly miou?: number;
  readonly oa?: number;
  readonly ioUPerClass?: Readonly<Record<string, number>>;
}
