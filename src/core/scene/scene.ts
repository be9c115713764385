/** A scene: an optical raster, its height raster and, if there is one, ground truth. Plain data. */
import type { AlignmentReport } from "../georef/alignment";
import type { RasterFacts } from "../raster/raster";
import type { AuxiliaryKind } from "../vocabulary/auxiliary-kinds";

export interface SceneRaster {
  /** Key of the opened raster inside the raster worker. */
  readonly rasterId: string;
  readonly facts: RasterFacts;
}

/** What runs do about a second raster that does not lie over all of the image, other than filling the rest. */
export type AuxiliaryChoice = "only-where-it-lies" | "leave-out";

export interface Scene {
  readonly id: string;
  readonly name: string;
  readonly optical: SceneRaster;
  readonly auxiliary: (SceneRaster & { readonly kind: AuxiliaryKind; readonly alignment: AlignmentReport }) | null;
  readonly truth: (SceneRaster & { readonly alignment: AlignmentReport }) | null;
  /** The truth file that does not count now: full where `truth` has eroded boundaries, and the other way round. */
  readonly otherTruth?: SceneRaster;
  /** Why these files belong together, one sentence each. */
  readonly pairing: readonly string[];
}
