/** What a run is asked for, and what adds up while it goes: seen by `run-scene` and by the strips it walks. */
import type { CancelSignal } from "../core/cancel";
import type { NadirError } from "../core/errors";
import type { ModelManifest } from "../core/manifest/manifest";
import type { RasterSource } from "../core/raster/raster";
import type { HeightsMade } from "../core/run/heights-made";
import type { BandRange } from "../core/run/input-plan";
import type { RunCheckpoint, WindowCount } from "../core/run/run-checkpoint";
import type { RunProgress, RunSettings } from "../core/run/run-settings";
import type { ReferenceBackend, RowSink, StripBackend } from "./backend";
import type { MaskWriter } from "./mask-writer";
import type { RunClock } from "./run-clock";
import type { RunGate } from "./run-gate";
import type { AuxiliaryInput } from "./strip-geometry";

/** One model over one scene, with everything from outside that the run needs. */
export interface RunRequest {
  readonly manifest: ModelManifest;
  readonly settings: RunSettings;
  readonly optical: RasterSource;
  /** The height raster and where optical pixels lie on it; null for models without one. */
  readonly auxiliary: AuxiliaryInput | null;
  /** How its heights came about and what speaks against them, for the result. */
  readonly heights?: { readonly made: HeightsMade; readonly notes: readonly string[] } | null;
  readonly backend: StripBackend;
  readonly sink: RowSink;
  /** Class whose probability takes the place of the confidence (which the settings must ask for). */
  readonly response?: number;
  /** Range of a band over the whole raster, nodata excluded, in stored units. */
  readonly measureBand: (source: RasterSource, band: number, signal?: CancelSignal) => Promise<BandRange>;
  readonly signal?: CancelSignal;
  readonly onProgress?: (progress: RunProgress) => void;
  /**
   * Called when a run could go on after `error` (device lost, out of memory, failed read-back, bad output): gives the
   * backend to go on with, from the last finished strip, or null to give up.
   */
  readonly recover?: (error: NadirError, backend: StripBackend) => Promise<StripBackend | null>;
  /** Widest column strip, when the backend's own limit is not meant. */
  readonly maxStripWidthPx?: number;
  /** Asked before every batch; a run waits there while it is paused. */
  readonly gate?: Pick<RunGate, "pass">;
  /** Told after every finished strip, once its rows are in the sink. */
  readonly onCheckpoint?: (checkpoint: RunCheckpoint) => Promise<void> | void;
  /**
   * Goes on after an interrupted run: same scene, model and settings, and a sink that still holds the rows written
   * until then.
   */
  readonly resume?: RunCheckpoint;
  /** Some windows are computed again on the CPU once all have run. */
  readonly check?: WindowCheckRequest;
}

/** Asks for windows to be computed again on the CPU (`check-windows.ts`). */
interface WindowCheckRequest {
  /** Name of the run: the same windows are drawn under the same one. */
  readonly seed: string;
  /** Null where the run has been on the CPU. */
  openReference(): Promise<ReferenceBackend | null>;
}

/** What adds up over strips and recoveries. */
export interface RunTotals {
  backend: StripBackend;
  readonly writer: MaskWriter;
  readonly clock: RunClock;
  readonly warnings: string[];
  windows: WindowCount;
  readMs: number;
  modelMs: number;
  runMs: number;
  recoveries: number;
}
