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

/** "1 pixel of -10000, 10100 m from all others". */
export function describeLeftOut({ low, high, count, gap }: LeftOut, band: Pick<BandFacts, "scale" | "unit">): string {
  const pixels = `${count} ${count === 1 ? "pixel" : "pixels"}`;
  const values = low === high ? `of ${tidy(low)}` : `from ${tidy(low)} to ${tidy(high)}`;
  const distance = gap === 0 ? "" : `, ${tidy(gap * Math.abs(band.scale))} ${band.unit ?? "m"} from all others`;
  return `${pixels} ${values}${distance}`;
}

/** For warnings of a run and of the command line. */
export function leftOutNote(fileName: string, band: BandFacts, values: LeftOut): string {
  const declared = band.nodata === null ? "declares no nodata value" : `declares ${band.nodata} as missing`;
  const verb = values.count === 1 ? "was" : "were";
  return `${fileName} ${declared}; ${describeLeftOut(values, band)}, ${verb} taken as missing.`;
}

function tidy(value: number): string {
  return `${Math.abs(value) < 1e6 ? Number(value.toFixed(2)) : Number(value.toPrecision(4))}`;
}
