/** How a raster is shown to people: which bands as red, green and blue, and between which stored values. */
import type { BandArray } from "../core/raster/dtype";
import type { BandFacts, RasterFacts, RasterSource } from "../core/raster/raster";

/** Bands shown as red, green and blue (one band three times is grey), and the stored values that become 0 and 255. */
export interface DisplayStretch {
  readonly bands: readonly [number, number, number];
  readonly low: readonly [number, number, number];
  readonly high: readonly [number, number, number];
  /** In words, for the pane's chip: "red, green, blue" or "nir, red, green (false colour)". */
  readonly description: string;
}

/**
 * Red, green and blue of a pixel as it is shown, 0–255, written from `out[at]` on.
 *
 * @param channels Samples of the stretch's bands. With a palette their values are its indices.
 */
export function writeShown(
  { low, high }: DisplayStretch,
  channels: readonly BandArray[],
  pixel: number,
  palette: RasterFacts["palette"],
  out: Uint8Array,
  at: number,
): void {
  const colour = palette?.[channels[0]![pixel]!];
  for (let channel = 0; channel < 3; channel++) {
    const share = (channels[channel]![pixel]! - low[channel]!) / (high[channel]! - low[channel]!);
    out[at + channel] = colour?.[channel] ?? Math.min(255, Math.max(0, share * 255));
  }
}

/**
 * Bands and stretch for showing a raster: its red, green and blue; near infrared, red and green when there is no blue;
 * else its first band as grey. 8-bit values are shown as they are, others between their 2nd and 98th percentile.
 */
export async function chooseStretch(source: RasterSource, signal?: AbortSignal): Promise<DisplayStretch> {
  const { facts } = source;
  const chosen = chooseBands(facts.bands);
  const order = [...new Set(chosen.bands)];
  const eightBit = order.every((band) => facts.bands[band]!.dtype === "uint8");
  if (eightBit || facts.palette !== null) {
    return { ...chosen, low: [0, 0, 0], high: [255, 255, 255] };
  }
  const ranges = await percentiles(source, order, signal);
  const rangeOf = (band: number) => ranges[order.indexOf(band)]!;
  const [red, green, blue] = chosen.bands;
  return {
    ...chosen,
    low: [rangeOf(red)[0], rangeOf(green)[0], rangeOf(blue)[0]],
    high: [rangeOf(red)[1], rangeOf(green)[1], rangeOf(blue)[1]],
  };
}

function chooseBands(bands: readonly BandFacts[]): Pick<DisplayStretch, "bands" | "description"> {
  const withRole = (role: BandFacts["role"]) => bands.find((band) => band.role === role)?.index;
  const [red, green, blue, nir] = [withRole("red"), withRole("green"), withRole("blue"), withRole("nir")];
  if (red !== undefined && green !== undefined && blue !== undefined) {
    return { bands: [red, green, blue], description: "red, green, blue" };
  }
  if (nir !== undefined && red !== undefined && green !== undefined) {
    return { bands: [nir, red, green], description: "near infrared, red, green (false colour)" };
  }
  const colours = bands.filter(({ role }) => role !== "alpha");
  return colours.length >= 3
    ? { bands: [0, 1, 2], description: "bands 1, 2, 3" }
    : { bands: [0, 0, 0], description: "band 1" };
}

const SAMPLE_PX = 192;

/** 2nd and 98th percentile per band from nine patches spread over the raster. */
async function percentiles(source: RasterSource, bands: readonly number[], signal?: AbortSignal) {
  const { widthPx, heightPx } = source.facts;
  const samples = bands.map((): number[] => []);
  for (let patch = 0; patch < 9; patch++) {
    const rect = {
      col: Math.floor(((widthPx - Math.min(SAMPLE_PX, widthPx)) * (patch % 3)) / 2),
      row: Math.floor(((heightPx - Math.min(SAMPLE_PX, heightPx)) * Math.floor(patch / 3)) / 2),
      widthPx: Math.min(SAMPLE_PX, widthPx),
      heightPx: Math.min(SAMPLE_PX, heightPx),
    };
    const read = await source.read({ rect, bands, ...(signal && { signal }) });
    for (let pixel = 0; pixel < rect.widthPx * rect.heightPx; pixel += 3) {
      if (read.valid === null || read.valid[pixel] === 1) {
        for (const [slot, band] of read.bands.entries()) {
          samples[slot]!.push(band[pixel]!);
        }
      }
    }
  }
  return samples.map((values): [number, number] => {
    values.sort((first, second) => first - second);
    const low = values[Math.floor(values.length * 0.02)] ?? 0;
    const high = values[Math.ceil(values.length * 0.98) - 1] ?? 1;
    return high > low ? [low, high] : [low, low + 1];
  });
}
