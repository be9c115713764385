/** How a raster is shown to people: which bands as red, green and blue, and between which stored values. */
import { type BandArray, integerRange } from "../core/raster/dtype";
import type { BandFacts, RasterFacts, RasterSource } from "../core/raster/raster";
import { ndviOf, type PhotoDisplay, quantileOf, type ShownBands, shownBands } from "../core/view/photo-display";

/** Bands shown as red, green and blue (one band three times is grey), and the values that become 0 and 255. */
export interface DisplayStretch {
  readonly shown: ShownBands;
  /** Bands to be read, in the order in which `writeShown` takes their samples. */
  readonly bands: readonly [number, number, number];
  /** Stored values; of the index where one is shown. */
  readonly low: readonly [number, number, number];
  readonly high: readonly [number, number, number];
  /** Shares become their power of 1/gamma. */
  readonly gamma: number;
  /** Scale and offset of the two bands of an index: it is one of reflectances, not of stored values. */
  readonly units: readonly (readonly [scale: number, offset: number])[];
}

/**
 * Red, green and blue of a pixel as it is shown, 0–255, written from `out[at]` on.
 *
 * @param channels Samples of the stretch's bands. With a palette their values are its indices.
 */
export function writeShown(
  stretch: DisplayStretch,
  channels: readonly BandArray[],
  pixel: number,
  palette: RasterFacts["palette"],
  out: Uint8Array,
  at: number,
): void {
  const { low, high, shown } = stretch;
  if (shown.kind === "ndvi") {
    const share = shareOf(indexAt(stretch, channels, pixel), low[0], high[0], stretch.gamma);
    writeRamp(share, out, at);
    return;
  }
  const colour = palette?.[channels[0]![pixel]!];
  for (let channel = 0; channel < 3; channel++) {
    const share = shareOf(channels[channel]![pixel]!, low[channel]!, high[channel]!, stretch.gamma);
    out[at + channel] = colour?.[channel] ?? share * 255;
  }
}

function shareOf(value: number, low: number, high: number, gamma: number): number {
  const share = Math.min(1, Math.max(0, (value - low) / (high - low)));
  return gamma === 1 ? share : share ** (1 / gamma);
}

function indexAt({ units }: DisplayStretch, channels: readonly BandArray[], pixel: number): number {
  const [nir, red] = units.map(([scale, offset], at) => channels[at]![pixel]! * scale + offset);
  return ndviOf(nir!, red!);
}

/** Brown over white to green, told apart with red-green blindness too: ColorBrewer's BrBG of five (Brewer, 2013). */
const RAMP = [
  [166, 97, 26],
  [223, 194, 125],
  [245, 245, 245],
  [128, 205, 193],
  [1, 133, 113],
] as const;

function writeRamp(share: number, out: Uint8Array, at: number): void {
  const place = share * (RAMP.length - 1);
  const below = Math.min(RAMP.length - 2, Math.floor(place));
  for (let channel = 0; channel < 3; channel++) {
    const [from, to] = [RAMP[below]![channel]!, RAMP[below + 1]![channel]!];
    out[at + channel] = from + (to - from) * (place - below);
  }
}

/**
 * Bands and stretch for showing a raster, as asked (`core/view/photo-display.ts`). Where nothing is asked 8-bit values
 * are shown as they are, others between their 2nd and 98th percentile, and an index from −1 to 1.
 */
export async function chooseStretch(
  source: RasterSource,
  display: PhotoDisplay = {},
  signal?: AbortSignal,
): Promise<DisplayStretch> {
  const { facts } = source;
  const shown = shownBands(facts.bands, display);
  const bands = shown.kind === "ndvi" ? ([shown.nir, shown.red, shown.red] as const) : shown.bands;
  const units = bands.map((band) => [facts.bands[band]!.scale, facts.bands[band]!.offset] as const);
  const plain = { shown, bands, units, gamma: display.gamma ?? 1 };
  const isEightBit = bands.every((band) => facts.bands[band]!.dtype === "uint8");
  const { stretch = isEightBit || shown.kind === "ndvi" ? "as-is" : "percentiles" } = display;
  if (facts.palette !== null && shown.kind === "colours") {
    return { ...plain, low: [0, 0, 0], high: [255, 255, 255] };
  }
  if (stretch === "as-is") {
    const [red, green, blue] = bands.map((band) =>
      shown.kind === "ndvi" ? ([-1, 1] as const) : wholeRange(facts, facts.bands[band]!),
    );
    return { ...plain, low: [red![0], green![0], blue![0]], high: [red![1], green![1], blue![1]] };
  }
  const share = stretch === "min-max" ? 0 : 0.02;
  const samples = await sampleBands(source, bands, signal);
  const values =
    shown.kind === "ndvi"
      ? [Float64Array.from(samples[0]!, (_, at) => indexAt({ ...plain, low: NONE, high: NONE }, samples, at))]
      : samples;
  const [red, green = red, blue = red] = values.map((each) => rangeOf(each, share));
  return { ...plain, low: [red![0], green![0], blue![0]], high: [red![1], green![1], blue![1]] };
}

const NONE = [0, 0, 0] as const;

/** What models take for black and white, else all that the type holds; decimal numbers are reflectances. */
function wholeRange({ photoRange }: RasterFacts, { dtype }: BandFacts): readonly [number, number] {
  if (photoRange !== undefined) return [photoRange.black, photoRange.white];
  return integerRange(dtype) ?? [0, 1];
}

/** @param share Left out at each end. */
function rangeOf(values: BandArray, share: number): readonly [number, number] {
  const sorted = Float64Array.from(values).filter(Number.isFinite).sort();
  const [low, high] = sorted.length === 0 ? [0, 1] : [quantileOf(sorted, share), quantileOf(sorted, 1 - share)];
  return high > low ? [low, high] : [low, low + 1];
}

const SAMPLE_PX = 192;

/** Valid values of nine patches spread over the raster, every third of them; all of a raster that is no larger than one. */
async function sampleBands(
  source: RasterSource,
  bands: readonly number[],
  signal?: AbortSignal,
): Promise<readonly Float64Array[]> {
  const { widthPx, heightPx } = source.facts;
  const order = [...new Set(bands)];
  const isSmall = widthPx <= SAMPLE_PX && heightPx <= SAMPLE_PX;
  const samples = order.map((): number[] => []);
  for (let patch = 0; patch < (isSmall ? 1 : 9); patch++) {
    const rect = {
      col: Math.floor(((widthPx - Math.min(SAMPLE_PX, widthPx)) * (patch % 3)) / 2),
      row: Math.floor(((heightPx - Math.min(SAMPLE_PX, heightPx)) * Math.floor(patch / 3)) / 2),
      widthPx: Math.min(SAMPLE_PX, widthPx),
      heightPx: Math.min(SAMPLE_PX, heightPx),
    };
    const read = await source.read({ rect, bands: order, ...(signal && { signal }) });
    for (let pixel = 0; pixel < rect.widthPx * rect.heightPx; pixel += isSmall ? 1 : 3) {
      if (read.valid === null || read.valid[pixel] === 1) {
        for (const [slot, band] of read.bands.entries()) {
          samples[slot]!.push(band[pixel]!);
        }
      }
    }
  }
  return bands.map((band) => Float64Array.from(samples[order.indexOf(band)]!));
}
