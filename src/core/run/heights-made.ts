/** How the second raster that a network saw came about, as it is kept with a run and said where its result is read. */

export interface HeightsMade {
  /**
   * As the file holds it; a surface model minus a terrain model, or minus the ground found under it; a constant in place
   * of heights; nothing, for a model that can do without.
   */
  readonly how: "as-given" | "minus-terrain" | "from-surface" | "flat" | "absent";
  /** Names of the files it was made of: the surface model before the terrain model. */
  readonly files: readonly string[];
  /** Part of its pixels that were missing and closed from the rim of their holes, 0–1; absent where none were. */
  readonly closedShare?: number;
}
