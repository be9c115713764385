/** What a run gives back besides the mask itself; plain data, always with the settings that made it. */
import type { Cleaning } from "../cleaning/cleaning";
import type { PixelRect } from "../raster/raster";
import type { HeightsMade } from "./heights-made";
import type { BackendFacts, RunSettings } from "./run-settings";
import type { WindowCheckFacts } from "./window-check";
import type { WrittenPixels } from "./written-pixels";

export interface RunResult {
  readonly modelId: string;
  readonly modelVersion: string;
  /** Hash of the graph that ran. */
  readonly graphSha256: string;
  readonly settings: RunSettings;
  readonly backend: BackendFacts;
  readonly widthPx: number;
  readonly heightPx: number;
  /** What was predicted; everything outside is 255 in the mask. */
  readonly area: PixelRect;
  /** Windows given to the network, each once: augmentations and what was done again after a stop do not count. */
  readonly windowsRun: number;
  /** Windows left out because they hold no valid pixel. */
  readonly windowsSkipped: number;
  readonly augmentations: number;
  readonly batch: number;
  /** Pixels per class id; index = class id. */
  readonly classPixels: readonly number[];
  readonly nodataPixels: number;
  /** Sums of the whole mask; absent in what older versions kept. */
  readonly written?: readonly WrittenPixels[];
  readonly timings: RunTimings;
  /** Times the run went on after a lost device, too little memory or a failed read-back. */
  readonly recoveries: number;
  /** Most bytes of GPU buffers alive at once, onnxruntime's among them; absent off the GPU. */
  readonly gpuPeakBytes?: number;
  readonly inputs: readonly { readonly fileName: string; readonly fileBytes: number }[];
  /** Min-max of the height raster when the model's scaling used it. */
  readonly heightRange: { readonly min: number; readonly max: number } | null;
  /** How the heights it saw came about; absent for models that read the image alone. */
  readonly heightsMade?: HeightsMade;
  /** Some of its windows computed again on the CPU; absent where it ran there, and where that could not be done. */
  readonly windowCheck?: WindowCheckFacts;
  readonly warnings: readonly string[];
  /** A prediction that was opened from a file: what else stands here of settings, time and machine says nothing. */
  readonly madeElsewhere?: MadeElsewhere;
  /** Its pixels are those of another run, tidied up; all else that stands here is that run's. */
  readonly cleaned?: CleanedFacts;
}

export interface CleanedFacts {
  /** What the run is called that it was made of. */
  readonly of: string;
  readonly cleaning: Cleaning;
  /** The same in words (`spellCleaning`). */
  readonly how: string;
  readonly changedPixels: number;
  readonly closedHoles: number;
  readonly mergedPatches: number;
}

/** Whether a network wrote this very mask: then it can be run again, has times of its own, and a probability per class. */
export function isOfNetwork({ madeElsewhere, cleaned }: Pick<RunResult, "madeElsewhere" | "cleaned">): boolean {
  return madeElsewhere === undefined && cleaned === undefined;
}

export interface MadeElsewhere {
  readonly fileName: string;
  /** How its values became classes, one sentence each. */
  readonly notes: readonly string[];
}

export interface RunTimings {
  readonly statisticsMs: number;
  /** From the first read to the last finished row. */
  readonly runMs: number;
  /** Waiting for raster blocks. */
  readonly readMs: number;
  /** Inside the network's session. */
  readonly modelMs: number;
}

/** Logits that PyTorch gave and that came with the model, or that WebAssembly gave at its first use on a GPU. */
export type GoldenOrigin = "with-model" | "computed";

/** Largest difference between a model's golden logits and what this adapter made of the same input. */
export interface SelfCheckFacts {
  readonly verdict: "passed" | "failed" | "no-golden-pair";
  readonly largestDifference: number | null;
  readonly tolerance: number | null;
  /** Share of golden pixels whose class is the same. */
  readonly argmaxAgreement: number | null;
  readonly adapter: string;
  /** What the logits were held to; null without a golden pair. */
  readonly golden: GoldenOrigin | null;
}
