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

/** Heights or another second raster, and how it lies on the image. */
export interface SceneAuxiliary extends SceneRaster {
  readonly kind: AuxiliaryKind;
  readonly alignment: AlignmentReport;
}

export interface Scene {
  readonly id: string;
  readonly name: string;
  readonly optical: SceneRaster;
  /** The second raster that is shown. */
  readonly auxiliary: SceneAuxiliary | null;
  /** Others of other kinds: a terrain model or heights above the ground beside a surface model. */
  readonly otherAuxiliaries?: readonly SceneAuxiliary[];
  readonly truth: (SceneRaster & { readonly alignment: AlignmentReport }) | null;
  /** The truth file that does not count now: full where `truth` has eroded boundaries, and the other way round. */
  readonly otherTruth?: SceneRaster;
  /** Why these files belong together, one sentence each. */
  readonly pairing: readonly string[];
}

/** Every raster of a scene, its photo first. */
export function rastersOf(scene: Scene): readonly SceneRaster[] {
  const { optical, truth, otherTruth } = scene;
  return [optical, ...auxiliariesOf(scene), truth, otherTruth].filter((raster) => raster != null);
}

/** All of its second rasters, the one that is shown first. */
export function auxiliariesOf({ auxiliary, otherAuxiliaries = [] }: Scene): readonly SceneAuxiliary[] {
  return auxiliary === null ? [] : [auxiliary, ...otherAuxiliaries];
}
