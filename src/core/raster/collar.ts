/**
 * A margin of one colour around a photo that its file does not call missing: what was found, and whether it counts as
 * missing.
 */

export const COLLAR_ANSWERS = ["take", "leave"] as const;

export type CollarAnswer = (typeof COLLAR_ANSWERS)[number];

/** What is done while nobody has said anything: ground is never one colour over so much of a photo. */
export const COLLAR_DEFAULT: CollarAnswer = "take";

export interface CollarColour {
  /** Stored values of the bands that show the ground, in their order. */
  readonly values: readonly number[];
  /** Largest difference from them that still counts, in every band: compression smears what was one colour. */
  readonly tolerance: number;
  /** Part of the photo's pixels, 0–1, that have this colour and hang together with the edge. */
  readonly share: number;
}

export interface Collar {
  /** The larger one first. */
  readonly colours: readonly CollarColour[];
  /** Null while the user has not said. */
  readonly answer: CollarAnswer | null;
}

export function isCollarMissing({ answer }: Collar): boolean {
  return (answer ?? COLLAR_DEFAULT) === "take";
}
