/** Heights are metres, or feet where the file says so. */
import type { BandFacts } from "./raster";

const FOOT_METRES = 0.3048;
const US_SURVEY_FOOT_METRES = 1200 / 3937;

/** Metres per unit of a band's scaled values; 1 where the file names no unit. */
export function metresPerHeightUnit({ unit = "m" }: Pick<BandFacts, "unit">): number {
  if (!/\bf(oo|ee)?t\b/i.test(unit)) return 1;
  return /\bus\b|survey/i.test(unit) ? US_SURVEY_FOOT_METRES : FOOT_METRES;
}
