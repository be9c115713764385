/** What statistics leave out of a band because it cannot be a height, in stored values. */
import type { BandFacts } from "../raster/raster";

export interface LeftOut {
  /** Smallest and largest of the values, both left out; equal for a fill. */
  readonly low: number;
  readonly high: number;
  readonly count: number;
  /** Distance to the nearest value that counts; 0 where none does. */
  readonly gap: number;
}

/** As it is said: few digits, and the gap in the unit of the heights. */
export function tidyLeftOut({ low, high, count, gap }: LeftOut, { scale }: Pick<BandFacts, "scale">): LeftOut {
  return { low: tidy(low), high: tidy(high), count, gap: gap === 0 ? 0 : tidy(gap * Math.abs(scale)) };
}

/** "1 pixel of -10000, 10100 m from all others". */
export function describeLeftOut(values: LeftOut, band: Pick<BandFacts, "scale" | "unit">): string {
  const { low, high, count, gap } = tidyLeftOut(values, band);
  const distance = gap === 0 ? "" : `, ${gap} ${band.unit ?? "m"} from all others`;
  return `${count} ${count === 1 ? "pixel" : "pixels"} ${low === high ? `of ${low}` : `from ${low} to ${high}`}${distance}`;
}

/** For warnings of a run and of the command line. */
export function leftOutNote(fileName: string, band: BandFacts, values: LeftOut): string {
  const declared = band.nodata === null ? "declares no nodata value" : `declares ${band.nodata} as missing`;
  const verb = values.count === 1 ? "was" : "were";
  return `${fileName} ${declared}; ${describeLeftOut(values, band)}, ${verb} taken as missing.`;
}

function tidy(value: number): number {
  return Math.abs(value) < 1e6 ? Number(value.toFixed(2)) : Number(value.toPrecision(4));
}
