/** What the user set right, by make of file; remembered across visits. */
import { type BandCorrections, mergeCorrections } from "../core/raster/band-corrections";

export type CorrectionsState = Readonly<Record<string, BandCorrections>>;

export const initialCorrections: CorrectionsState = {};

/** Makes that are remembered; the oldest are forgotten first. */
const MOST_MAKES = 200;

export function withCorrection(state: CorrectionsState, key: string, change: BandCorrections): CorrectionsState {
  const { [key]: older = {}, ...others } = state;
  return {
    ...Object.fromEntries(Object.entries(others).slice(1 - MOST_MAKES)),
    [key]: mergeCorrections(older, change),
  };
}

export function withoutCorrection(state: CorrectionsState, key: string): CorrectionsState {
  const { [key]: _, ...others } = state;
  return others;
}
