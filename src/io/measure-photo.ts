/** What values a photo really uses, from blocks spread over it, when it is opened. */
import { choosePhotoRange, needsPhotoRange, photoBands, type SeenValues } from "../core/raster/photo-range";
import type { BandFacts, PhotoRange, RasterSource } from "../core/raster/raster";

/** Parts looked at along each side, and their size; 16 parts hold a million samples of a band. */
const PARTS = 4;
const PART_PX = 256;

/** The same raster, with the range of its photo among its facts where the type alone does not say it. */
export async function withPhotoRange(
  source: RasterSource,
  set: { readonly black: number; readonly white: number } | undefined,
): Promise<RasterSource> {
  const { bands, use } = source.facts;
  if (use !== undefined && use !== "optical") return source;
  const isAsked = set !== undefined && photoBands(bands).length > 0;
  if (!isAsked && !needsPhotoRange(bands)) return source;
  const photoRange = isAsked
    ? { ...set, reason: "set by you", isSet: true as const }
    : choosePhotoRange(photoBands(bands), await sampleValues(source));
  return isTypeItself(photoBands(bands)[0]!, photoRange)
    ? source
    : { ...source, facts: { ...source.facts, photoRange } };
}

/** What models would see anyway needs no word. */
function isTypeItself({ dtype }: BandFacts, { black, white, isSet }: PhotoRange): boolean {
  return dtype === "uint16" && black === 0 && white === 65_535 && isSet !== true;
}

async function sampleValues(source: RasterSource): Promise<SeenValues | null> {
  const { widthPx, heightPx, bands } = source.facts;
  const indices = photoBands(bands).map(({ index }) => index);
  const seen: number[][] = indices.map(() => []);
  for (const [col, width] of parts(widthPx)) {
    for (const [row, height] of parts(heightPx)) {
      const rect = { col, row, widthPx: width, heightPx: height };
      const { bands: samples, valid } = await source.read({ rect, bands: indices });
      for (const [slot, values] of samples.entries()) {
        for (let at = 0; at < values.length; at++) if (valid === null || valid[at] === 1) seen[slot]!.push(values[at]!);
      }
    }
  }
  let [bright, max, dark] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (const values of seen) {
    if (values.length === 0) continue;
    const sorted = Float64Array.from(values).sort();
    bright = Math.max(bright, sorted[Math.floor((sorted.length - 1) * 0.999)]!);
    dark = Math.min(dark, sorted[Math.ceil((sorted.length - 1) * 0.001)]!);
    max = Math.max(max, sorted.at(-1)!);
  }
  return Number.isFinite(bright) ? { bright, max, dark } : null;
}

/** Evenly spread, first and last at the edges; the whole length when it is short. */
function parts(length: number): readonly (readonly [start: number, length: number])[] {
  if (length <= PARTS * PART_PX) return [[0, length]];
  const step = (length - PART_PX) / (PARTS - 1);
  return Array.from({ length: PARTS }, (_, index) => [Math.round(index * step), PART_PX] as const);
}
