/** What the engine worker answers. Served by `engine-handlers.ts`. */
import type { NadirErrorFacts } from "../core/errors";
import type { HeightBase } from "../core/heights/height-base";
import type { BandCorrections } from "../core/raster/band-corrections";
import type { PixelRect } from "../core/raster/raster";
import type { RunCheckpoint } from "../core/run/run-checkpoint";
import type { RunResult, SelfCheckFacts } from "../core/run/run-result";
import type { BackendFacts, RunProgress, RunSettings } from "../core/run/run-settings";
import type { Stroke } from "../core/vector/stroke";
import type { BackendChoice } from "../core/vocabulary/backends";
import type { ModelFiles } from "../inference/backend";
import type { RunRequest } from "../inference/run-request";
import type { GoldenRecipe, TaughtModel, TeachRequest } from "../inference/teach-model";
import type { RasterFile } from "../io/remote-file";
import type { CallContext } from "./rpc";

export type { GoldenRecipe, ModelFiles, TaughtModel };

/** One way of running models on this machine, as far as can be said before a model is loaded. */
interface BackendOffer {
  readonly kind: "webgpu" | "wasm";
  readonly available: boolean;
  /** Adapter vendor and architecture, or "WebAssembly · SIMD · 4 threads". */
  readonly adapter: string;
  /** Why it is or is not used when the choice is automatic, in words. */
  readonly reason: string;
}

export interface BackendReport {
  readonly offers: readonly BackendOffer[];
  /** What "auto" means here. */
  readonly preferred: "webgpu" | "wasm";
}

export interface LoadRequest {
  readonly files: ModelFiles;
  readonly backend: BackendChoice;
  /** Windows per call; "auto" measures once per adapter and model. */
  readonly batch: number | "auto";
}

interface LoadedModel {
  readonly backend: BackendFacts;
  readonly selfCheck: SelfCheckFacts;
  readonly batch: number;
  readonly loadMs: number;
}

/** An opened file is reopened in the engine from the same File. */
export interface RasterInput {
  readonly file: RasterFile;
  readonly sideFiles: readonly File[];
  /** What the user set right. */
  readonly corrections?: BandCorrections;
}

/** The second raster, and what is made of it. */
export interface SecondRaster extends RasterInput {
  /** Terrain model that is taken from it. */
  readonly terrain?: RasterInput;
  /** It is read as heights above the ground. */
  readonly base?: HeightBase;
}

/** A model, a scene, and how to run the one over the other. */
export interface SceneRequest extends LoadRequest {
  readonly settings: RunSettings;
  readonly optical: RasterInput;
  /** Null for models that need the image alone, or run on it. */
  readonly auxiliary: SecondRaster | null;
  readonly heights?: RunRequest["heights"];
}

export interface EngineRunRequest extends SceneRequest {
  /** Masks of these ids are created in the mask store and filled. */
  readonly maskId: string;
  /** Needed when `settings.confidence` is set. */
  readonly confidenceId: string | null;
  /** Goes on an interrupted run of the same settings: its masks are kept and filled further. */
  readonly resume?: RunCheckpoint;
}

/** The probability of one class; the area of interest of the settings is what is in view. */
interface RespondRequest extends SceneRequest {
  readonly classId: number;
  /** A mask of this id is created in the mask store and filled. */
  readonly responseId: string;
}

/** A scene with the strokes on it, and the settings of the run they are to mend. */
interface TeachScene extends Pick<SceneRequest, "settings" | "optical" | "auxiliary" | "heights"> {
  /** Another one whenever its rasters are others, or what the user set right about them. */
  readonly key: string;
  readonly strokes: readonly Stroke[];
}

export interface DisagreementQuestion {
  /** Of the model that was taught. */
  readonly files: ModelFiles;
  readonly scene: Omit<TeachScene, "strokes">;
  readonly heads: TaughtModel["committee"];
  /** Of the nodes that give what the heads work on. */
  readonly samplesSha256: string;
  /** In pixels of the photo, those that matter most first. */
  readonly places: readonly PixelRect[];
}

export interface EngineTeachRequest extends Pick<TeachRequest, "strokes" | "stem" | "name" | "date"> {
  /** Of the model that is taught. */
  readonly files: ModelFiles;
  readonly scenes: readonly TeachScene[];
}

/** Progress of a run; a checkpoint comes with every finished strip. */
export interface EngineRunProgress extends RunProgress {
  readonly checkpoint?: RunCheckpoint;
}

export interface EngineRunResult extends RunResult {
  readonly maskId: string;
  readonly confidenceId: string | null;
  readonly selfCheck: SelfCheckFacts;
}

export type EngineHandlers = {
  describeBackends(args: Record<string, never>, context: CallContext): Promise<BackendReport>;
  /** Loads, warms up and self-checks; progress values are `RunProgress`. A loaded model is kept for the next run. */
  loadModel(args: LoadRequest, context: CallContext): Promise<LoadedModel>;
  /** Holds the run in flight before its next batch, or lets it go on. */
  setPaused(args: { readonly paused: boolean }): Promise<void>;
  /** Progress values are `EngineRunProgress`. Cancelled within one batch. */
  run(args: EngineRunRequest, context: CallContext): Promise<EngineRunResult>;
  /**
   * Runs the windows that touch the area and keeps the softmax of their blended logits at one class: probability × 254,
   * 255 where nothing was computed. Memory as for a run: its bytes go to the mask store row by row. Progress and
   * cancelling as for a run.
   *
   * @returns The area that was computed.
   */
  respond(args: RespondRequest, context: CallContext): Promise<PixelRect>;
  /**
   * Learns a new head from strokes. Windows are kept for the next round. Progress values are `RunProgress`; cancelled
   * between two windows, or two heads.
   */
  teach(args: EngineTeachRequest, context: CallContext): Promise<TaughtModel>;
  /**
   * How far heads of one lesson disagree at places of a scene, 0 to 1 (`inference/disagreement-at.ts`); null for places
   * of which that is not known. Windows kept from lessons are not run again.
   */
  disagreement(args: DisagreementQuestion, context: CallContext): Promise<readonly (number | null)[]>;
  /** The files of a taught model's golden pair once more; none where they cannot be made. @param args.files Of its base. */
  goldenAgain(args: {
    readonly files: ModelFiles;
    readonly recipe: GoldenRecipe;
    readonly stem: string;
  }): Promise<TaughtModel["files"]>;
  /** Why a model cannot be taught; null when it can. */
  teachingFault(args: { readonly files: ModelFiles }): Promise<NadirErrorFacts | null>;
};
