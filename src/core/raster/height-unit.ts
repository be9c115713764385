/** Heights are metres unless the file says otherwise. */
import type { BandFacts, RasterFacts } from "./raster";

const FOOT_METRES = 0.3048;
const US_SURVEY_FOOT_METRES = 1200 / 3937;
/** EPSG:9070. */
const BRITISH_FOOT_METRES = 0.3048007491;

/** Metres per unit, by what its name is without its spelling. */
const UNITS: readonly (readonly [name: RegExp, metres: number])[] = [
  [/^(mm|millimet(er|re)s?)$/, 0.001],
  [/^(cm|centimet(er|re)s?)$/, 0.01],
  [/^(dm|decimet(er|re)s?)$/, 0.1],
  [/^(km|kilomet(er|re)s?)$/, 1000],
  [/^(yd|yards?)$/, 0.9144],
];

/** Metres per unit of a band's scaled values; 1 where the file names no unit. */
export function metresPerHeightUnit({ unit = "m" }: Pick<BandFacts, "unit">): number {
  const words = unit.toLowerCase().split(/[^a-z]+/);
  if (words.some((word) => /^(us)?(ft|foot|feet)(us)?$/.test(word))) {
    if (words.includes("british")) return BRITISH_FOOT_METRES;
    return words.some((word) => word === "us" || word === "survey" || /^us|us$/.test(word))
      ? US_SURVEY_FOOT_METRES
      : FOOT_METRES;
  }
  return UNITS.find(([name]) => words.some((word) => name.test(word)))?.[1] ?? 1;
}

/** Where the map counts in feet and its heights do not say in what: a sentence; null elsewhere. */
export function unsaidHeightUnit({
  fileName,
  bands,
  crs,
}: Pick<RasterFacts, "fileName" | "bands" | "crs">): string | null {
  const height = bands.find(({ role }) => role === "height");
  const feet = crs?.kind === "projected" && Math.abs((crs.metresPerUnit ?? 1) - FOOT_METRES) < 1e-4;
  return feet && height !== undefined && height.unit === undefined
    ? `${fileName} counts places in feet and does not say in what unit its heights are: they are taken as metres. If they are feet, write it into the file (gdal_edit.py -units ft ${fileName}).`
    : null;
}
