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

/** "heights above the ground found under dsm.tif alone; 3.1 % of them closed over holes". */
export function spellHeights({ how, files, closedShare }: HeightsMade): string {
  const [first = "", second = ""] = files;
  const made = {
    "as-given": `heights as ${first} gives them`,
    "minus-terrain": `heights above the ground: ${first} minus ${second}`,
    "from-surface": `heights above the ground, which was looked for under ${first}`,
    flat: "flat heights, as an experiment",
    absent: "no heights: the photo alone",
  }[how];
  return closedShare === undefined ? made : `${made}; ${spellShare(closedShare)} of them closed over holes`;
}

function spellShare(share: number): string {
  const percent = 100 * share;
  return percent < 0.01 ? "less than 0.01 %" : `${Number(percent.toPrecision(2))} %`;
}
