/**
 * What the strip pipeline asks of a machine that can run a model: one interface, several implementations
 * (WebGPU in the browser, WebAssembly, onnxruntime-node). The pipeline (`run-scene.ts`) knows nothing else.
 *
 * The unit of work is a column strip walked from top to bottom. The backend receives each raw row once, then the
 * windows to run, and gives back finished rows as class ids. Where the pixels live in between is its own affair.
 */
import type { ModelManifest } from "../core/manifest/manifest";
import type { ReadResult } from "../core/raster/raster";
import type { InputPlan } from "../core/run/input-plan";
import type { BackendFacts } from "../core/run/run-settings";
import type { Symmetry } from "../core/vocabulary/augmentations";
import type { BlendWeights } from "../core/vocabulary/blends";
import type { ControlGrid } from "../core/windows/control-grid";
import type { FinalisedRows } from "../core/windows/finalise-rows";
import type { WindowPlan, WindowPosition } from "../core/windows/plan-windows";
import type { RingShape } from "../core/windows/row-ring";
import type { ColumnStrip, RowStrip } from "../core/windows/strips";

/** A model's files, wherever they come from: same-origin URLs for the zoo, dropped files for the user's own. */
export interface ModelFiles {
  readonly manifest: ModelManifest;
  readonly graph: Blob;
  /** Keyed by the path used inside the graph. */
  readonly externalData: Readonly<Record<string, Blob>>;
  /** The golden pair's JSON and binary, keyed by file name; empty when the model came without. */
  readonly goldenFiles: Readonly<Record<string, Blob>>;
}

/** Where finished rows go. Rows of one column range arrive in order, each exactly once. */
export interface RowSink {
  writeRows(rows: FinishedRows): Promise<void>;
}

export interface FinishedRows {
  /** First pixel of the block on the optical grid. */
  readonly col: number;
  readonly row: number;
  readonly widthPx: number;
  readonly heightPx: number;
  /** Class ids, row-major; 255 where nothing was predicted. */
  readonly classIds: Uint8Array;
  /** Confidence × 255, row-major, when asked for. */
  readonly confidence: Uint8Array | null;
}

export type RasterRole = "optical" | "auxiliary";

/** Everything about one column strip that does not change while it is walked. Rings hold rows of the working grid. */
export interface StripJob {
  readonly manifest: ModelManifest;
  readonly plan: WindowPlan;
  readonly strip: ColumnStrip;
  readonly inputs: InputPlan;
  readonly blend: BlendWeights;
  readonly confidence: boolean;
  /** Class whose probability is given in place of the confidence; null for that of the predicted class. */
  readonly response: number | null;
  readonly opticalRing: RingShape;
  readonly auxiliary: { readonly ring: RingShape; readonly widthPx: number; readonly heightPx: number } | null;
  /** Largest control grid of the strip's rows of windows, in points; 0 without an auxiliary raster. */
  readonly mostControlPoints: number;
  /** Most inferences between two calls of `finishRows`. */
  readonly mostItems: number;
  /** Most image rows that one call of `finishRows` asks for. */
  readonly mostImageRows: number;
  /** Sees windows go by; null where nobody looks. */
  readonly witness: WindowWitness | null;
}

/** Who looks at windows as they are run, each seen as the image is (symmetry 0). */
export interface WindowWitness {
  wants(item: WindowItem): boolean;
  /** Logits of a window that was wanted, `[classes, side, side]`, as they were added to the sums; a copy. */
  take(item: WindowItem, logits: Float32Array): void;
  /** @param unsure Pixels of every 8th row and column whose two best classes are close (`isUnsure`). */
  ran(item: WindowItem, unsure: number): void;
}

/** One inference: a window, seen under a symmetry. */
export interface WindowItem {
  readonly column: WindowPosition;
  readonly row: WindowPosition;
  readonly symmetry: Symmetry;
}

/** One model loaded on one machine. */
export interface StripBackend {
  readonly facts: BackendFacts;
  /** Windows per inference call; calls with fewer are filled up inside. */
  readonly batch: number;
  /** Widest column strip whose buffers this machine can hold. */
  readonly maxStripWidthPx: number;
  open(job: StripJob): Promise<StripRun>;
  /** Most bytes of GPU buffers alive at once since the backend is there; undefined off the GPU. */
  readonly gpuPeakBytes?: number;
}

/** The model on the CPU, beside another backend that runs it. */
export interface ReferenceBackend {
  readonly backend: StripBackend;
  close(): Promise<void>;
}

/** Work on one column strip. Calls follow one another; only the promises of `finishRows` may still be open. */
export interface StripRun {
  /** Raw rows, exactly as wide as the ring. The arrays may be reused by the caller once this returns. */
  putRows(raster: RasterRole, firstRow: number, rowCount: number, rows: ReadResult): void;
  /** The next row of windows, and where its pixels lie on the auxiliary raster. */
  beginStrip(strip: RowStrip, grid: ControlGrid | null): void;
  /** At most `batch` items, all of the row of windows begun last. */
  runWindows(items: readonly WindowItem[]): Promise<void>;
  /**
   * The image rows that a row of windows completes, of the strip's columns. Resolves when they are in memory. Where the
   * working grid is not the image's, pixels that are missing in the image are the caller's to take out.
   */
  finishRows(rows: Pick<RowStrip, "image" | "release">): Promise<FinalisedRows>;
  readonly modelMs: number;
  readonly warnings: readonly string[];
  close(): Promise<void>;
}

/** A named input or output of a network, in memory. */
export interface NetworkTensor {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/** A network that takes and gives values in memory; the batch is fixed when it is created. */
export interface NetworkSession {
  readonly batch: number;
  /** Runs worth having open at once; 1 when absent. */
  readonly mostOpen?: number;
  /** @returns the output named by the manifest, `[batch, classes, side, side]`. */
  run(inputs: Readonly<Record<string, NetworkTensor>>): Promise<NetworkTensor>;
  release(): Promise<void>;
}
