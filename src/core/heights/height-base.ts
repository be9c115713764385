/** What heights are measured from when they are read above the ground: plain data that crosses workers. */
import type { GroundSurface } from "./ground-surface";

export interface HeightBase {
  /** Ground found under the surface model; null where a terrain model says it. */
  readonly ground: GroundSurface | null;
  /** Stored values that mark missing pixels though the files do not say so. */
  readonly missingValue: number | null;
  readonly terrainMissingValue: number | null;
}
