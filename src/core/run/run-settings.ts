/** What a run was asked to do; kept with its result, so that a map is always labelled with the settings that made it. */
import type { PixelRing } from "../polygons/pixel-coverage";
import type { PixelRect } from "../raster/raster";
import type { TestTimeAugmentation } from "../vocabulary/augmentations";
import type { BackendChoice, BackendKind } from "../vocabulary/backends";
import type { BlendProfile } from "../vocabulary/blends";
import type { HeightTreatment } from "../vocabulary/height-treatments";

/** Where a run works, in pixels of the optical grid: a rectangle, or what polygons surround in it. */
export interface AreaOfInterest extends PixelRect {
  /** Each an outline with its holes. A pixel belongs to the area whose centre lies in one; absent: all of the rectangle. */
  readonly polygons?: readonly (readonly PixelRing[])[];
}

export interface RunSettings {
  readonly modelId: string;
  readonly backend: BackendChoice;
  /** Distance between neighbouring windows; `windowPx - overlapPx`. */
  readonly stridePx: number;
  readonly blend: BlendProfile;
  /**
   * Image pixels along the side of a pixel of the grid the run computes on (`core/windows/working-grid.ts`); absent for
   * the image's own.
   */
  readonly scale?: number;
  readonly testTimeAugmentation: TestTimeAugmentation;
  /** Windows per inference call. */
  readonly batch: number | "auto";
  /** Null for the whole raster. */
  readonly areaOfInterest: AreaOfInterest | null;
  readonly heights: HeightTreatment;
  /** Also keep a confidence byte (max softmax × 255) per pixel. */
  readonly confidence: boolean;
}

export interface RunProgress {
  readonly windowsDone: number;
  readonly windowsTotal: number;
  readonly windowsPerSecond: number;
  /** Null until enough windows are done to say. */
  readonly secondsLeft: number | null;
  /** Of the model's files, while they are fetched. */
  readonly loaded?: { readonly bytes: number; readonly totalBytes: number };
  readonly stage: "loading-model" | "self-check" | "warming-up" | "running" | "learning" | "finishing" | "checking";
}

/** The backend that really ran, and the reason in words. */
export interface BackendFacts {
  readonly kind: BackendKind;
  /** Adapter vendor and architecture, or "WebAssembly · SIMD · 4 threads". */
  readonly adapter: string;
  /** Why this one: "no hardware WebGPU adapter (software rendering only)". */
  readonly reason: string;
  readonly precision: "fp32" | "fp16";
}

/** Class id of pixels without a prediction; also the nodata value of exported masks. */
export const NODATA_CLASS_ID = 255;
