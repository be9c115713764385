/** What the user set right, by make of file; remembered across visits. */
import type { BandCorrections } from "../core/raster/band-corrections";

export type CorrectionsState = Readonly<Record<string, BandCorrections>>;

export const initialCorrections: CorrectionsState = {};

/** Makes that are remembered; the oldest are forgotten first. */
const MOST_MAKES = 200;

/** Puts `corrections` in place of all that was known of a make; undefined forgets it. */
export function withCorrections(
  state: CorrectionsState,
  key: string,
  corrections: BandCorrections | undefined,
): CorrectionsState {
  const { [key]: _, ...others } = state;
  return corrections === undefined
    ? others
    : { ...Object.fromEntries(Object.entries(others).slice(1 - MOST_MAKES)), [key]: corrections };
}
