/** What heights are measured from when they are read above the ground: plain data that crosses workers. */
import type { GroundSurface } from "./ground-surface";
import type { LeftOut } from "./left-out";

export interface HeightBase {
  /** Ground found under the surface model; null where a terrain model says it. */
  readonly ground: GroundSurface | null;
  /** Stored values that are missing though the files do not say so. */
  readonly leftOut: readonly LeftOut[];
  readonly terrainLeftOut: readonly LeftOut[];
  /** What is to be said of them. */
  readonly notes: readonly string[];
}
