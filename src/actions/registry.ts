/** Heavy and living things by id: files, model weights, running calls. The store holds the ids. */
import type { HeightBase } from "../core/heights/height-base";
import type { ModelManifest } from "../core/manifest/manifest";
import type { RunProgress } from "../core/run/run-settings";
import type { ModelFiles } from "../workers/engine-protocol";
import type { OpenedRaster } from "../workers/raster-protocol";

/** Where a model's bytes come from: fetched when first run, or dropped by the user. */
export interface ModelBytes {
  readonly manifest: ModelManifest;
  /** @param onLoaded Told as they arrive, where they have to be fetched. */
  files(signal?: AbortSignal, onLoaded?: (loaded: NonNullable<RunProgress["loaded"]>) => void): Promise<ModelFiles>;
  /** Whether the engine, which does one thing at a time, is needed to get at them. */
  readonly needsEngine?: () => boolean;
}

export type OpenRaster = Omit<OpenedRaster, "rasterId">;

export interface ParcelSource {
  readonly files: readonly File[];
  /** Of a GeoPackage; null for the first of polygons. */
  readonly layer: string | null;
  readonly sha256Sampled: string;
}

export interface Registry {
  /** Sessions this tab holds: its own and those it took over. */
  readonly sessions: Set<string>;
  /** Every opened raster: what is known of it, its file, and the files that may explain it. */
  readonly rasters: Map<string, OpenRaster>;
  readonly models: Map<string, ModelBytes>;
  /** Files of each layer of polygons, the one that is read first, and which layer of it is meant. */
  readonly parcelFiles: Map<string, ParcelSource>;
  /** What heights above the ground are measured from, by the id of the result. */
  readonly heightBases: Map<string, HeightBase>;
  /** Cancels a queued or running run, or a response map, by the key of the store's progress. */
  readonly runControllers: Map<string, AbortController>;
  /** Cancels a result that is being made, by its id. */
  readonly resultControllers: Map<string, AbortController>;
}

export function createRegistry(): Registry {
  return {
    sessions: new Set(),
    rasters: new Map(),
    models: new Map(),
    parcelFiles: new Map(),
    heightBases: new Map(),
    runControllers: new Map(),
    resultControllers: new Map(),
  };
}
