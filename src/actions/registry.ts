/** Heavy and living things by id: files, model weights, running calls. The store holds the ids. */
import type { ModelManifest } from "../core/manifest/manifest";
import type { ConfidenceHistogram } from "../core/metrics/reliability";
import type { WindowScore } from "../evaluation/score-mask";
import type { ModelFiles } from "../workers/engine-protocol";
import type { OpenedRaster } from "../workers/raster-protocol";

/** Where a model's bytes come from: fetched when first run, or dropped by the user. */
export interface ModelBytes {
  readonly manifest: ModelManifest;
  files(signal?: AbortSignal): Promise<ModelFiles>;
}

/** What an evaluation keeps besides its matrices. */
interface EvaluationDetail {
  readonly erodedTruthId: string;
  readonly windows: readonly WindowScore[];
  readonly windowMapId: string;
  readonly confidence: ConfidenceHistogram | null;
}

export type OpenRaster = Omit<OpenedRaster, "rasterId">;

export interface Registry {
  /** Sessions this tab holds: its own and those it took over. */
  readonly sessions: Set<string>;
  /** Every opened raster: what is known of it, its file, and the files that may explain it. */
  readonly rasters: Map<string, OpenRaster>;
  readonly models: Map<string, ModelBytes>;
  readonly evaluationDetails: Map<string, EvaluationDetail>;
  /** Agreement and entropy of the finished runs, by scene. */
  readonly agreements: Map<string, { readonly agreementId: string; readonly entropyId: string }>;
  /** Square metres per class id of finished runs; null where the scene has no known unit. */
  readonly areas: Map<string, readonly number[] | null>;
  /** Cancels a queued or running run. */
  readonly runControllers: Map<string, AbortController>;
}

export function createRegistry(): Registry {
  return {
    sessions: new Set(),
    rasters: new Map(),
    models: new Map(),
    evaluationDetails: new Map(),
    agreements: new Map(),
    areas: new Map(),
    runControllers: new Map(),
  };
}
